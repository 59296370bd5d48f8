"""Who stays: what is expected, and where free units wait for it."""
