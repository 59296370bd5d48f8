"""Numbers said in words, and the words around an address that are not part of it; pure.

"bốn bốn tám xẹt ba" · "một trăm hai mươi lăm" · "ba trăm rưỡi" · "phường mười ba" become figures, so that the
grammar of written addresses reads them. A number word alone stays a word unless something before it asks for
a number: Hai Bà Trưng, Ba Vân and Năm Châu are streets.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from gis.geocode.fold import accented, has_marks
from gis.geocode.tokens import BREAK, Token

_DIGITS = {
    "không": 0, "một": 1, "mốt": 1, "hai": 2, "ba": 3, "bốn": 4, "tư": 4, "năm": 5, "lăm": 5, "nhăm": 5,
    "sáu": 6, "bảy": 7, "bẩy": 7, "tám": 8, "chín": 9,
}  # fmt: skip
_TENS = ("mươi", "mười", "chục")
_TWENTIES = {"hăm": 2, "băm": 3}
_SCALES = {"trăm": 100, "nghìn": 1000, "ngàn": 1000, "ngìn": 1000}
_LINKS = ("linh", "lẻ")
_HALF = "rưỡi"
_WORDS = (*_DIGITS, *_TENS, *_TWENTIES, *_SCALES, *_LINKS, _HALF)
_SPELLED = {accented(word): word for word in _WORDS} | {accented("rưởi"): _HALF, accented("rười"): _HALF}
_PLAIN = {
    "khong": "không", "mot": "một", "hai": "hai", "ba": "ba", "bon": "bốn", "tu": "tư", "nam": "năm",
    "lam": "lăm", "nham": "nhăm", "sau": "sáu", "bay": "bảy", "tam": "tám", "chin": "chín", "muoi": "mươi",
    "chuc": "chục", "tram": "trăm", "nghin": "nghìn", "ngan": "ngàn", "linh": "linh",
    "le": "lẻ", "ruoi": "rưỡi",
}  # fmt: skip

_ASKS = frozenset(
    {"so", "nha", "hem", "ngo", "ngach", "kiet", "phuong", "quan", "p", "q", "f", "lo", "km", "kp", "pho",
     "to", "ap", "tang", "lau", "block", "can", "duong"}
)  # fmt: skip
SLASH_WORDS = frozenset(
    {
        "xet",
        "xuyet",
        "xec",
        "xuoc",
        "gach",
        "xep",
        "sec",
        "suyet",
        "xiet",
        "xoet",
        "set",
        "siet",
        "cheo",
        "xuec",
        "xoec",
    }
)
"""How the slash of 123/45 is said; "trên" is one too, but between two numerals only."""

_NAMED_TOO = frozenset({"duong", "phuong", "quan", "xa", "ap", "p", "q", "f"})
_AREAS = frozenset({"phuong", "quan", "p", "q", "f"})
_LETTERS = {accented(said): letter for said, letter in (("bê", "B"), ("xê", "C"), ("đê", "D"))}
_STREET_DAYS = frozenset({"1", "2", "3", "9", "19", "22", "26", "27", "30"})
_NO_OTHER_WORD = frozenset({"mot", "bon", "chin", "muoi", "tram", "nghin", "ruoi"})
_ONLY_NUMBERS = frozenset({"mốt", "lăm", "nhăm"})

_PLEAS = """
ạ á a nha nhá nhé nghe nghen hen đó đấy ấy kìa nè này ơi nhanh lên lẹ gấp giùm dùm giúp với đi luôn rồi liền
ngay mau em anh chị cô chú bác ông bà cháu con mình tụi cho tới đến qua dạ vâng ừ ờ
"""
_SURE_PLEAS = "ạ á nha nhá nhé nghe nghen đó đấy ấy kìa nè ơi giùm dùm lẹ dạ vâng"
_TAIL = frozenset(map(accented, _PLEAS.split()))
_TAIL_SURE = frozenset(map(accented, _SURE_PLEAS.split()))
"""Words that end a plea for certain: with one of them, the doubtful ones before it belong to it too."""
_TAIL_PLAIN = frozenset({"nha", "nhe", "nghen", "oi", "gium", "dum", "a"})  # "nghe" ends Dương Đình Nghệ
_ENDS = frozenset(
    {
        BREAK,
        "phuong",
        "quan",
        "xa",
        "huyen",
        "p",
        "q",
        "f",
        "tp",
        "thanh",
        "hcm",
        "cu",
        "o",
        "tan",
        "ap",
        "to",
        "khu",
    }
)
_BEFORE_PLACES = frozenset({BREAK, "o", "tai", "cho", "toi", "den", "tren"})
_NEAR = frozenset(map(accented, ("gần", "cạnh", "sát", "ngay")))
_NEAR_PLAIN = frozenset({"gan"})
_NEAR_PAIRS = frozenset(
    {("doi", "dien"), ("ke", "ben"), ("ben", "canh"), ("sau", "lung"), ("phia", "sau"), ("ben", "hong"),
     ("dang", "sau"), ("phia", "truoc"), ("truoc", "cua"), ("truoc", "cong"), ("dang", "truoc"),
     ("mat", "sau"), ("truoc", "mat")}
)  # fmt: skip
_HOUSES = frozenset({"tiệm", "quán", "chợ", "trường", "chùa", "khách", "siêu", "trạm", "bệnh"})
"""Behind "kế" these tell what is near; Ngô Đức Kế and Trần Kế Xương are streets."""
_FEET = frozenset({"chan", "doc", "duoi", "gam", "da"})


def read_aloud(tokens: Sequence[Token]) -> list[Token]:
    """The tokens with spoken numbers as figures, and without the pleas at the end."""
    marked = any(has_marks(token.raw) for token in tokens)
    kept = _with_letters(_with_slashes(_apart(_without_tails(tokens, marked), marked)))
    words = say_number_words(kept, marked)
    out: list[Token] = []
    i = 0
    while i < len(kept):
        letter = _LETTERS.get(accented(kept[i].raw), "") if marked and kept[i].key != BREAK else ""
        if letter and i + 1 < len(kept) and out and out[-1].key.isdigit():
            out[-1] = Token(out[-1].raw + letter, out[-1].key + letter.lower())  # "mười hai bê"
            i += 1
            continue
        if letter and i + 1 < len(kept) and words[i + 1] and (not out or _asked(out) or out[-1].key == BREAK):
            figures, used = read_number(words[i + 1 : i + 1 + _run_length(words, i + 1)])
            out.append(Token(letter + figures, letter.lower() + figures))  # "xê năm"
            i += 1 + used
            continue
        length = _run_length(words, i)
        figures, used = _read_run(kept, words, i, length, out) if length else ("", 0)
        if not used:
            out.append(kept[i])
            i += 1
            continue
        out += [Token(part, part) for part in figures.split()]
        i += used
    return out


_SLASHES = frozenset(map(accented, ("sổ", "xổ", "phần", "chia", "phẩy", "vạch", "phan", "phay", "vach")))
_LIKE_A_SLASH = re.compile(r"^[xs](?:[aeiouy]{1,3})[cpt]$|^xien$")
"""Between two numerals any syllable like xẹt: the ear writes xuyệc, siệc, soẹt."""
_NOT_A_SLASH = frozenset(map(accented, ("sát", "sat", "sau", "sắc")))
_ROAD_LETTERS = {"a": "A", "b": "B", "c": "C", "k": "K", "ca": "K"}
_SLASH = Token("xẹt", "xet")


def _with_slashes(tokens: Sequence[Token]) -> list[Token]:
    """The tokens with "gạch chéo" and "sổ" as a slash, and without the break that a pause before one left."""
    out: list[Token] = []
    for i, token in enumerate(tokens):
        after = tokens[i + 1].key if i + 1 < len(tokens) else BREAK
        number = bool(out) and (out[-1].key[0].isdigit() or is_number_word(out[-1]))
        slashed = token.key == BREAK and number and (after in SLASH_WORDS or after == "tren")
        if slashed and _begins_with_number(tokens[i + 2 : i + 3]):
            continue  # "số 123, xẹt 45"
        if token.key == "cheo" and out and out[-1].key in {"gach", "vach"}:
            continue
        if number and token.key == "gach" and after in {"ngang", "noi"}:
            continue
        if number and i and tokens[i - 1].key == "gach" and token.key in {"ngang", "noi"}:
            out.append(Token("-", "-"))  # "45 gạch ngang 47"
            continue
        said = accented(token.raw) if token.key != BREAK else ""
        slash = said in _SLASHES or (bool(_LIKE_A_SLASH.match(token.key)) and said not in _NOT_A_SLASH)
        slash = slash and number and _begins_with_number(tokens[i + 1 : i + 2])
        out.append(_SLASH if slash else token)
    return out


def _begins_with_number(tokens: Sequence[Token]) -> bool:
    return bool(tokens) and (tokens[0].key[0].isdigit() or is_number_word(tokens[0]))


def _with_letters(tokens: Sequence[Token]) -> list[Token]:
    """The tokens with a highway's letter at its number: "quốc lộ một ca", "quốc lộ 1 a"."""
    out: list[Token] = []
    for token in tokens:
        letter = _ROAD_LETTERS.get(token.key, "")
        road = len(out) > 2 and out[-2].key == "lo" and out[-3].key in {"quoc", "tinh", "huong"}
        if letter and road and (out[-1].key.isdigit() or out[-1].key == "mot"):
            figure = "1" if out[-1].key == "mot" else out[-1].raw
            out[-1] = Token(figure + letter, (figure + letter).lower())
            continue
        out.append(token)
    return out


