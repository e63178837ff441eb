"""The only place that wires adapters, storage and the application together."""
