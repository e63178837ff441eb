"""The steps by which the tables came to be; a step that was shipped is never changed."""