def _apart(tokens: Sequence[Token], marked: bool) -> list[Token]:
    """The tokens with a break where the caller turns from the address to what lies near it."""
    out: list[Token] = []
    for i, token in enumerate(tokens):
        after = tokens[i + 1].key if i + 1 < len(tokens) else ""
        near = accented(token.raw) in _NEAR if marked else token.key in _NEAR_PLAIN
        near = near or (token.raw == "kế" and any(t.raw in _HOUSES for t in tokens[i + 1 : i + 2]))
        foot = after == "cau" and token.key in _FEET and i > 1
        foot = foot and tokens[i - 1].key not in {"o", "duoi", "tren"}
        near = (near or foot) and not (i and (tokens[i - 1].key, token.key) in _NEAR_PAIRS)
        begun = i > 1 and (tokens[i - 2].key, tokens[i - 1].key) in {*_NEAR_PAIRS, ("phia", token.key)}
        begun = begun or (i > 0 and (tokens[i - 1].key, token.key) in _NEAR_PAIRS)
        turns = near or ((token.key, after) in _NEAR_PAIRS and not begun)
        if i and turns and out[-1].key != BREAK:
            out.append(Token(BREAK, BREAK))
        out.append(token)
    return out


def is_number_word(token: Token) -> bool:
    """Whether the word with its diacritics is part of a number said in words."""
    return token.key != BREAK and accented(token.raw) in _SPELLED


