"""The machine the centre runs on: its private PostgreSQL, its processes, its first start."""
