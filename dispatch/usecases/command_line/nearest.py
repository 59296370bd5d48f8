"""Which known words are nearest to one that nobody knows."""

from collections.abc import Iterable

from gis.geocode.fold import strip_marks

_MOST_LETTERS = 16
_AT_MOST = 3


def list_nearest(word: str, known: Iterable[str]) -> tuple[str, ...]:
    """At most three known words within two slips of the fingers (one for short words), nearest first.

    A slip is a letter missing, added, wrong, or two swapped (optimal string alignment). Marks do not count.
    """
    plain = fold(word)
    if not plain or len(plain) > _MOST_LETTERS:
        return ()
    bound = 1 if len(plain) <= 4 else 2
    letters = set(plain)
    ranked: list[tuple[int, str]] = []
    for candidate in known:
        other = fold(candidate)
        # Most candidates are ruled out by length or by letters they lack.
        if abs(len(other) - len(plain)) > bound or len(letters.difference(other)) > bound:
            continue
        slips = _slips(plain, other)
        if slips <= bound:
            ranked.append((slips, candidate))
    ranked.sort()
    return tuple(candidate for _, candidate in ranked[:_AT_MOST])


def fold(word: str) -> str:
    """Capitals without marks, hyphens and dots: what two spellings of one word have in common."""
    plain = word if word.isascii() else strip_marks(word)
    return plain.upper().replace("-", "").replace(".", "")


def _slips(a: str, b: str) -> int:
    before: list[int] = []
    last = list(range(len(b) + 1))
    for i, letter in enumerate(a, start=1):
        row = [i]
        for j, other in enumerate(b, start=1):
            least = min(last[j] + 1, row[j - 1] + 1, last[j - 1] + (letter != other))
            if i > 1 and j > 1 and letter == b[j - 2] and a[i - 2] == other:
                least = min(least, before[j - 2] + 1)
            row.append(least)
        before, last = last, row
    return last[-1]
