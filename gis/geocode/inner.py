"""Where in a building (lô, block, tầng, căn, phòng), which group of a ward (khu phố, tổ, ấp), which kilometre
of a road: parts of an address that are neither number nor street; pure."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import pairwise

from gis.geocode.fold import accented, is_inside
from gis.geocode.tokens import BREAK, Token

_INNER = frozenset(
    {"tang", "lau", "lo", "block", "blk", "toa", "thap", "phong", "unit", "kios", "kiot", "quay", "sap",
     "gian", "floor", "room", "can", "day", "giuong"}
)  # fmt: skip
_ROADS = frozenset((kind, "lo") for kind in ("quoc", "tinh", "huong", "xa", "dai", "giao"))
_HALVES = frozenset(map(accented, ("rưỡi", "rưởi", "ruoi")))
_METRES = re.compile(r"^(\d+)(?:m|met)?$")
_ROMAN = re.compile(r"^[IVX]{1,4}$")
_FLAT = re.compile(r"^0+\.\d+[a-z]?$")
"""A flat or booth on the ground floor: 0.07."""
_BASEMENT = re.compile(r"^b?\d$")
_LEVELS = frozenset({"tret", "ham", "lung", "thuong"})
_BUILDINGS = frozenset({("chung", "cu"), ("cu", "xa"), ("khach", "san")})
_SPOTS = (
    ("san", "thuong"), ("bai", "giu", "xe"), ("bai", "xe"), ("ham", "xe"), ("nha", "xe"),
    ("ham", "gui", "xe"), ("can", "tin"), ("sanh",), ("phong", "cap", "cuu"), ("khoa", "cap", "cuu"),
    ("cong", "chinh"), ("cong", "sau"), ("cong", "phu"), ("cong",), ("cua",),
)  # fmt: skip
_GATES = frozenset({"cong", "cua"})
_WHOLES = frozenset(
    {"benh", "bv", "truong", "cho", "chung", "toa", "khach", "sieu", "ben", "dai", "cong", "san", "trung",
     "kcn"}
)  # fmt: skip
"""What such a spot belongs to begins so: bệnh viện, trường, chợ, chung cư, tòa nhà, khách sạn, siêu thị …"""
_PARTS: tuple[tuple[tuple[str, ...], bool], ...] = (
    (("to", "dan", "pho"), False), (("khu", "pho"), True), (("khu", "vuc"), False), (("kp",), False),
    (("tdp",), False), (("to",), False), (("ap",), True),
)  # fmt: skip
_STREET_WORDS = frozenset(
    {"duong", "dg", "hem", "so", "nha", "quoc", "tinh", "phuong", "xa", "quan", "huyen"}
)


def take_inner(tokens: Sequence[Token]) -> tuple[list[Token], list[str]]:
    """The tokens without what lies inside a building, and that, as said: "lô B", "tầng 5", "căn 12"."""
    rest: list[Token] = []
    inner: list[str] = []
    pairs = {(a.key, b.key) for a, b in pairwise(tokens)}
    building = bool(pairs & _BUILDINGS)
    i = 0
    while i < len(tokens):
        flat = _flat_before_building(tokens, i, rest)
        if flat:
            told = [*(token.raw for token in rest if token.key != BREAK), *inner]
            inner = [" ".join(told)] if told else []
            rest = []
            i += flat
            continue
        width = _inner_width(tokens, i, building or bool(inner)) or _spot_width(tokens, i, bool(inner))
        width = width or bool(_FLAT.match(tokens[i].key))
        if width:
            inner.append(_words(tokens[i : i + width]))
            while rest and rest[-1].key in ({"so", "nha"} if _FLAT.match(tokens[i].key) else {"tren", "tai"}):
                rest.pop()  # "nhà 45 trên lầu 3", "số 0.07"
            rest.append(Token(BREAK, BREAK))
            i += width
        else:
            rest.append(tokens[i])
            i += 1
    return rest, inner


def _flat_before_building(tokens: Sequence[Token], i: int, rest: Sequence[Token]) -> int:
    """At "chung cư 830 Sư Vạn Hạnh" after a flat's number: the words before the building's own number."""
    named = tuple(token.key for token in tokens[i : i + 2]) == ("chung", "cu")
    if not named or i + 2 >= len(tokens) or not tokens[i + 2].key[0].isdigit():
        return 0
    return 2 if any(token.key[0].isdigit() for token in rest if token.key != BREAK) or not _said(rest) else 0


def _said(rest: Sequence[Token]) -> bool:
    return any(token.key != BREAK for token in rest)


def _words(tokens: Sequence[Token]) -> str:
    return " ".join(token.raw for token in tokens).replace(" - ", "-")


def _inner_width(tokens: Sequence[Token], i: int, building: bool) -> int:
    key = tokens[i].key
    before = tokens[i - 1].key if i else ""
    if key not in _INNER or (before, key) in _ROADS or not is_inside(tokens[i].raw, before):
        return 0
    at = i + 1
    if key == "can" and at < len(tokens) and tokens[at].key == "ho":
        at += 1
    elif key == "can" and not building and not _followed_by_inner(tokens, at):
        return 0
    if (key, _key(tokens, at)) in {("toa", "nha"), ("phong", "tro"), ("gian", "hang")}:
        at += 1
    if at < len(tokens) and tokens[at].key == "so" and (key != "can" or building):
        at += 1
    if at >= len(tokens) or not _is_mark(tokens[at], key):
        return 0
    if key == "toa" and not any(c.isdigit() for c in tokens[at].key) and len(tokens[at].key) > 1:
        return 0
    at += 1
    if tokens[at - 1].key in _LEVELS and at < len(tokens) and _BASEMENT.match(tokens[at].key):
        at += 1
    while at + 1 < len(tokens) and tokens[at].key in {"-", "&", "+"} and _is_mark(tokens[at + 1], key):
        at += 2
    return at - i


def _spot_width(tokens: Sequence[Token], i: int, within: bool) -> int:
    """How many words at i say a spot of the large house named right behind them: "cổng số 2 | bệnh viện …",
    "sân thượng | tòa nhà …"; a gate only with its number."""
    if i and tokens[i - 1].key != BREAK and not within:
        return 0
    for words in _SPOTS:
        at = i + len(words)
        if tuple(token.key for token in tokens[i:at]) != words:
            continue
        if words[0] in _GATES and len(words) == 1:
            at += at < len(tokens) and tokens[at].key == "so"
            if at >= len(tokens) or not tokens[at].key.isdigit():
                return 0
            at += 1
        return at - i if at < len(tokens) and tokens[at].key in _WHOLES else 0
    return 0


def _key(tokens: Sequence[Token], i: int) -> str:
    return tokens[i].key if i < len(tokens) else BREAK


def _followed_by_inner(tokens: Sequence[Token], at: int) -> bool:
    return at + 1 < len(tokens) and tokens[at + 1].key in _INNER


def _is_mark(token: Token, key: str) -> bool:
    """A floor's or a block's own mark: 5, A2, B, CR4, trệt."""
    if token.key in {BREAK, "-"}:
        return False
    if any(c.isdigit() for c in token.key):
        return "/" not in token.key
    if _ROMAN.match(token.raw):
        return True  # "lô IV"
    letter = len(token.key) == 1 and token.raw.isascii() and token.key.isalpha()  # "té lầu ở 12 Lê Lợi"
    return letter or (key in {"tang", "lau"} and token.key in _LEVELS)


def take_parts(tokens: Sequence[Token]) -> tuple[list[Token], list[str]]:
    """The tokens without the groups of a ward, and those, as said: "tổ 5", "khu phố 3", "ấp Bàu Tre 2"."""
    rest: list[Token] = []
    parts: list[str] = []
    i = 0
    while i < len(tokens):
        width = _part_width(tokens, i)
        if width:
            parts.append(_words(tokens[i : i + width]))
            rest.append(Token(BREAK, BREAK))
            i += width
        else:
            rest.append(tokens[i])
            i += 1
    return rest, parts


def _part_width(tokens: Sequence[Token], i: int) -> int:
    keys = [token.key for token in tokens[i : i + 3]]
    if i and tokens[i - 1].key == "lien":
        return 0  # "Liên ấp 2-6", "Liên khu phố 4": roads
    for words, named in _PARTS:
        if tuple(keys[: len(words)]) != words:
            continue
        at = i + len(words)
        if at < len(tokens) and tokens[at].key == "so":
            at += 1
        if at < len(tokens) and tokens[at].key[0].isdigit() and "/" not in tokens[at].key:
            return at + 1 - i
        begins = i == 0 or tokens[i - 1].key == BREAK or any(c.isdigit() for c in tokens[i - 1].key)
        if not named or not begins:
            return 0
        while at < len(tokens) and tokens[at].key not in {BREAK, "-"} and tokens[at].key not in _STREET_WORDS:
            at += 1
            if tokens[at - 1].key[0].isdigit():
                break
        return at - i if at > i + len(words) else 0
    return 0


def take_kilometre(tokens: Sequence[Token]) -> tuple[list[Token], float | None]:
    """The tokens without a road's kilometre, and that, in km: "km 12", "Km12+300", "cây số 12"."""
    for i, token in enumerate(tokens):
        at = i + 1
        if token.key == "cay" and at < len(tokens) and tokens[at].key == "so":
            at += 1
        elif token.key != "km":
            continue
        if at < len(tokens) and tokens[at].key == "so":
            at += 1
        if at >= len(tokens) or not tokens[at].key.isdigit() or len(tokens[at].key) > 4:
            continue
        kilometre = float(tokens[at].key)
        at += 1
        if at < len(tokens) and accented(tokens[at].raw) in _HALVES:
            kilometre, at = kilometre + 0.5, at + 1
        metres = _METRES.match(tokens[at + 1].key) if at + 1 < len(tokens) else None
        if metres and tokens[at].key in {"+", "cong"}:
            kilometre += float(metres[1][:3]) / 1000
            at += 2
            at += at < len(tokens) and tokens[at].key in {"m", "met"}
        return [*tokens[:i], Token(BREAK, BREAK), *tokens[at:]], kilometre
    return list(tokens), None
