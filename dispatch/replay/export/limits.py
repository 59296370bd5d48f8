"""How much fits into one file."""

from datetime import timedelta

LONGEST = timedelta(hours=6)
"""Of a stretch of the city in one file."""
