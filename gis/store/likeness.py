"""Which names are like a text, by the runs of three letters they share, as PostgreSQL's pg_trgm counts them.

A database looks through its index of such runs for milliseconds, for each of the readings of a text; ten
thousand names in memory take a fraction of one.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

_WORD = re.compile(r"[a-z0-9]+")


def trigrams(key: str) -> set[str]:
    """The runs of three letters in the words of a folded text, each word with two blanks before it and one
    behind."""
    words = (f"  {word} " for word in _WORD.findall(key))
    return {word[i : i + 3] for word in words for i in range(len(word) - 2)}


class Likeness:
    """Keys to be compared with, by their place in a list."""

    def __init__(self, keys: Sequence[str]) -> None:
        holding: dict[str, list[int]] = defaultdict(list)
        sizes = np.zeros(len(keys), dtype=np.int64)
        for n, key in enumerate(keys):
            runs = trigrams(key)
            sizes[n] = len(runs)
            for run in runs:
                holding[run].append(n)
        self._sizes = sizes
        self._holding: dict[str, NDArray[np.int32]] = {
            run: np.array(places, dtype=np.int32) for run, places in holding.items()
        }

    def find(self, text: str, least: float, at_most: int) -> list[tuple[int, float]]:
        """The likest keys, best first, of equal ones the first in the list: (place, share of all the runs of
        both that they have in common), each at least `least`."""
        runs = trigrams(text)
        holding = [self._holding[run] for run in runs if run in self._holding]
        if not holding:
            return []
        shared = np.bincount(np.concatenate(holding), minlength=len(self._sizes))
        alike = shared / (self._sizes + len(runs) - shared)
        hits = np.flatnonzero(alike >= least)
        best = hits[np.argsort(-alike[hits], kind="stable")][:at_most]
        return [(int(n), float(alike[n])) for n in best]
