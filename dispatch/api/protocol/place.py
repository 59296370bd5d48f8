"""Where the project's own documents lie."""

from pathlib import Path

PROJECT = Path(__file__).resolve().parents[3]