def say_number_words(tokens: Sequence[Token], marked: bool) -> list[str]:
    """Of each token the number word that it is, "" for any other; `marked`: whether the text has marks."""
    return [_word(token, marked) for token in tokens]


def _word(token: Token, marked: bool) -> str:
    """The number word that a token is, "" for any other; with diacritics only when they are right."""
    if token.key == BREAK:
        return ""
    if not marked or token.raw.lower() in _NO_OTHER_WORD:
        return _PLAIN.get(token.key, "")
    return _SPELLED.get(accented(token.raw), "")


def _run_length(words: Sequence[str], i: int) -> int:
    end = i
    while end < len(words) and words[end]:
        end += 1
    return end - i


def _read_run(
    tokens: Sequence[Token], words: Sequence[str], i: int, length: int, before: Sequence[Token]
) -> tuple[str, int]:
    """The figures of a run of number words and how many words they take; ("", 0) when it is none."""
    after = [token.key for token in tokens[i + length : i + length + 2]]
    if is_month(tokens, i + length):
        length -= _day_length(words[i : i + length]) if length > 1 or _asked(before) else 0
    elif tuple(after) == ("ba", "trung"):
        length -= 1
    run = words[i : i + length]
    begins = not before or before[-1].key in _BEFORE_PLACES
    named = length == 1 and before and before[-1].key in _NAMED_TOO and not _is_end(after)
    behind = tokens[i + length].raw[:1].isupper() if i + length < len(tokens) else False
    if before and before[-1].key == "ap" and tokens[i].key in _NO_OTHER_WORD:
        named = False  # "ấp một Bình Lợi"; ấp Tam Đông
    if named and behind and before[-1].key in _AREAS and tokens[i].raw.islower() and has_marks(tokens[i].raw):
        named = False  # "phường năm Gò Vấp"; Phường Bảy Hiền
    if (
        not run
        or named
        or not (_asked(before) or _pauses(before, after) or _tells_itself(run, after, begins))
    ):
        return "", 0
    figures, used = read_number(run)
    return figures, used


