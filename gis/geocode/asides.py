"""What is told beside a place and is no part of it: telephones, ages, hours, ways to go, doubts; pure.

"12 Lê Lợi sđt 0903 123 456", "bé 5 tuổi ở …", "hẻm 123 Nguyễn Trãi đi vô 100 mét", "số 45 hay 47 gì đó",
"Lê Lợi chứ không phải Lê Lai". Words whose plain form is also that of a name count only with their marks, or
where what follows leaves no doubt.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence

from gis.geocode.fold import DATE_STREETS, accented
from gis.geocode.numbers import number_path
from gis.geocode.spoken import is_number_word
from gis.geocode.tokens import BREAK, Token

_PHONE = re.compile(r"^(?:0|84)\d{8,10}$")
_PHONE_PART = re.compile(r"^\d{2,4}$")
_PHONE_WORDS = frozenset({"sdt", "dt", "dtdd", "tel", "phone", "zalo", "hotline"})
_LENGTH = re.compile(r"^\d+(?:m|met)$")
_UNITS = frozenset({"m", "met", "thuoc"})
_HOUR = re.compile(r"^\d{1,2}(?:h|g)\d{0,2}$")
_GOING = frozenset(
    {"di", "vo", "vao", "re", "queo", "thang", "them", "chay", "khoang", "chung", "tam", "cach", "nua", "toi"}
)
_TURNS = frozenset({"re", "queo", "quanh"})
_HANDS = frozenset({"trai", "phai", "vo", "vao"})
_WAYS = frozenset({"di", "ve", "ra", "vao", "vo", "tu"})
_UNKNOWN = frozenset({"biet", "ro", "nho", "thay", "bik", "bit", "bic"})
_DIRECTION, _SIDE, _STRETCHES = accented("hướng"), accented("phía"), frozenset({"doan", "khuc"})
_STRETCHES_MARKED = frozenset(map(accented, ("đoạn", "khúc")))
_AREA_WORDS = frozenset({"quan", "huyen", "phuong", "xa", "q", "p", BREAK})
_EITHER = frozenset({"hay", "hoac", "va", "voi"})
_CONTINUES = frozenset({"+", "nha", "so", *_EITHER})
_POSTS = frozenset({("cot", "moc"), ("ly", "trinh"), ("cot", "km"), ("moc", "km")})
_RAILS = frozenset({"ray", "sat", "tau"})
_OF_RAILS = frozenset({"xe", "lua", "hoa", "cat", "qua", "ngang", "bang", "giao", "voi"})
_CALLERS_WORDS = "em toi tui minh con chau chung tao no me ba do bon nguoi ta"
_CALLERS = frozenset(_CALLERS_WORDS.split())
_CALLERS_AT_MOST = 4
_SIDES = frozenset(map(accented, ("cổng", "cửa", "mặt", "hông")))
_LEAST_HOUSE = 2
_FROM, _INTO = accented("từ"), frozenset({"vo", "vao", "queo", "re", "sang"})
_NAME_AT_MOST = 7
_GAP = Token(BREAK, BREAK)
Rule = Callable[[Sequence[Token], int, bool, Sequence[Token]], int]
"""(tokens, at, whether marked, what is kept so far) → how many tokens from there say nothing of the place."""


def without_asides(tokens: Sequence[Token], marked: bool) -> list[Token]:
    """The tokens with a break wherever something was told that is no part of the place."""
    out: list[Token] = []
    i = 0
    while i < len(tokens):
        width = next((n for rule in _RULES if (n := rule(tokens, i, marked, out))), 0)
        if width:
            i += width
            goes_on = _is_number(tokens[i : i + 1]) or _key(tokens, i) in _CONTINUES
            if not (_is_number(out[-1:]) and goes_on):
                out.append(_GAP)
            continue
        out.append(tokens[i])
        i += 1
    return out


def _is_number(tokens: Sequence[Token]) -> bool:
    return bool(tokens) and tokens[0].key[0].isdigit()


def _key(tokens: Sequence[Token], i: int) -> str:
    return tokens[i].key if 0 <= i < len(tokens) else BREAK


def _to_break(tokens: Sequence[Token], i: int, ends: frozenset[str] = frozenset()) -> int:
    """How many tokens stand from i to the next break, or to one of the words."""
    at = i
    while at < len(tokens) and tokens[at].key != BREAK and tokens[at].key not in ends:
        at += 1
    return at - i


def _telephone(tokens: Sequence[Token], i: int, _marked: bool, _out: Sequence[Token]) -> int:
    """ "sđt 0903 123 456", "0903123456"."""
    at = i
    while _key(tokens, at) in _PHONE_WORDS:
        at += 1
    if _PHONE.match(_key(tokens, at)):
        return at + 1 - i
    first = at
    while _PHONE_PART.match(_key(tokens, at)):
        at += 1
    digits = "".join(token.key for token in tokens[first:at])
    grouped = at > first + 1 and _PHONE.match(digits) and (digits[0] == "0" or first > i)
    return at - i if grouped else 0


def _age(tokens: Sequence[Token], i: int, _marked: bool, _out: Sequence[Token]) -> int:
    """ "50 tuổi", "bảy tuổi", "8 tháng tuổi"."""
    if not (tokens[i].key.isdigit() or is_number_word(tokens[i])):
        return 0
    after = _key(tokens, i + 1), _key(tokens, i + 2)
    return 2 if after[0] == "tuoi" else 3 if after == ("thang", "tuoi") else 0


def _hour(tokens: Sequence[Token], i: int, _marked: bool, out: Sequence[Token]) -> int:
    """ "lúc 3 giờ sáng", "hồi 15h30"."""
    if tokens[i].key not in {"luc", "hoi"} or not out:
        return 0
    said = _key(tokens, i + 1).isdigit() and _key(tokens, i + 2) in {"gio", "h", "g"}
    return _to_break(tokens, i) if said or _HOUR.match(_key(tokens, i + 1)) else 0


def _way_to_go(tokens: Sequence[Token], i: int, _marked: bool, out: Sequence[Token]) -> int:
    """ "đi vô khoảng 100 mét", "50m", behind a place; "cách … 100 mét" is read as a relation."""
    at = i
    while _key(tokens, at) in _GOING:
        at += 1
    if _LENGTH.match(_key(tokens, at)) and (at > i or tokens[at].raw[-1:] == "m"):
        end = at + 1
    elif _key(tokens, at).isdigit() and _key(tokens, at + 1) in _UNITS:
        end = at + 2
    else:
        return 0
    begins = not out or out[-1].key in {BREAK, "so", "duong", "hem", "+", "cong"}
    near = any(token.key == "cach" for token in out)
    return 0 if near or (begins and at == i) else end - i


def _turn(tokens: Sequence[Token], i: int, _marked: bool, out: Sequence[Token]) -> int:
    """ "quẹo trái nhà thứ ba", "rẽ vô nhà số 6": to the next number of a house, else to the break."""
    if tokens[i].key not in _TURNS or _key(tokens, i + 1) not in _HANDS or not out:
        return 0
    if _key(tokens, i + 2) in {"nha", "so", "hem"}:
        at = i + 2 + (_key(tokens, i + 2) == "nha" and _key(tokens, i + 3) == "so")
        if _key(tokens, at + 1)[0].isdigit():
            return 2
    return _to_break(tokens, i)


def _direction(tokens: Sequence[Token], i: int, marked: bool, out: Sequence[Token]) -> int:
    """ "hướng về Long An", "theo hướng đi Củ Chi"; "phía" before a district, which then stands alone."""
    word = accented(tokens[i].raw) if marked else ""
    if tokens[i].key == "theo" and _key(tokens, i + 1) == "huong":
        return _to_break(tokens, i)
    to = _key(tokens, i + 1) in _WAYS and _key(tokens, i + 2) != BREAK
    if out and out[-1].key != BREAK and tokens[i].key in {"huong", "chieu"} and to:
        return _to_break(tokens, i) if word in {"", _DIRECTION, accented("chiều")} else 0
    name = tokens[i].raw[:1].islower() and i + 1 < len(tokens) and tokens[i + 1].raw[:1].isupper()
    if word == _DIRECTION and name and out:
        return _to_break(tokens, i)  # "hướng Gò Vấp"; not Hướng Dương
    if word == _DIRECTION and out and out[-1].key == BREAK:
        return _to_break(tokens, i)
    return int(bool(out) and word == _SIDE and _key(tokens, i + 1) in _AREA_WORDS)


def _stretch(tokens: Sequence[Token], i: int, marked: bool, out: Sequence[Token]) -> int:
    """ "đoạn qua Bình Chánh", "đoạn gần Pasteur", "khúc" at the end: where on the road comes behind it."""
    named = marked and accented(tokens[i].raw) not in _STRETCHES_MARKED  # Bùi Bằng Đoàn
    if tokens[i].key not in _STRETCHES or not out or named:
        return 0
    at = i + 1
    while _key(tokens, at) in {"di", "chay", "qua", "tu"}:
        at += 1
    follows = at > i + 1 or _key(tokens, at) in {"gan", "ngay", "giua", "gap", "giao"}
    follows = follows or (marked and (_key(tokens, at) in {BREAK, "cho"} or tokens[i].raw.islower()))
    return at - i if follows else 0


def _unknown(tokens: Sequence[Token], i: int, _marked: bool, out: Sequence[Token]) -> int:
    """ "không rõ số nhà", "không biết đường gì" up to what is known."""
    begins = not out or out[-1].key == BREAK
    lead = 1 if tokens[i].key in {"em", "toi", "tui", "minh", "con", "chau"} else 0
    if not begins or _key(tokens, i + lead) not in {"khong", "hong", "ko", "k", "chua"}:
        return 0
    if _key(tokens, i + lead + 1) not in _UNKNOWN:
        return 0
    width = _to_break(tokens, i, frozenset({"nhung", "o", "gan", "tren"}))
    return width + (_key(tokens, i + width) == "nhung")


def _taken_back(tokens: Sequence[Token], i: int, _marked: bool, out: Sequence[Token]) -> int:
    """ "Lê Lợi chứ không phải Lê Lai", "… không phải quận 3"."""
    at = i + (tokens[i].key == "chu")
    if not out or (_key(tokens, at), _key(tokens, at + 1)) != ("khong", "phai"):
        return 0
    other = at + 2 + (_key(tokens, at + 2) == "so")
    only_number = _is_number(out[-1:]) and _is_number(tokens[other : other + 1])
    return other + 1 - i if only_number else _to_break(tokens, i)  # "45 chứ không phải 54 Cô Giang"


def _other_number(tokens: Sequence[Token], i: int, _marked: bool, out: Sequence[Token]) -> int:
    """The second of "45 hay 47 gì đó", "123 và 125", "123+125"; and "gì đó" itself."""
    if (tokens[i].key, _key(tokens, i + 1)) in {("gi", "do"), ("hay", "sao")}:
        return 2
    either = tokens[i].key in _EITHER or (tokens[i].key == "+" and not _of_kilometre(out))
    if not either or not _is_number(out[-1:]) or out[-1].key in DATE_STREETS:
        return 0
    at = i + 1 + (_key(tokens, i + 1) == "la")
    other = _key(tokens, at)
    if not number_path(other) or not other[0].isdigit() or other in DATE_STREETS:
        return 0
    return at + 1 - i if _key(tokens, at + 1) != BREAK else 0


def _range(tokens: Sequence[Token], i: int, _marked: bool, out: Sequence[Token]) -> int:
    """ "từ số 12 tới số 18": the first house stands for all."""
    at = i + 1
    while _key(tokens, at) in {"so", "nha"}:
        at += 1
    if not _key(tokens, at)[0].isdigit():
        return 0
    if tokens[i].key in {"den", "toi"} and _is_number(out[-1:]):
        return at + 1 - i if any(token.key == "tu" for token in tokens[max(0, i - 4) : i]) else 0
    return int(tokens[i].key == "tu" and _key(tokens, at + 1) in {"den", "toi"})


def _of_kilometre(out: Sequence[Token]) -> bool:
    return any(token.key in {"km", "cay"} for token in out[-4:])


def _post(tokens: Sequence[Token], i: int, _marked: bool, _out: Sequence[Token]) -> int:
    """ "cột mốc", "trụ", "lý trình" before a kilometre."""
    pair = (tokens[i].key, _key(tokens, i + 1))
    if pair in _POSTS and _key(tokens, i + 2) in {"km", "cay"}:
        return 2
    alone = tokens[i].key in {"cot", "moc", "tru"} and pair[1] in {"km", "cay"}
    return int(alone)


def _yonder(tokens: Sequence[Token], i: int, _marked: bool, out: Sequence[Token]) -> int:
    """ "bên kia đường" behind a place, "bên kia" before its street."""
    if not out or (tokens[i].key, _key(tokens, i + 1)) != ("ben", "kia"):
        return 0
    alone = _key(tokens, i + 2) == "duong" and _key(tokens, i + 3) == BREAK
    return 3 if alone else 2 if _key(tokens, i + 2) == "duong" else 0


def _railway(tokens: Sequence[Token], i: int, _marked: bool, _out: Sequence[Token]) -> int:
    """ "chỗ đường ray xe lửa cắt đường …": the street it crosses is the place."""
    if tokens[i].key != "duong" or _key(tokens, i + 1) not in _RAILS:
        return 0
    at = i + 2
    while _key(tokens, at) in _OF_RAILS:
        at += 1
    return at - i


def _lamp_post(tokens: Sequence[Token], i: int, _marked: bool, _out: Sequence[Token]) -> int:
    """ "cột đèn số 45", "trụ điện 12": a number that is no house's."""
    if tokens[i].key not in {"cot", "tru"} or _key(tokens, i + 1) not in {"den", "dien"}:
        return 0
    at = i + 2 + (_key(tokens, i + 2) == "so")
    return at + 1 - i if _is_number(tokens[at : at + 1]) else 0


