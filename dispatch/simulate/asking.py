"""How a process that compares is asked: by a file with the question; which targets it holds."""

from collections.abc import Mapping, Sequence
from pathlib import Path

import msgspec

from dispatch.agencies.targets import Target
from dispatch.simulate.question import CompareQuestion
from dispatch.simulate.utrecht import DataUnusable

CLOCK = "total_s"
"""The clock whose target a simulated response is held against: told until the first unit is there."""


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
