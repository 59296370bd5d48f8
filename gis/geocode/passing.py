"""What a caller on the road tells of the way past a place, and words for a place that are no name; pure.

"mới qua vòng xoay Dân Chủ một chút" is near it · "trong hẻm bên hông trường Lê Lợi": the alley has no name,
the school has · "trạm xe buýt đối diện bệnh viện Ung Bướu": nor has the bus stop
"""

from __future__ import annotations

from collections.abc import Sequence

from gis.geocode.fold import accented
from gis.geocode.telling import find_relation
from gis.geocode.tokens import BREAK, Token

_PASSED = """
qua khỏi|mới qua khỏi|vừa qua khỏi|mới qua|vừa qua|chưa tới|chưa đến|sắp tới|sắp đến|gần tới|gần đến|mới tới
|quá|vừa tới|đi qua|chạy qua|qua
"""
_SAID = tuple(
    sorted((tuple(words.split()) for words in _PASSED.replace("\n", "").split("|")), key=len, reverse=True)
)
_MARKED = tuple(tuple(map(accented, words)) for words in _SAID)
_PLAIN = (("qua", "khoi"), ("moi", "qua"), ("chua", "toi"), ("sap", "toi"), ("gan", "toi"))
_HEADS = frozenset(
    {("nga",), ("cau",), ("vong", "xoay"), ("bung", "binh"), ("cho",), ("truong",), ("benh", "vien"), ("bv",),
     ("cay", "xang"), ("tram",), ("nha", "tho"), ("chua",), ("ham",), ("cong", "vien"), ("sieu", "thi"),
     ("nut", "giao"), ("ben", "xe"), ("den", "xanh"), ("lang",), ("dinh",), ("khach", "san"), ("chung", "cu"),
     ("kcn",), ("khu", "cong", "nghiep"), ("san", "bay"), ("ga",), ("cong", "truong"), ("dai", "hoc")}
)  # fmt: skip
"""What one passes: a bridge, a junction, a market. "Qua" before anything else is part of a way."""
_STRETCHES = frozenset({"doan", "khuc", "huong"})
_A_BIT = tuple(
    tuple(map(accented, words.split()))
    for words in (
        "một chút xíu",
        "một chút",
        "một tí",
        "một xíu",
        "một đoạn",
        "chút xíu",
        "tí xíu",
        "xíu",
        "chút",
    )
)
_NAMELESS = frozenset(
    {("hem",), ("ngo",), ("tram", "xe", "buyt"), ("tram", "xe", "bus"), ("cay", "xang"), ("nha", "tro"),
     ("day", "tro"), ("phong", "tro"), ("khu", "nha", "tro"), ("quan", "ca", "phe"), ("quan", "cafe"),
     ("quan", "nhau"), ("quan", "com"), ("quan", "an"), ("tiem", "tap", "hoa"), ("tap", "hoa"),
     ("cong", "truong"), ("bai", "dat", "trong"), ("bai", "dat"), ("bai", "giu", "xe"), ("cua", "hang"),
     ("duong", "hem"), ("cong", "ty"), ("tiem", "sua", "xe"), ("tiem", "toc"), ("quan", "nuoc")}
)  # fmt: skip
_HOUSE_WORDS = "chợ trường bệnh chùa lăng cầu đình siêu bến công khách tòa chung nhà miếu ga trạm"
_HOUSES = frozenset(map(accented, _HOUSE_WORDS.split()))
_BEFORE_NAMELESS = frozenset({"trong", "con", "cai", "vo", "vao", "di", "o", "ngay", "cho", "duoi", "mot"})
_ALLEYS = frozenset({"hem", "ngo"})
_GAP = Token(BREAK, BREAK)
_NEAR = Token("gần", "gan")


def near_what_is_passed(tokens: Sequence[Token], marked: bool) -> list[Token]:
    """The tokens with "mới qua", "chưa tới" and the like before a bridge, a junction, a market as "gần"."""
    out: list[Token] = []
    i = 0
    passed = False
    while i < len(tokens):
        passed = passed and tokens[i].key != BREAK
        width = _passed_width(tokens, i, marked, out)
        bit = _bit_width(tokens, i) if passed else 0
        if width:
            out += [*([_GAP] if out and out[-1].key != BREAK else []), _NEAR]
            passed = True
        elif bit:
            out.append(_GAP)
        else:
            out.append(tokens[i])
        i += width or bit or 1
    return out


def _passed_width(tokens: Sequence[Token], i: int, marked: bool, out: Sequence[Token]) -> int:
    words = tuple(accented(t.raw) if marked and t.key != BREAK else t.key for t in tokens[i : i + 3])
    width = next((len(said) for said in (_MARKED if marked else _PLAIN) if words[: len(said)] == said), 0)
    if not width or (width == 1 and out and out[-1].key in _STRETCHES):
        return 0
    ahead = tuple(token.key for token in tokens[i + width : i + width + 3])
    return width if any(ahead[: len(head)] == head and len(ahead) > len(head) for head in _HEADS) else 0


def _bit_width(tokens: Sequence[Token], i: int) -> int:
    """How many tokens at i say "một chút" and end there."""
    words = tuple(accented(t.raw) if t.key != BREAK else BREAK for t in tokens[i : i + 4])
    width = next((len(said) for said in _A_BIT if words[: len(said)] == said), 0)
    return width if width and words[width : width + 1] in {(), (BREAK,)} else 0


def put_named_first(segments: list[list[Token]], marked: bool) -> list[list[Token]]:
    """The segments without "hẻm" or "trạm xe buýt" alone before one that has a name: there are many."""
    segments = _between(segments, marked)
    for n, segment in enumerate(segments[:-1]):
        following = segments[n + 1]
        if not find_relation(following, marked)[1]:
            continue
        rest = [*segments[:n], *segments[n + 2 :]]
        if n == 0 and _is_nameless(segment):
            return [following, *rest]
        led = _without_alley(segment)
        if len(led) < len(segment):
            return [following, led, *rest]  # "gần ngã tư Bảy Hiền đi vào hẻm | bên hông trường …"
    return segments


def _between(segments: list[list[Token]], marked: bool) -> list[list[Token]]:
    """ "giữa chợ Bà Chiểu và lăng Ông" is near the one and the other: no corner of two streets."""
    if not marked or not segments or segments[0][0].key != "giua":
        return segments
    words = segments[0][1:]
    at = next((n for n, token in enumerate(words) if token.key in {"va", "voi"}), 0)
    if not at or len(words) < at + 2 or accented(words[0].raw) not in _HOUSES or not words[0].raw.islower():
        return segments
    return [[_NEAR, *words[:at]], words[at + 1 :], *segments[1:]]


def _is_nameless(segment: Sequence[Token]) -> bool:
    keys = [token.key for token in segment]
    while len(keys) > 1 and keys[0] in _BEFORE_NAMELESS:
        keys = keys[1:]
    return tuple(keys) in _NAMELESS


def _without_alley(segment: list[Token]) -> list[Token]:
    """ "ngã tư Bảy Hiền đi vào hẻm" without the alley that has neither number nor name."""
    end = len(segment)
    if segment[-1].key not in _ALLEYS:
        return segment
    end -= 1
    while end and segment[end - 1].key in _BEFORE_NAMELESS:
        end -= 1
    return segment[:end] if 1 < end < len(segment) - 1 else segment
