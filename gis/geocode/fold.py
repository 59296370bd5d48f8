"""One form for names that people write in many: with and without diacritics, old and new spellings.

A *key* is what two spellings of the same name have in common; the same functions make the keys of the
gazetteer when a city is built and those of a question when it is asked, so that equal means equal.
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

_D_LETTERS = str.maketrans({"đ": "d", "Đ": "D", "Ð": "D", "ð": "d", "Ɖ": "D", "ɖ": "d"})
_TONES = {"\u0300": "1", "\u0301": "2", "\u0303": "3", "\u0309": "4", "\u0323": "5"}
_Y_ENDING = re.compile(r"^([bcdghklmnpqrstvx]+u?)y$")
_NOT_WORD = re.compile(r"[^0-9a-z/]+")

DATE_STREETS = frozenset({"3/2", "30/4", "26/3", "2/9", "1/5", "19/5", "27/7", "22/12", "30/4-1/5", "9/2"})
"""Days that streets are named after; as a number they could also be a door in an alley."""

_EXPANSIONS = {
    "ql": "quoc lo",
    "tl": "tinh lo",
    "hl": "huong lo",
    "ng": "nguyen",
    "ngt": "nguyen thi",
    "ngv": "nguyen van",
    "nguen": "nguyen",
    "cm": "cach mang",
    "cmtt": "cach mang thang tam",
}
_PREFIXED_ROAD = re.compile(r"^(ql|tl|hl)(\d+[a-z]?)$")
_MONTHS = {
    "mot": "1", "hai": "2", "ba": "3", "tu": "4", "nam": "5", "sau": "6",
    "bay": "7", "tam": "8", "chin": "9", "muoi": "10",
}  # fmt: skip


def strip_marks(text: str) -> str:
    """The text in plain Latin letters, case kept."""
    decomposed = unicodedata.normalize("NFD", text.translate(_D_LETTERS))
    return "".join(c for c in decomposed if not unicodedata.combining(c))


@lru_cache(maxsize=50_000)
def fold(text: str) -> str:
    """Lower-case plain words and numbers, single spaces between; slashes stay in numbers."""
    plain = strip_marks(unicodedata.normalize("NFKC", text)).lower()
    return " ".join(_NOT_WORD.sub(" ", plain).split())


@lru_cache(maxsize=50_000)
def accented(text: str) -> str:
    """Lower-case words with their diacritics in one form, whatever the order or place of the marks.

    The tone of a syllable is moved to its end as a digit, so that old and new placement ("hòa", "hoà")
    are the same.
    """
    lowered = unicodedata.normalize("NFKC", text).replace("Ð", "Đ").replace("ð", "đ").lower()
    words = []
    for word in re.split(r"[^\w/\u0300-\u0323]+", lowered):
        letters = unicodedata.normalize("NFD", word)
        tone = "".join(_TONES[c] for c in letters if c in _TONES)
        rest = "".join(c for c in letters if c not in _TONES)
        if rest:
            words.append(unicodedata.normalize("NFC", rest) + tone)
    return " ".join(words)


@lru_cache(maxsize=50_000)
def has_marks(text: str) -> bool:
    """Whether the writer used diacritics at all."""
    return strip_marks(text) != unicodedata.normalize("NFC", text)


def _expand(tokens: list[str]) -> list[str]:
    """Abbreviations every map and every caller uses, spelled out."""
    words: list[str] = []
    for token in tokens:
        road = _PREFIXED_ROAD.match(token)
        if road:
            words += [*_EXPANSIONS[road[1]].split(), road[2]]
        else:
            words += _EXPANSIONS.get(token, token).split()
    return words


def _number(token: str) -> str:
    return token.lstrip("0") or "0" if token[0].isdigit() else token


@lru_cache(maxsize=50_000)
def street_key(name: str) -> str:
    """The key of a street name.

    "Đường số 10", "đường 10" and "Số 10" share one; so do "đường 3/2" and "Ba Tháng Hai",
    "Cách Mạng Tháng Tám" and "cách mạng tháng 8", "Lê Văn Sỹ" and "Le Van Si", "QL13" and "Quốc lộ 13".
    """
    tokens = _expand(fold(name).replace("/", " / ").split())
    while len(tokens) > 1 and tokens[0] in {"duong", "dg", "d"} and tokens[1] != "/":
        tokens = tokens[1:]
        if tokens[0][0].isdigit() and tokens[1:2] != ["/"] and "thang" not in tokens:
            tokens = ["so", *tokens]
    tokens = _dates(tokens)
    return " ".join(_y_to_i(_number(token)) for token in tokens)


def _y_to_i(token: str) -> str:
    """sỹ and sĩ, lý and lí, quý and quí are spellings of one word."""
    ending = _Y_ENDING.match(token)
    return f"{ending[1]}i" if ending else token


def _dates(tokens: list[str]) -> list[str]:
    """Streets named after a day, spelled with "tháng" and digits."""
    words = list(tokens)
    for i in range(1, len(words) - 1):
        if words[i] == "/" and words[i - 1].isdigit() and words[i + 1].isdigit():
            words[i] = "thang"
    for i in range(1, len(words)):
        if words[i - 1] == "thang" and words[i] in _MONTHS:
            words[i] = _MONTHS[words[i]]
            if i >= 2 and words[i - 2] in _MONTHS and len(words) == 3:
                words[i - 2] = _MONTHS[words[i - 2]]
    if "thang" in words:
        words = _day_in_figures(words, words.index("thang"))
    return [word for word in words if word != "/"]


def _day_in_figures(words: list[str], month_at: int) -> list[str]:
    """Hai Mươi Sáu Tháng Ba is 26/3, Ba Mươi Tháng Tư 30/4: a day above ten that begins the name."""
    day = words[:month_at]
    if not 2 <= len(day) <= 3 or "muoi" not in day[:2] or not all(word in _MONTHS for word in day):
        return words
    tens = 1 if day[0] == "muoi" else int(_MONTHS[day[0]])
    units = day[day.index("muoi") + 1 :]
    return [str(tens * 10 + (int(_MONTHS[units[0]]) if units else 0)), *words[month_at:]]


def initials(key: str) -> str:
    """First letters and numbers of a key: "cach mang thang 8" is cmt8."""
    return "".join(word if word[0].isdigit() else word[0] for word in key.split())


_PLACE_WORDS = {
    "bv": "benh vien",
    "ks": "khach san",
    "dh": "dai hoc",
    "ubnd": "uy ban nhan dan",
    "tttm": "trung tam thuong mai",
    "kcn": "khu cong nghiep",
    "ccu": "chung cu",
}


@lru_cache(maxsize=50_000)
def place_key(name: str) -> str:
    """The key of a landmark's name, common shortenings spelled out."""
    words: list[str] = []
    for token in fold(name).replace("/", " ").split():
        word = _MONTHS.get(token, token) if words[-1:] == ["nga"] else token  # ngã sáu, ngã 6
        words += _PLACE_WORDS.get(word, word).split()
    return " ".join(_y_to_i(_number(word)) for word in words)


_WARD_KIND = re.compile(r"^(phuong|xa|thi tran|dac khu|quan|huyen|thanh pho|thi xa|tp|p|q|f|tt|h)\b\.?\s*")


@lru_cache(maxsize=50_000)
def ward_key(name: str) -> str:
    """The key of a ward's or district's own name, its kind left out: "Phường 03" and "P.3" are both 3."""
    bare = _WARD_KIND.sub("", fold(name).replace("/", " "))
    return " ".join(_y_to_i(_number(word)) for word in bare.split())


_INSIDE = frozenset(
    map(
        accented,
        ["tầng", "lầu", "lô", "toà", "tháp", "phòng", "kiốt", "quầy", "sạp", "gian", "căn", "dãy", "giường"],
    )
)


def is_inside(word: str, before: str) -> bool:
    """Whether a word that reads plainly like a floor, a block or a room (lo, phong) can be one as written,
    by its marks and the word before it (plain, "," for a break): Cao Lỗ and Lê Hồng Phong are streets."""
    if has_marks(word):
        return accented(word) in _INSIDE
    return word.lower() != "phong" or before in {"", ","} or before[-1].isdigit()