def _call_for_help(tokens: Sequence[Token], i: int, _marked: bool, _out: Sequence[Token]) -> int:
    """ "cứu em với", "giúp tụi con với": no corner of two streets."""
    if tokens[i].key not in {"cuu", "giup"} or (tokens[i].raw[:1].isupper() and i):
        return 0
    at = i + 1
    while at - i < _CALLERS_AT_MOST and _key(tokens, at) in _CALLERS:
        at += 1
    return at + 1 - i if _key(tokens, at) == "voi" else 0


def _side(tokens: Sequence[Token], i: int, marked: bool, out: Sequence[Token]) -> int:
    """ "công viên Gia Định cổng đường Hoàng Minh Giám": the gate on that street."""
    if not marked or len(out) < _LEAST_HOUSE or accented(tokens[i].raw) not in _SIDES:
        return 0
    at = i + 1 + (_key(tokens, i + 1) == "tien")
    return at - i if _key(tokens, at) == "duong" and _key(tokens, at + 1) != BREAK else 0


def _which_alley(tokens: Sequence[Token], i: int, _marked: bool, out: Sequence[Token]) -> int:
    """ "số 45 mà cái hẻm là | hẻm 12"."""
    at = i + 1 + (_key(tokens, i + 1) == "cai")
    again = _key(tokens, at) in {"hem", "ngo"} and _key(tokens, at + 1) == _key(tokens, at)
    return at + 1 - i if out and tokens[i].key == "ma" and again else 0


def _way_from(tokens: Sequence[Token], i: int, marked: bool, out: Sequence[Token]) -> int:
    """ "chạy từ Nguyễn Huệ vô | Lê Lợi": where one comes from."""
    if not marked or (out and out[-1].key != BREAK):
        return 0
    at = i + (_key(tokens, i) in {"di", "chay", "queo", "re"})
    if at >= len(tokens) or tokens[at].key == BREAK or accented(tokens[at].raw) != _FROM:
        return 0
    end = at + 1
    while end - at < _NAME_AT_MOST and _key(tokens, end) not in _INTO | {BREAK}:
        end += 1
    while end > at + 1 and _key(tokens, end) in _INTO:
        end += 1
    return end - i if end > at + 2 and _key(tokens, end - 1) in _INTO else 0


_RULES: tuple[Rule, ...] = (
    *(_telephone, _age, _hour, _way_to_go, _turn, _direction, _stretch, _yonder),
    *(_unknown, _taken_back, _other_number, _range, _post),
    *(_railway, _lamp_post, _call_for_help, _side, _way_from, _which_alley),
)
