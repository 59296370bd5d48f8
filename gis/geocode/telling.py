"""What surrounds an address in a caller's sentence: pleas, what happened, and how the place lies to
what was named ("đối diện", "đầu hẻm"); pure.

A word with diacritics counts only when they are right; in a text without any, only words that no street here
begins with are taken for talk.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

from gis.geocode.fold import accented
from gis.geocode.tokens import Token

_TALK = """
dạ alo a-lô em anh chị cô chú bác ông bà con cháu tôi tui mình ơi ờ ừ ừm à ạ hả nè đó này có bị đang vừa mới
nhà cháy nổ lửa khói rồi lớn to người té ngã xỉu ngất bất tỉnh thương nặng đâm chém cướp giật trộm đánh nhau
tông đụng xe máy tải hơi ôtô kẹt mắc chìm đuối nước sập tai nạn giao thông cấp cứu giúp với cho xin gấp
nhanh lẹ lên tới đến đi ở tại chỗ là nạn nhân khẩn đau tim khó thở mẹ ba vợ chồng bệnh nhân hỏa hoạn xảy ra
vụ hiện đứng gọi báo tin nằm ngoài kìa kia giùm dùm lắm quá địa chỉ số đoạn khu vực nay gần ngay cần hỗ trợ
vị trí của ngập lật va chạm mất thắng phanh lái cáo tài xế đây kêu đổ gãy rớt tuốt
"""
_PLAIN = "alo chay nguoi oi dang vua cuu gap nhe help fire accident at in please the is there"
_HOUSES = "tho hat ga van sach thuoc hang tre nghi tro xe xac tang may rong khach thieu"
_JUNCTIONS = "ba tu nam sau bay 3 4 5 6 7"
_EVENTS = "cháy nổ khói té xỉu ngất đâm chém cướp đánh tông đụng kẹt đuối sập nạn cứu ngập lật chạm"
_SAID_LAST = "luôn nha nhé nghe nghen á ạ nè đó kìa rồi lắm vậy"
_SAID_WITH = frozenset(accented(word) for word in ("quá", "hết", "cứng"))
"""Last words only behind others: Nguyễn Văn Quá is a street."""
_CLOSING = frozenset(accented(word) for word in _SAID_LAST.split())
_CALL, _CALLED_AT_MOST = accented("ơi"), 4
_ON_BRIDGE = frozenset(map(accented, ("giữa", "đỉnh")))
_TALK_MARKED = frozenset(accented(word) for word in _TALK.split())
_TALK_PLAIN = frozenset(_PLAIN.split())
_PAIRS = """
tai nan|giao thong|co nguoi|co chay|co tai|bi thuong|cap cuu|danh nhau|xe may|xe tong|em o|nha em|nha toi
|nha chay|toi o|da em|da alo|anh oi|chi oi|bat tinh
"""
_PLAIN_PAIRS = frozenset(tuple(pair.split()) for pair in _PAIRS.replace("\n", "").split("|"))
_TALK_NOT_BEFORE = {
    "nhà": _HOUSES.split(),
    "giao": ["lo"], "lái": ["thieu"],
    "đây": None, "bệnh": ["vien"], "tỉnh": ["lo"], "ngã": _JUNCTIONS.split(), "cần": ["gio", "thanh"],
    "cô": ["giang", "bac"], "số": None, "khu": None, "bà": None, "ông": None,
    "ba": None, "chú": None, "bác": ["ai"], "nước": None, "người": None, "tim": None, "nổ": None, "lên": None,
}  # fmt: skip
_HAPPENED = frozenset(accented(word) for word in _EVENTS.split()) | {
    "chay",
    "tong",
    "cuu",
    "fire",
    "accident",
}
_AT = frozenset(accented(word) for word in ("ở", "tại", "chỗ", "tới", "đến", "trên"))
_AT_PLAIN = frozenset({"o", "at"})
_AFTER = frozenset(accented(word) for word in ("đang", "bị", "có", "cháy"))
_AFTER_PAIRS = frozenset({("dang", "chay"), ("bi", "chay"), ("co", "nguoi"), ("co", "chay"), ("tai", "nan")})
_EVENT_PAIRS = frozenset(
    {("xe", "tong"), ("co", "tai"), ("co", "nguoi"), ("co", "chay"), ("dang", "chay"), ("bi", "chay"),
     ("tai", "nan"), ("danh", "nhau"), ("bi", "tai"), ("xe", "may"), ("xe", "tai"), ("bi", "ngap"),
     ("bi", "te"), ("bi", "tong"), ("dang", "ket"), ("bi", "ket")}
)  # fmt: skip
_PLAIN_NAMES = frozenset({("bi", "te"), ("xe", "tai")})
_ALLEYS = frozenset({"hem", "ngo", "ngach", "kiet"})
_STREETS = _ALLEYS | {"duong", "pho"}
_COUNTED = frozenset({"nguoi", "xe", "chiec", "dua"})
_COUNTED_PAIRS = frozenset({("nan", "nhan"), ("thanh", "nien"), ("can", "nha")})

_RELATIONS = (
    ("đối diện với", "opposite"),
    ("đối diện", "opposite"),
    ("phía đối diện", "opposite"),
    ("xéo xéo", "opposite"),
    ("chéo chéo", "opposite"),
    ("xéo", "opposite"),
    ("chéo", "opposite"),
    ("bên hông", "beside"),
    ("hông", "beside"),
    ("dưới dạ", "near"),
    ("dưới gầm", "near"),
    ("gầm", "near"),
    ("dạ cầu", "near"),
    ("dốc", "near"),
    ("kế bên", "beside"),
    ("bên cạnh", "beside"),
    ("sát bên", "beside"),
    ("sát vách", "beside"),
    ("kế cận", "near"),
    ("cạnh bên", "beside"),
    ("gần bên", "near"),
    ("phía sau lưng", "behind"),
    ("đằng sau lưng", "behind"),
    ("sau lưng", "behind"),
    ("phía sau", "behind"),
    ("đằng sau", "behind"),
    ("mặt sau", "behind"),
    ("phía trước", "before"),
    ("đằng trước", "before"),
    ("trước cổng", "before"),
    ("trước mặt", "before"),
    ("trước cửa", "before"),
    ("dưới chân", "near"),
    ("trên dốc", "near"),
    ("gần chỗ", "near"),
    ("chân", "near"),
    ("cạnh", "beside"),
    ("sát", "beside"),
    ("kế", "beside"),
    ("gần", "near"),
    ("ngay", "near"),
    ("cách", "near"),
    ("trước", "before"),
    ("sau", "behind"),
    ("trong", "inside"),
    ("dưới", "near"),
)
_PLAIN_RELATIONS_SAID = (
    ("doi dien voi", "opposite"),
    ("doi dien", "opposite"),
    ("phia doi dien", "opposite"),
    ("xeo xeo", "opposite"),
    ("xeo", "opposite"),
    ("ben hong", "beside"),
    ("ke ben", "beside"),
    ("ben canh", "beside"),
    ("sat ben", "beside"),
    ("sau lung", "behind"),
    ("phia sau", "behind"),
    ("phia truoc", "before"),
    ("truoc cong", "before"),
    ("truoc nha", "before"),
    ("gan", "near"),
    ("truoc so", "before"),
    ("canh", "beside"),
    ("trong hem", "inside"),
    ("trong cho", "inside"),
)
_NAMED_WITH = frozenset(
    {
        ("trong", "hem"),
        ("trong", "cho"),
        ("truoc", "nha"),
        ("truoc", "so"),
        tuple(map(accented, ("dạ", "cầu"))),
    }
)
"""Relations whose last word belongs to what is named."""
_MARKED_RELATIONS = [(tuple(map(accented, words.split())), relation) for words, relation in _RELATIONS]
_PLAIN_RELATIONS = [(tuple(words.split()), relation) for words, relation in _PLAIN_RELATIONS_SAID]
ENDS: dict[str, Literal["mouth", "end"]] = {"dau": "mouth", "mieng": "mouth", "cuoi": "end"}


def split_telling(segment: Sequence[Token], marked: bool) -> list[list[Token]]:
    """The segment's parts that may name a place, likeliest first: cut at "ở", "tại", "tới", and after the
    address, where the caller goes on with what happened. Talk alone gives nothing."""
    parts = _cut(segment, marked)
    told = [_without_trail(_without_talk(part, marked), marked) for part in parts]
    kept = [(part, bare) for part, bare in zip(parts, told, strict=True) if bare and _says(bare)]
    if len(kept) > 1 and not starts_with_number(kept[0][1]) and _happened(kept[0][0]):
        kept = [*kept[1:], kept[0]]
    return [bare for _, bare in kept]


def _says(tokens: Sequence[Token]) -> bool:
    return any(token.key != "-" for token in tokens)


def _happened(tokens: Sequence[Token]) -> bool:
    return any(accented(token.raw) in _HAPPENED for token in tokens)


def starts_with_number(tokens: Sequence[Token]) -> bool:
    """Whether the tokens begin with a house number or an alley, and not with a count of people or cars."""
    i = 0
    while i < len(tokens) and tokens[i].key in {"so", "nha", "dia", "chi", *_ALLEYS}:
        i += 1
    if i >= len(tokens) or not any(c.isdigit() for c in tokens[i].key):
        return False
    return not (tokens[i].key.isdigit() and _is_counted(tokens[i + 1 : i + 3]))


def _is_counted(after: Sequence[Token]) -> bool:
    """Whether what follows a number is what was counted: people, cars."""
    keys = tuple(token.key for token in after)
    return keys[:1] != () and (keys[0] in _COUNTED or keys in _COUNTED_PAIRS)


def _cut(segment: Sequence[Token], marked: bool) -> list[list[Token]]:
    parts: list[list[Token]] = [[]]
    for i, token in enumerate(segment):
        last = i + 1 >= len(segment)
        word = accented(token.raw)
        at = word in _AT if marked else token.key in _AT_PLAIN
        at = at or (token.key == "tren" and not last and segment[i + 1].key in {"duong", "cau", "pho"})
        between = i > 0 and not last and segment[i - 1].key[0].isdigit() and segment[i + 1].key[0].isdigit()
        if at and not last and not between:
            parts.append([])
        elif parts[-1] and _ends(segment, i, marked, parts[-1]):
            while marked and len(parts[-1]) > 2 and _is_small_talk(parts[-1][-1]):
                parts[-1].pop()  # "45 Phan Văn Trị nhà có cổng xanh"
            break
        else:
            parts[-1].append(token)
    return [part for part in parts if part]


def _is_small_talk(token: Token) -> bool:
    return token.raw.islower() and accented(token.raw) in _TALK_MARKED


def _ends(segment: Sequence[Token], i: int, marked: bool, before: Sequence[Token]) -> bool:
    """Whether the place is told and the caller goes on with what happened there."""
    if _goes_on(segment, i, marked) and starts_with_number(before):
        return True
    return len(before) > 2 and _happens(segment, i, marked)


def _happens(segment: Sequence[Token], i: int, marked: bool) -> bool:
    """Whether behind a name it is told what happens there: "ngã tư Hàng Xanh xe tông"."""
    pair = (segment[i].key, segment[i + 1].key) if i + 1 < len(segment) else ("", "")
    named = segment[i].raw[:1].isupper() and not segment[i].raw.isupper()
    return not named and pair in (_EVENT_PAIRS if marked else _EVENT_PAIRS - _PLAIN_NAMES)


def _goes_on(segment: Sequence[Token], i: int, marked: bool) -> bool:
    """Whether the caller turns from the address to what happened at it."""
    if marked:
        named = segment[i].raw[:1].isupper() and not segment[i].raw.isupper()  # Trần Văn Đang is a street
        return i + 1 < len(segment) and not named and accented(segment[i].raw) in _AFTER
    return i + 1 < len(segment) and (segment[i].key, segment[i + 1].key) in _AFTER_PAIRS


_AHEAD = 6
"""Words looked at behind one that may begin a name, before it counts as talk."""


def _without_trail(part: list[Token], marked: bool) -> list[Token]:
    """The part without what is said behind a name: "… Nguyễn Biểu cháy hết rồi", "… Phan Văn Trị luôn"."""
    begin = len(part)
    while marked and begin > 2 and part[begin - 1].raw.islower() and _is_said(part[begin - 1]):
        begin -= 1
    tail = part[begin:]
    named = any(token.raw[:1].isupper() for token in part[:begin])
    for n, token in enumerate(tail):
        closes = all(accented(word.raw) in _CLOSING for word in tail[n:])
        if closes or (named and accented(token.raw) in _HAPPENED):
            return part[: begin + n]
    return part


def _is_said(token: Token) -> bool:
    return accented(token.raw) in _TALK_MARKED | _CLOSING | _SAID_WITH


def _without_talk(part: Sequence[Token], marked: bool) -> list[Token]:
    i = 0
    if marked:  # "trung tâm ơi", "chú công an ơi"
        i = next((n for n, t in enumerate(part[:_CALLED_AT_MOST], 1) if accented(t.raw) == _CALL), 0)
    while i < len(part):
        width = _talk_width(part, i, marked)
        if not width:
            break
        i += width
    return list(part[i:])


def _talk_width(part: Sequence[Token], i: int, marked: bool, ahead: int = _AHEAD) -> int:
    token = part[i]
    after = part[i + 1] if i + 1 < len(part) else None
    if token.key == "-":
        return 1
    if token.key.isdigit():
        line = token.key in {"112", "113", "114", "115"} and (
            (after is None and i > 0) or (after is not None and after.key in {"ha", "a", "oi"})
        )
        return 1 if line or (_is_counted(part[i + 1 : i + 3]) and len(part) > 2) else 0
    if not marked:
        if after is not None and (token.key, after.key) in _PLAIN_PAIRS:
            return 2
        return 1 if token.key in _TALK_PLAIN else 0
    word = accented(token.raw)
    if word in _ON_BRIDGE and after is not None and after.key == "cau":
        return 1
    if word not in _TALK_MARKED:
        return 0
    if find_relation(part[i:], marked)[0] or (token.key in {"so", "nha"} and starts_with_number(part[i:])):
        return 0
    kept = _KEPT.get(word, ())
    if after is None:
        return 1
    if kept is None:
        return 1 if ahead and _talk_width(part, i + 1, marked, ahead - 1) else 0
    return 0 if after.key in kept else 1


_KEPT = {accented(word): follow for word, follow in _TALK_NOT_BEFORE.items()}


def find_relation(part: Sequence[Token], marked: bool) -> tuple[str, int]:
    """How the place lies to what is named, told at the head, and how many words say so; ("", 0) when not."""
    if not part:
        return "", 0
    lead = 1 if part[0].key == "nha" and len(part) > 2 and part[1].key in ENDS else 0
    lead = lead or (1 if part[0].key in {"ngay", "trong"} and len(part) > 2 and part[1].key in ENDS else 0)
    if part[0].key == "ngay" and not lead and len(part) > 2:
        relation, width = find_relation(part[1:], marked)
        if relation:
            return relation, width + 1  # "ngay trước số 45"
    if part[lead].key in ENDS and len(part) > lead + 1 and part[lead + 1].key in _STREETS:
        keep = part[lead + 1].key in _ALLEYS
        return ENDS[part[lead].key], lead + (1 if keep else 2)
    words = tuple(accented(token.raw) if marked else token.key for token in part[:3])
    for wanted, relation in _MARKED_RELATIONS if marked else _PLAIN_RELATIONS:
        if words[: len(wanted)] == wanted and len(part) > len(wanted):
            whole = wanted not in _NAMED_WITH
            return relation, len(wanted) if whole else 1
    return "", 0
