"""How a process that compares is asked and answers: a file with the question, lines about how far it is."""

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import TextIO

import msgspec

from dispatch.agencies.targets import Target
from dispatch.simulate.question import CompareQuestion
from dispatch.simulate.utrecht import DataUnusable

CLOCK = "total_s"
"""The clock whose target a simulated response is held against: told until the first unit is there."""


class Told(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A line: how far a step (`roads`, `days`) is, or in two languages why there is no answer."""

    step: str = ""
    share: float = 0.0
    vi: str = ""
    en: str = ""


def tell(out: TextIO) -> Callable[[Told], None]:
    """A function that writes lines at once, a hundred of a step at most."""
    last = ("", -1)

    def write(told: Told) -> None:
        nonlocal last
        now = (told.step, int(100 * told.share))
        if now != last:
            last = now
            out.write(msgspec.json.encode(told).decode() + "\n")
            out.flush()

    return write


def read_question(path: Path) -> CompareQuestion:
    """A question from its file. Raises DataUnusable."""
    try:
        return msgspec.json.decode(path.read_bytes(), type=CompareQuestion)
    except (OSError, msgspec.DecodeError) as error:
        raise DataUnusable(f"Không đọc được {path}: {error}.", f"{path} cannot be read: {error}.") from error


def find_aim(targets: Sequence[Target]) -> Target | None:
    """The target that a simulated response is held against, where the agency names one."""
    return next((target for target in targets if target.clock == CLOCK), None)


def find_targets(targets: Mapping[str, Sequence[Target]]) -> dict[str, float]:
    """Agency → minutes until its first unit should be there, where its tables say so."""
    aims = {agency_id: find_aim(own) for agency_id, own in targets.items()}
    return {agency_id: aim.within_s / 60.0 for agency_id, aim in aims.items() if aim is not None}