_MONTH = frozenset(map(accented, ("tháng", "thang")))
_MONTH_NAMES = frozenset(_PLAIN) - {"le", "linh", "tram"}


def is_month(tokens: Sequence[Token], i: int) -> bool:
    """Whether "tháng" and a month stand at i, and not Thăng Long."""
    if i + 1 >= len(tokens) or tokens[i].key != "thang" or accented(tokens[i].raw) not in _MONTH:
        return False
    return tokens[i + 1].key.isdigit() or tokens[i + 1].key in _MONTH_NAMES


def _day_length(words: Sequence[str]) -> int:
    """How many words at the end are the day of a street's name: "bốn lăm | ba (tháng hai)"."""
    for length in range(min(3, len(words)), 0, -1):
        figures, used = read_number(words[-length:])
        if used == length and figures in _STREET_DAYS:
            return length
    return 1


def _asked(before: Sequence[Token]) -> bool:
    """Whether what stands before wants a number: "số", "phường", or a slash after a numeral."""
    if not before:
        return False
    last = before[-1].key
    if last in SLASH_WORDS or last == "tren":
        letter = len(before) > 2 and before[-2].key.isalpha() and len(before[-2].key) == 1  # "bảy a xẹt"
        return len(before) > 1 and any(c.isdigit() for c in before[-2 - letter].key)
    return last in _ASKS


def _pauses(before: Sequence[Token], after: Sequence[str]) -> bool:
    """Whether it stands by itself behind a number: "số mười ba, bảy, Đinh Tiên Hoàng"."""
    apart = len(before) > 1 and before[-1].key == BREAK and after[:1] == [BREAK]
    return apart and before[-2].key[0].isdigit()


def _is_end(after: Sequence[str]) -> bool:
    """Whether the street's name ends here: "đường ba, phường 5", but not "đường Ba Vân"."""
    return not after or after[0] in _ENDS


def _tells_itself(run: Sequence[str], after: Sequence[str], begins: bool) -> bool:
    """A run that can only be a number: several digits, or a word that no street begins with. One word before
    "đường" is one where it begins what is said; else it ends a name ("trường Lê Văn Tám đường …")."""
    if after and (after[0] in SLASH_WORDS or (after[0] in {"duong", "hem"} and (len(run) > 1 or begins))):
        return True
    if len(after) > 1 and len(after[0]) < 3 and after[1] in {*SLASH_WORDS, "duong", "hem"}:
        return True  # "bảy a xẹt chín"
    if len(run) > 1 and after and after[0] == "tren":
        return True
    surely = any(w not in _DIGITS or w in _ONLY_NUMBERS for w in run[1:])
    return len(run) > 1 and (len(run) > 2 or run[0] in _TENS or surely)


