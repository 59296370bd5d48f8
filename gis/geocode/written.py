"""What is put right in a text before its words are looked at: ways of writing that mean the same; pure."""

from __future__ import annotations

import html
import re
import unicodedata

_NEW_NUMBER = re.compile(r"\(\s*số mới\s*:?\s*([^()]*)\)", re.IGNORECASE)
_OLD_NUMBER = re.compile(r"\(\s*số cũ[^()]*\)", re.IGNORECASE)
_NUMBER_BEFORE = re.compile(r"\d\S{0,40}\s{0,3}$")
_LABEL = re.compile(
    r"(?<![^\W_])(số nhà|số|nhà|hẻm|tên đường|đường|phường|xã|ấp|tổ|khu phố|quận|huyện|thị trấn"
    r"|so nha|so|hem|duong|phuong|xa|ap|to|khu pho|quan|huyen)\s?:\s?",
    re.IGNORECASE,
)
_SENTENCE = re.compile(r"\.\s{1,3}(?=(?:Đường|Hẻm|Phường|Xã|Quận|Huyện|Thị trấn|Thành phố|TP)\b)")
_ALLEY_LETTER = re.compile(
    r"(^\s*|[,;:]\s*|(?<!\w)(?:ở|tại|o|tai|trong|vô|vào|chỗ|đầu|cuối|nhà|nha|số|so)\s)"
    r"h ?(?=\d{1,4}(?:/|\s|$))"
)
"""The h of "h45/6" and "số 6 h45"; a block's ("chung cư h1") stands behind its house, and a capital."""
_CUT_DISTRICTS = (
    ("gv", "Gò Vấp"), ("pn", "Phú Nhuận"), ("b ?th[aạ]nh", "Bình Thạnh"), ("b ?t[aâ]n", "Bình Tân"),
    ("t ?ph[uú]", "Tân Phú"), ("t ?đ[uứ]c|tduc", "Thủ Đức"),
)  # fmt: skip
"""Districts cut so that nothing else is meant, behind a street without a comma."""
_SUBSTITUTES: tuple[tuple[re.Pattern[str], str], ...] = (
    (re.compile(r"(\d)\s+bis(?=[/\\]\d)", re.IGNORECASE), r"\1bis"),
    (re.compile(r"(?<=\d)\s([A-D])(?=[/\\]\d)"), r"\1"),  # "12 A/5"
    (re.compile(r"(?<![\w/-])(\d{1,4})-([A-D])(?= )"), r"\1\2"),  # "12-A Lê Lợi"
    (re.compile(r"(?<=\d)([xs][^\W\d_]{2,4}?)(?=\d)", re.IGNORECASE), r" \1 "),  # "45xẹt6"
    (re.compile(r"(?<=\d)[/\\]{2,3}(?=\d)"), "/"),
    (re.compile(r"\b(?:kilo ?m[eéè]t|ki ?-?l[oô] ?-?m[eéè]t)\b", re.IGNORECASE), "km"),
    (re.compile(r"\b(km|cây số|cay so) (?:thứ|thu) ", re.IGNORECASE), r"\1 "),
    (re.compile(r"\b(?:cách|cach) (?=(?:km|cây số|cay so)\b)", re.IGNORECASE), ""),
    (
        re.compile(
            r"\b(cuối|cuoi) (?:cùng|cung) (?:(?:trong|của|ở|o|cua) )?(?=(?:hẻm|hem|ngõ|ngo)\b)", re.IGNORECASE
        ),
        r"\1 ",
    ),
    (re.compile(r"(?<!\w)K(\d{1,4})\s?\+\s?(\d{3})(?!\d)", re.IGNORECASE), r"Km\1+\2"),
    (re.compile(r"\b(km|cây số|cay so)\s?(\d{1,4})[.,](\d{1,3})(?!\d)", re.IGNORECASE), r"\1 \2+\3"),
    (re.compile(r"(?<!\w)[ĐD]\.?S\.?\s?(?=\d)", re.IGNORECASE), "đường số "),
    (re.compile(r"(?<!\w)(?:[Ss][Nn]\.?\s?|s\.)(?=\d)"), "số "),
    (
        re.compile(
            r"\b(căn(?: hộ)?(?: số)?|phòng|apartment|apt|flat|unit|room) (\d{1,2})\.(\d{2})(?!\d)",
            re.IGNORECASE,
        ),
        r"\1 \2\3",
    ),
    (_ALLEY_LETTER, r"\1hẻm "),
    (re.compile(r"\b(nhà|nha|hẻm|hem) không số\b|\bkhông (?:có )?số nhà\b", re.IGNORECASE), r"\1"),
    *(
        (re.compile(rf"(?<=[^\W_]{{2}})\s(?:{short})(?!\w)", re.IGNORECASE), f", quận {name}")
        for short, name in _CUT_DISTRICTS
    ),
    (re.compile(r"(?<!\w)(?:đườg|đươg|dươg|đuờng|duog|đừơng)(?!\w)", re.IGNORECASE), "duong"),
    (re.compile(r"(?<!\w)(?:wận|wan|qận)(?=\s?\d)", re.IGNORECASE), "quan "),
    (re.compile(r"(?<!\w)([PpFf]\.\s?[A-ZĐ][a-zà-ỹ]+)(?=[A-ZĐ][a-zà-ỹ])"), r", \1 "),  # "P.ĐaKao"
    (_LABEL, r"\1 "),
    (_SENTENCE, ", "),
)
_MARKUP_BREAK = re.compile(r"</?(?:br|p|div|li|tr|td)\b[^<>]{0,80}>", re.IGNORECASE)
_MARKUP = re.compile(r"</?[a-zA-Z][^<>]{0,80}>")
_FULL_WIDTH = 0xFEE0
_METRES = re.compile(r"\b(km|cây số|cay so) (\d{1,4})\+(\d{1,2})(?!\d)", re.IGNORECASE)


def with_plain_characters(text: str) -> str:
    """The text in characters that a keyboard here writes: digits of any script and full-width letters as
    plain ones, nothing that has no width or turns the direction, no mark-up of a web page."""
    if "<" in text or "&" in text:
        text = html.unescape(_MARKUP.sub("", _MARKUP_BREAK.sub(", ", text)))
    return text if text.isascii() else "".join(map(_plain_character, text))


def _plain_character(character: str) -> str:
    if character.isdecimal():
        return str(unicodedata.decimal(character))
    if unicodedata.category(character) == "Cf":
        return ""
    code = ord(character)
    return chr(code - _FULL_WIDTH) if 0xFF01 <= code <= 0xFF5E else " " if code == 0x3000 else character


def as_written_plainly(text: str) -> str:
    """The text with one way of writing for each thing: of a house numbered anew ("450/1 (số mới 454/2) Phan
    Xích Long") the new number, "km 12,3" as km 12+300, "123 bis/4" in one word, "ĐS 8" as đường số 8."""
    for pattern, plain in _SUBSTITUTES:
        text = pattern.sub(plain, text)
    text = _OLD_NUMBER.sub(" ", _METRES.sub(lambda km: f"{km[1]} {km[2]}+{km[3]:0<3}", text))
    new = _NEW_NUMBER.search(text)
    if new is None:
        return text
    return f"{_NUMBER_BEFORE.sub('', text[: new.start()].rstrip())} {new[1]} {text[new.end() :]}"
