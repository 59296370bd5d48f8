"""Telex and VNI as the usual Vietnamese input methods do them: keys in, what stands on the screen out.

Marks may be typed late in the word; the same mark twice takes it back and leaves the key. There is no
spelling check, which makes these models harsher than most real ones.
"""

import unicodedata
from collections.abc import Callable

GRAVE, ACUTE, HOOK, TILDE, DOT = "\u0300", "\u0301", "\u0309", "\u0303", "\u0323"
CIRCUMFLEX, BREVE, HORN = "\u0302", "\u0306", "\u031b"
TONES = {GRAVE, ACUTE, HOOK, TILDE, DOT}
TELEX_TONES = {"f": GRAVE, "s": ACUTE, "r": HOOK, "x": TILDE, "j": DOT}
VNI_TONES = {"2": GRAVE, "1": ACUTE, "3": HOOK, "4": TILDE, "5": DOT}


class Letter:
    """One letter on the screen with its marks. `from_w` is a ư made by w alone."""

    def __init__(self, base: str, *, from_w: bool = False) -> None:
        self.base = base
        self.shape = HORN if from_w else ""
        self.tone = ""
        self.stroke = False
        self.from_w = from_w

    def __str__(self) -> str:
        if self.stroke:
            return "Đ" if self.base.isupper() else "đ"
        return unicodedata.normalize("NFC", self.base + self.shape + self.tone)

    @property
    def is_vowel(self) -> bool:
        return self.base.lower() in "aeiouy"


def _vowels(word: list[Letter]) -> list[Letter]:
    return [letter for letter in word if letter.is_vowel]


def _tone(word: list[Letter], tone: str) -> bool:
    """Set the tone on the marked vowel, else on the last but one of several at the end, else on the last.

    Gives whether the key was used up."""
    vowels = _vowels(word)
    if not vowels:
        return False
    had = next((v.tone for v in vowels if v.tone), "")
    for vowel in vowels:
        vowel.tone = ""
    if had == tone:
        return False
    shaped = [v for v in vowels if v.shape]
    open_end = word[-1].is_vowel and len(vowels) > 1 and word[-2].is_vowel
    bearer = shaped[-1] if shaped else vowels[-2] if open_end else vowels[-1]
    bearer.tone = tone
    return True


def _shape(word: list[Letter], bases: str, shape: str) -> bool:
    """Set the shape on the last vowel of these; a second time takes it back."""
    fitting = [v for v in _vowels(word) if v.base.lower() in bases]
    if not fitting:
        return False
    target = fitting[-1]
    if target.shape == shape:
        target.shape = ""
        return False
    target.shape = shape
    if shape == HORN and target.base.lower() == "o":
        at = word.index(target)
        if at and word[at - 1].base.lower() == "u":
            word[at - 1].shape = HORN
    return True


def _stroke(word: list[Letter]) -> bool:
    found = next((letter for letter in word if letter.base.lower() == "d"), None)
    if found is None:
        return False
    found.stroke = not found.stroke
    return found.stroke


def _telex_key(word: list[Letter], key: str) -> bool:
    low = key.lower()
    if low in TELEX_TONES:
        return _tone(word, TELEX_TONES[low])
    if low in "aeo":
        return _shape(word, low, CIRCUMFLEX)
    if low == "d":
        return _stroke(word)
    if low == "w":
        return _telex_w(word, key)
    return False


def _telex_w(word: list[Letter], key: str) -> bool:
    if word and word[-1].from_w:
        word.pop()
        return False
    bases = [v.base.lower() for v in _vowels(word) if v.base.lower() in "uoa"]
    if bases:
        return _shape(word, bases[-1], BREVE if bases[-1] == "a" else HORN)
    word.append(Letter("U" if key.isupper() else "u", from_w=True))
    return True


def _vni_key(word: list[Letter], key: str) -> bool:
    if key in VNI_TONES:
        return _tone(word, VNI_TONES[key])
    if key == "6":
        return _shape(word, "aeo", CIRCUMFLEX)
    if key == "7":
        return _shape(word, "ou", HORN)
    if key == "8":
        return _shape(word, "a", BREVE)
    return key == "9" and _stroke(word)


def _type(keys: str, press: Callable[[list[Letter], str], bool], belongs: Callable[[str], bool]) -> str:
    shown = ""
    word: list[Letter] = []
    for key in keys:
        if not belongs(key):
            shown += "".join(map(str, word)) + key
            word = []
        elif not press(word, key):
            word.append(Letter(key))
    return shown + "".join(map(str, word))


def telex(keys: str) -> str:
    """What Telex shows for these keys; anything but a letter ends the word."""
    return _type(keys, _telex_key, str.isalpha)


def vni(keys: str) -> str:
    """What VNI shows for these keys; digits belong to the word."""
    return _type(keys, _vni_key, str.isalnum)