def read_number(words: Sequence[str]) -> tuple[str, int]:
    """The figures that number words say, and how many of the words they take.

    Digits one by one are written one after the other; a number with tens, hundreds or thousands is composed.
    """
    if len(words) > 2 and words[0] in _DIGITS and words[1] in _LINKS and words[2] in _DIGITS:
        return f"{_DIGITS[words[0]]}0{_DIGITS[words[2]]}", 3  # "hai lẻ năm"
    if any(word in _SCALES or word in _TENS or word in _TWENTIES for word in words):
        value, used = _compose(words)
        return (str(value), used) if used else ("", 0)
    used = 0
    figures = ""
    while used < len(words) and words[used] in _DIGITS:
        figures += str(_DIGITS[words[used]])
        used += 1
    return (figures, used) if figures and len(figures) <= 5 else ("", 0)


def _compose(words: Sequence[str]) -> tuple[int, int]:
    """A composed number: thousands, hundreds, tens and units, with what the ear leaves out.

    "ba trăm hai" is 320, "ngàn rưỡi" 1500, "hai trăm lẻ năm" 205, "bốn mươi lăm" 45.
    """
    total, i, scale = 0, 0, 0
    while i < len(words):
        head = _DIGITS.get(words[i])
        after = words[i + 1] if i + 1 < len(words) else ""
        if words[i] in _SCALES and total == 0 and i == 0:
            total, scale, i = _SCALES[words[i]], _SCALES[words[i]], 1
        elif head is not None and after in _SCALES and (scale == 0 or _SCALES[after] < scale):
            total, scale, i = total + head * _SCALES[after], _SCALES[after], i + 2
        elif words[i] == _HALF and scale:
            return total + scale // 2, i + 1
        else:
            break
    rest, used = _below_hundred(words[i:], scale)
    return (total + rest, i + used) if used or total else (0, 0)


def _below_hundred(words: Sequence[str], scale: int) -> tuple[int, int]:
    if not words:
        return 0, 0
    second = words[1] if len(words) > 1 else ""
    if words[0] in _TWENTIES:
        tens = 10 * _TWENTIES[words[0]]
        return (tens + _DIGITS[second], 2) if second in _DIGITS else (tens, 1)
    if words[0] in _LINKS and second in _DIGITS:
        return _DIGITS[second], 2
    if words[0] in _TENS:
        return (10 + _DIGITS[second], 2) if second in _DIGITS else (10, 1)
    if words[0] not in _DIGITS:
        return 0, 0
    first = _DIGITS[words[0]]
    if second in _TENS:
        third = words[2] if len(words) > 2 else ""
        return (first * 10 + _DIGITS[third], 3) if third in _DIGITS else (first * 10, 2)
    if second in _DIGITS:
        return first * 10 + _DIGITS[second], 2
    return (first * (scale // 10) if scale else first), 1


def _without_tails(tokens: Sequence[Token], marked: bool) -> Sequence[Token]:
    """The tokens without the pleas at the end, nor those in small letters before a break in the middle:
    "số bốn lăm nha em, đường Lê Lợi"."""
    out: list[Token] = []
    begin = 0
    for i, token in enumerate(tokens):
        if marked and token.key == BREAK and i > begin + 1:
            part = tokens[begin:i]
            kept = _without_tail(part, marked)
            out += kept if all(t.raw.islower() for t in part[len(kept) :]) else part
            begin = i
    return [*out, *_without_tail(tokens[begin:], marked)]


def _without_tail(tokens: Sequence[Token], marked: bool) -> Sequence[Token]:
    """The tokens up to the pleas at the end: "… quận 3 anh ơi nhanh lên"."""
    end, sure = len(tokens), False
    while end > 1:
        token = tokens[end - 1]
        word = accented(token.raw) if token.key != BREAK else ""
        plea = word in _TAIL if marked else token.key in _TAIL_PLAIN or token.key == BREAK
        if not plea:
            break
        sure = sure or not marked or word in _TAIL_SURE
        end -= 1
    return tokens[:end] if sure else tokens
