"""Files of results."""

from pathlib import Path

from dispatch.core import asked_work
from dispatch.simulate.utrecht import DataUnusable

SIDES = ("a", "b")
"""The policy that a comparison asks about, and the other."""


def name_day(result: Path, side: str) -> Path:
    """Where the simulated day of one side (a, b) of a comparison lies, beside its result."""
    return result.with_suffix(f".{side}.day")


def write_whole(path: Path, text: str) -> None:
    """Whole or not at all. Raises DataUnusable."""
    try:
        asked_work.write_whole(path, text)
    except OSError as error:
        raise DataUnusable(
            f"Không ghi được {path} ({error.strerror}).", f"{path} cannot be written ({error.strerror})."
        ) from error
