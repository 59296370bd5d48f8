"""House numbers of parcel surveys on the map: the number under another tag, the street in a note.

Thousands of parcels in the east of the city stand so: `building=989/6/2B` with `route=TINH LO 43- KP2`, or
`addr:housenumber=28` with `information=Duong 385 Le Van Viet-1108` and no street.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from gis.geocode.fold import fold, street_key
from gis.geocode.numbers import number_path

_NOTES = ("route", "information", "note")
_LEAST_NOTE = 5
_NOTE_WORDS = 6
_RUN_TOGETHER = re.compile(r"(?<=[a-z])(?=\d)|(?<=\d)(?=[a-z])|_")


def surveyed_number(tags: Any) -> str | None:
    """The house number that a survey wrote where the kind of building belongs, its street under `route`."""
    number: str = tags.get("building", "")
    return number if "route" in tags and number_path(number) else None


def find_note(tags: Any) -> str:
    """The surveyor's note of an object, which may begin with the name of its street; "" without one."""
    return next((tags[key] for key in _NOTES if len(tags.get(key, "")) >= _LEAST_NOTE), "")


def read_note(note: str) -> Iterator[str]:
    """Keys of the streets that the first words of a note may be, the longest first.

    Words, numbers and dates are run together: "TINH LO 43- KP2", "Duong so 2 Le Van Viet-1409",
    "duong138_17/10".
    """
    words = _RUN_TOGETHER.sub(" ", fold(note)).split()[:_NOTE_WORDS]
    for count in range(len(words), 0, -1):
        key = street_key(" ".join(words[:count]))
        if key and not key.isdigit():
            yield key
