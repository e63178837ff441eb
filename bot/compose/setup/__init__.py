"""What ``report-post init`` asks a school, and the ``school.toml`` that becomes of the answers."""
