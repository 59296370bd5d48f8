"""Words that say of a name that it is a street's of before, and of another that it is today's; pure.

"đường Lê Văn Duyệt cũ" · "đường Công Lý hồi xưa" · "Gia Long cũ, nay là Lý Tự Trọng"
"""

from __future__ import annotations

from collections.abc import Sequence

from gis.geocode.fold import accented, fold
from gis.geocode.tokens import BREAK, Token

_SAID_BEHIND = """
cũ|ngày xưa|hồi xưa|hồi trước|ngày trước|hồi đó|xưa|trước đây|trước kia|thời Pháp|trước 75|trước 1975
|hồi trước 75|trước giải phóng|hồi trước giải phóng|trước năm 75|trước năm 1975|tên cũ|tên xưa
"""
_BEHIND = sorted(
    (tuple(map(accented, words.split())) for words in _SAID_BEHIND.replace("\n", "").split("|")),
    key=len,
    reverse=True,
)
_BECAME = tuple(
    tuple(words.split())
    for words in ("hien nay la", "bay gio la", "sau nay la", "doi ten thanh", "doi thanh", "nay la", "gio la")
)
_HOUSES = frozenset(
    {"benh", "bv", "truong", "chung", "khach", "cong", "cho", "sieu", "toa", "nha", "quan", "ngan", "tram"}
)
_ROADS = frozenset({"duong", "pho", "quoc", "tinh"})
_LEADS = frozenset({"so", "nha", "hem", "ngo", BREAK})


def without_formerly(name: str) -> str:
    """The name without the words behind it that say it is one of before; "" where none are said."""
    words = name.split()
    keys = tuple(accented(word) for word in words)
    for said in _BEHIND:
        if len(words) > len(said) + 1 and keys[-len(said) :] == said:
            return " ".join(words[: -len(said)])
    return ""


def is_of_before(names: Sequence[str]) -> bool:
    """Whether the name most likely meant is said to be one of before; a market may be called old too."""
    return bool(names) and bool(without_formerly(names[0])) and fold(names[0]).split()[0] != "cho"


def _begins_street(token: Token) -> bool:
    """Whether a street's name may begin there, and not what a house became: "nay là Bệnh viện Quận 1"."""
    named = token.key[0].isalpha() and token.raw[:1].isupper() and token.key not in _HOUSES
    return named or token.key in _ROADS


def take_todays(tokens: Sequence[Token]) -> list[Token]:
    """The tokens with a name of before left out where today's is said behind it; its number stays."""
    for i in range(len(tokens)):
        keys = tuple(token.key for token in tokens[i : i + 3])
        width = next((len(words) for words in _BECAME if keys[: len(words)] == words), 0)
        after = i + width
        if not width or not i or after >= len(tokens) or not _begins_street(tokens[after]):
            continue  # "… bây giờ là cháy lớn lắm"
        before = list(tokens[:i])
        while before and before[-1].key == BREAK:
            before.pop()
        begin = next((n + 1 for n in range(len(before) - 1, -1, -1) if before[n].key == BREAK), 0)
        kept = begin
        while kept < len(before) and (before[kept].key in _LEADS or before[kept].key[0].isdigit()):
            kept += 1
        if kept < len(before) and all(token.key[0].isalpha() for token in before[kept:]):
            return [*before[:kept], *tokens[after:]]
    return list(tokens)
