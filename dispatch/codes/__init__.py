"""Code tables that all agencies share, as data: capabilities, outcomes, reasons to end a report."""

from pathlib import Path

FOLDER = Path(__file__).parent
"""Where the tables stand."""
