"""A path → what the driver is told, in Vietnamese and English."""
