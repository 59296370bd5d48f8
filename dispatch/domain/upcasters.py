"""Old versions of events, lifted to the present one. What is in the log is never rewritten.

When an event changes its shape, its `VERSION` goes up and a step from the version before is added here.
"""

from collections.abc import Callable, Mapping
from typing import Any

Fields = dict[str, Any]
Step = Callable[[Fields], Fields]

UPCASTERS: dict[tuple[str, int], Step] = {}
"""(type, version) → how the fields of that version become those of the next."""


def lift(
    type_: str, version: int, to: int, fields: Fields, steps: Mapping[tuple[str, int], Step] = UPCASTERS
) -> Fields:
    """The fields of an event in the shape of version `to`; raises KeyError where a step is missing."""
    for at in range(version, to):
        fields = steps[type_, at](fields)
    return fields
