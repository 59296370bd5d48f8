"""What may have been typed when a Vietnamese input method stood between the keys and the line.

Telex and VNI turn letters and digits into marks: `w` becomes ư, `a1` becomes á. This module goes back from
the marked word to every sequence of keys that gives it; the parser keeps those that are words it knows.
Marks may be typed anywhere after their letter, tones anywhere after the first vowel, as the usual input
methods allow.
"""

import itertools
import re
import unicodedata
from functools import lru_cache

_TONES = {
    "\u0300": ("F", "2"),
    "\u0301": ("S", "1"),
    "\u0309": ("R", "3"),
    "\u0303": ("X", "4"),
    "\u0323": ("J", "5"),
}
_CIRCUMFLEX, _BREVE, _HORN = "\u0302", "\u0306", "\u031b"
_VOWELS = frozenset("AEIOUY")
_BREAKS = "-."
_SPLIT = re.compile(r"[-.]")
_TELEX_DOUBLES = "SFRXJWAEOD"
_MOST_LETTERS = 12
_MOST_MARKS = 3
_SHAPE_KEYS = {_BREVE: ("W", "8"), _HORN: ("W", "7")}
_OTHER_SHAPES = {"A": _BREVE, "O": _HORN}

_Mark = tuple[int, int, str]
"""The first and last place at which keys may stand, and the keys."""


@lru_cache(maxsize=4096)
def list_spellings(word: str) -> frozenset[str]:
    """Every other spelling, in capitals and without marks, whose keys may have produced `word`.

    Words of more than twelve letters or three marks give none: no call sign or verb is so long.
    """
    capitals = unicodedata.normalize("NFC", word).upper()
    if len(capitals) > _MOST_LETTERS:
        return frozenset()
    if capitals.isascii():
        return frozenset(_cancelled(capitals))
    return frozenset(_telex(capitals) | _vni(capitals)) - {capitals}


def _cancelled(word: str) -> set[str]:
    """A key typed twice takes its mark back and leaves one letter: `BOSS` shows as `BOS`."""
    found = set()
    for at, letter in enumerate(word):
        after_vowel = not _VOWELS.isdisjoint(_last_run(word[:at]))
        if after_vowel and (letter in _TELEX_DOUBLES or letter in "123456789"):
            found.add(word[:at] + letter + word[at:])
    return found


def _telex(word: str) -> set[str]:
    found: set[str] = set()
    places = [at for at, letter in enumerate(word) if _parts(letter)[0] == "U" and _HORN in _parts(letter)[1]]
    # A lone w gives ư: the letter u was then never typed.
    for chosen in itertools.chain.from_iterable(
        itertools.combinations(places, size) for size in range(len(places) + 1)
    ):
        found |= _insert(*_keys(word, 0, bare=frozenset(chosen)))
    found |= _insert(*_keys(word, 0, changed=True))
    shared = word.replace("ƯƠ", "UƠ")
    if shared != word:
        found |= _insert(*_keys(shared, 0))
    return found


def _vni(word: str) -> set[str]:
    return _insert(*_keys(word, 1)) | _insert(*_keys(word, 1, changed=True))


def _parts(letter: str) -> tuple[str, str]:
    """Base letter and combining marks; Đ counts as D with a stroke, written here as "-"."""
    if letter == "Đ":
        return "D", "-"
    decomposed = unicodedata.normalize("NFD", letter)
    return decomposed[0], decomposed[1:]


def _keys(
    word: str, method: int, bare: frozenset[int] = frozenset(), changed: bool = False
) -> tuple[str, list[_Mark] | None]:
    """The letters without marks and the keys of the marks; None when a mark is no Vietnamese one.

    Letters at the places `bare` are a ư made by w alone. With `changed` a shape took the place of the
    letter's other one, as ă of "aaw". A hyphen ends a word for the input method.
    """
    letters = []
    marks: list[_Mark] = []
    first_vowel: int | None = None
    for at, letter in enumerate(word):
        base, signs = _parts(letter)
        if base in _BREAKS:
            first_vowel = None
        elif first_vowel is None and base in _VOWELS:
            first_vowel = at
        letters.append("W" if at in bare else base)
        for sign in signs:
            key = _key(base, sign, method)
            if key is None:
                return "", None
            if at in bare and sign == _HORN:
                continue
            if changed:
                key = _find_other_shape_key(base, sign, method) + key
            start = first_vowel if sign in _TONES and first_vowel is not None else at
            marks.append((start + 1, _end_of_run(word, at), key))
    return "".join(letters), marks


def _key(base: str, sign: str, method: int) -> str | None:
    if sign == "-":
        return "D9"[method]
    if sign == _CIRCUMFLEX:
        return (base, "6")[method]
    pair = _TONES.get(sign) or _SHAPE_KEYS.get(sign)
    return None if pair is None else pair[method]


def _find_other_shape_key(base: str, sign: str, method: int) -> str:
    """The key of the shape that this one took the place of: a and o can bear two."""
    if base not in _OTHER_SHAPES or sign in _TONES or sign == "-":
        return ""
    return (base, "6")[method] if sign != _CIRCUMFLEX else _SHAPE_KEYS[_OTHER_SHAPES[base]][method]


def _insert(letters: str, marks: list[_Mark] | None) -> set[str]:
    """Every way to set the keys among the letters."""
    if marks is None or len(marks) > _MOST_MARKS:
        return set()
    found = set()
    for order in itertools.permutations(marks):
        for places in itertools.product(*(range(start, end + 1) for start, end, _ in order)):
            keys = [""] * (len(letters) + 1)
            for place, (_, _, key) in zip(places, order, strict=True):
                keys[place] += key
            found.add("".join(key + letter for key, letter in zip(keys, [*letters, ""], strict=True)))
    return found


def _last_run(text: str) -> str:
    return _SPLIT.split(text)[-1]


def _end_of_run(word: str, at: int) -> int:
    return next((i for i in range(at, len(word)) if word[i] in _BREAKS), len(word))
