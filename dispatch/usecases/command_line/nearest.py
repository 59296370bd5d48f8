"""Which known words are nearest to one that nobody knows."""

from collections.abc import Iterable, Iterator, Mapping

from gis.geocode.fold import strip_marks

_MOST_LETTERS = 24
_AT_MOST = 3
_LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_ "


def list_nearest(word: str, known: Mapping[str, Iterable[str]]) -> tuple[str, ...]:
    """At most three known words one slip of the fingers away, else the first that begin like the word.

    A slip is a letter missing, added, wrong, or two swapped; marks, hyphens and dots do not count. `known`
    is words by their `fold`, so that ten thousand of them cost no more than a few.
    """
    plain = fold(word)
    if not plain or len(plain) > _MOST_LETTERS:
        return ()
    near = {found for slip in _list_slips(plain) for found in known.get(slip, ())}
    if not near:
        near = {found for other, words in known.items() if other.startswith(plain) for found in words}
    return tuple(sorted(near, key=lambda found: (abs(len(fold(found)) - len(plain)), found))[:_AT_MOST])


def by_fold(words: Iterable[str]) -> dict[str, list[str]]:
    """Words by what is left of them without marks, hyphens and dots."""
    table: dict[str, list[str]] = {}
    for word in words:
        table.setdefault(fold(word), []).append(word)
    return table


def fold(word: str) -> str:
    """Capitals without marks, hyphens and dots: what two spellings of one word have in common."""
    plain = word if word.isascii() else strip_marks(word)
    return plain.upper().replace("-", "").replace(".", "")


def _list_slips(word: str) -> Iterator[str]:
    """Every spelling one slip away, and the word itself."""
    yield word
    for at in range(len(word) + 1):
        head, tail = word[:at], word[at:]
        if tail:
            yield head + tail[1:]
        if len(tail) > 1:
            yield head + tail[1] + tail[0] + tail[2:]
        for letter in _LETTERS:
            yield head + letter + tail
            if tail:
                yield head + letter + tail[1:]
