"""An address said in four ways, as callers and colleagues say it. The row decides the filler."""

from __future__ import annotations

import re
from hashlib import sha256

from gis.geocode.fold import strip_marks

Row = dict[str, str]

_UNITS = ("không", "một", "hai", "ba", "bốn", "năm", "sáu", "bảy", "tám", "chín")
_SLASHES = ("xẹt", "xuyệt", "xẹc", "gạch", "trên")
_SHORT = {
    "Nguyễn": "Ng.",
    "Phường": "P.",
    "Quận": "Q.",
    "Huyện": "H.",
    "Đường": "Đ.",
    "Hẻm": "H.",
    "Quốc lộ": "QL",
}
_BEFORE = (
    "dạ alo em ở",
    "anh ơi tới",
    "có người té ở",
    "ờ cháy nhà",
    "xe tông nhau chỗ",
    "cho em xin xe cấp cứu tới",
)
_AFTER = ("anh ơi nhanh lên", "ạ", "nha", "đó", "gần đầu đường á", "")


def _luck(row: Row, salt: str, count: int) -> int:
    return sha256(f"{row['id']} {row['housenumber']} {salt}".encode()).digest()[0] % count


def _area(row: Row) -> str:
    ward = f"Phường {row['ward']}" if row["ward"].isdigit() else row["ward"]
    district = f"Quận {row['district']}" if row["district"].isdigit() else row["district"]
    return ", ".join(part for part in (ward, district) if part) or row["ward_2025"]


def in_full(row: Row) -> str:
    """Number, street, ward and district as the source has them."""
    return f"{row['housenumber']} {row['street']}, {_area(row)}"


def without_marks(row: Row) -> str:
    """The same without any diacritics, in small letters."""
    return strip_marks(in_full(row)).lower()


def abbreviated(row: Row) -> str:
    """Words cut as on paper: Ng., P.3, Q.5."""
    text = in_full(row)
    for word, short in _SHORT.items():
        text = re.sub(rf"\b{word}\b ?(?=\w)", f"{short} " if short == "Ng." else short, text)
    return text


def spoken(row: Row) -> str:
    """Numbers in words, slashes spoken, with fillers before and after."""
    number = " ".join(
        _spoken_part(part, row) for part in re.split(r"(/)", row["housenumber"].split("-")[0].strip())
    )
    before, after = _BEFORE[_luck(row, "b", len(_BEFORE))], _AFTER[_luck(row, "a", len(_AFTER))]
    return f"{before} số {number} đường {row['street'].lower()} {_area(row).lower()} {after}".strip()


def _spoken_part(part: str, row: Row) -> str:
    if part == "/":
        return _SLASHES[_luck(row, "s", len(_SLASHES))]
    match = re.match(r"^(\d+)(.*)$", part.strip())
    if match is None:
        return part
    digits, rest = match.groups()
    words = _digit_by_digit(digits) if _luck(row, "w", 2) else number_in_words(int(digits))
    return f"{words} {rest.strip()}".strip()


def _digit_by_digit(digits: str) -> str:
    return " ".join(_UNITS[int(digit)] for digit in digits)


def number_in_words(number: int) -> str:
    """A number below 10,000 as it is said in the south: "hai trăm lẻ năm", "bốn mươi lăm"."""
    if number < 10:
        return _UNITS[number]
    if number < 20:
        return "mười" + ("" if number == 10 else f" {'lăm' if number == 15 else _UNITS[number % 10]}")
    if number < 100:
        tens, unit = divmod(number, 10)
        tail = {0: "", 1: " mốt", 4: " bốn", 5: " lăm"}.get(unit, f" {_UNITS[unit]}")
        return f"{_UNITS[tens]} mươi{tail}"
    if number < 1000:
        hundreds, rest = divmod(number, 100)
        head = f"{_UNITS[hundreds]} trăm"
        if rest == 0:
            return head
        return f"{head} lẻ {_UNITS[rest]}" if rest < 10 else f"{head} {number_in_words(rest)}"
    thousands, rest = divmod(number, 1000)
    head = f"{number_in_words(thousands)} nghìn"
    if rest == 0:
        return head
    middle = "không trăm " if rest < 100 else ""
    tail = f"lẻ {_UNITS[rest]}" if rest < 10 else number_in_words(rest)
    return f"{head} {middle}{tail}"
