"""What a caller takes back in the middle of a sentence, and what is said twice; pure.

"số 12 à không số 14" is 14 · "54 Cô Giang à nhầm, 45" is 45 Cô Giang · "12 Lê Lai, ủa lộn, Lê Lợi" is
12 Lê Lợi · "phường 3, à phường 4" is ward 4
"""

from __future__ import annotations

from collections.abc import Sequence

from gis.geocode.fold import accented
from gis.geocode.spoken import is_number_word
from gis.geocode.tokens import BREAK, Token

_SAID_AGAIN = """
à không phải|à không|à quên|ý quên|ủa lộn|í lộn|ý không|à nhầm|ý nhầm|à lộn|ý lộn|không phải|nhầm|lộn|ấy nhầm
|ấy lộn|ủa nhầm|xin lỗi nhầm|à mà không|ủa không|nhầm rồi|lộn rồi|à nhầm rồi|nói nhầm|nói lộn|em nhầm|em lộn
"""
_SLIPS = tuple(
    sorted(
        (tuple(map(accented, words.split())) for words in _SAID_AGAIN.replace("\n", "").split("|")),
        key=len,
        reverse=True,
    )
)
_DOUBTFUL = frozenset(map(accented, ("không phải", "nhầm", "lộn", "à không phải")))
"""These take back a number; before a name they may say anything: "không phải Lê Lai"."""
_NO = accented("không")
_IS = frozenset(map(accented, ("thì", "là")))
_TOLD = frozenset({"nha", "so", "duong", "hem", "phuong", "quan", "huyen", "xa"})
_KINDS = frozenset({"so", "hem", "ngo", "phuong", "quan", "p", "q", "xa", "huyen", "lau", "tang", "lo"})
_HESITATIONS = frozenset(accented(word) for word in ("ờ", "ừm", "à", "ừ", "ờm", "ý", "ủa"))
_LEADS = frozenset({"so", "hem", "ngo", "nha"})


def mend_slips(tokens: Sequence[Token]) -> list[Token]:
    """The tokens with what the caller took back left out: "số 12 à không số 14" is number 14."""
    out: list[Token] = []
    i = 0
    while i < len(tokens):
        width = _slip_width(tokens, i, out)
        if width:
            i = _past_breaks(tokens, i + width)
            i += _put_right(out, tokens, i)
            continue
        word = accented(tokens[i].raw) if tokens[i].key != BREAK else BREAK
        if word in _IS and out and out[-1].key in _TOLD:
            i += 1  # "số nhà thì bốn lăm"
            continue
        if word in _HESITATIONS and out and i + 1 < len(tokens):
            if out[-1].key == tokens[i + 1].key:
                i += 2  # "12 ờ 12": said twice
                continue
            if _says_kind_again(out, tokens, i + 1):
                i += 1  # "phường 3, à phường 4"
                continue
        out.append(tokens[i])
        i += 1
    return out


def _slip_width(tokens: Sequence[Token], i: int, out: Sequence[Token]) -> int:
    """How many tokens at i say that what stands before them was wrong, 0 when they do not."""
    if not out or tokens[i].key == BREAK or out[-1].key == "chu":  # "45 chứ không phải 54"
        return 0
    words = tuple(accented(token.raw) if token.key != BREAK else BREAK for token in tokens[i : i + 3])
    slip = next((said for said in _SLIPS if words[: len(said)] == said), ())
    apart = words[:2] == (_NO, BREAK) and out[-1].key == BREAK  # "hẻm 45, không, hẻm 54"
    width = len(slip) or int(apart)
    at = _past_breaks(tokens, i + width)
    if not width or at >= len(tokens):
        return 0
    if _begins_number(tokens, at):
        return width
    named = bool(slip) and " ".join(slip) not in _DOUBTFUL and tokens[at].raw[:1].isupper()
    return width if named or (slip and _kind_before(out, tokens[at].key) is not None) else 0


def _past_breaks(tokens: Sequence[Token], i: int) -> int:
    while i < len(tokens) and tokens[i].key == BREAK:
        i += 1
    return i


def _put_right(out: list[Token], tokens: Sequence[Token], i: int) -> int:
    """Takes the wrong words off `out`, for the right ones that begin at i; how many of those it put in."""
    same = _kind_before(out, tokens[i].key)
    if same is not None and tokens[i].key not in _LEADS:
        del out[same:]  # "quận 3 à nhầm quận 5"
        return 0
    if not _begins_number(tokens, i):
        _drop_name(out)  # "số 12 Lê Lai, ủa lộn, Lê Lợi"
        return 0
    begin = next((n for n in range(len(out)) if _begins_number(out, n)), len(out))
    end = _number_end(tokens, i)
    old_end = _number_end(out, begin)
    named_before = any(token.key != BREAK for token in out[old_end:])
    if begin < len(out) and named_before and _goes_on_without_name(tokens, end):
        out[begin:old_end] = tokens[i:end]  # "54 Cô Giang à nhầm, 45"
        return end - i
    del out[begin:]
    return 0


def _number_end(tokens: Sequence[Token], i: int) -> int:
    """Where the number ends that begins at i: its leads, its figures, its words."""
    while i < len(tokens) and tokens[i].key in _LEADS:
        i += 1
    while i < len(tokens) and tokens[i].key != BREAK:
        if not (tokens[i].key[0].isdigit() or is_number_word(tokens[i])):
            break
        i += 1
    return i


def _goes_on_without_name(tokens: Sequence[Token], i: int) -> bool:
    """Whether behind a number no street is told: nothing, a comma, "chứ không phải …", "mới đúng"."""
    if i >= len(tokens):
        return True
    if tokens[i].key == BREAK:
        return not any(token.raw[:1].isupper() for token in tokens[i:])
    return tokens[i].key in {"chu", "moi", "nha", "nhe", "a"} and not tokens[i].raw[:1].isupper()


def _kind_before(out: Sequence[Token], kind: str) -> int | None:
    """Where in `out` the same kind of thing was told: "quận" before another "quận"."""
    if kind not in _KINDS:
        return None
    return next((n for n in range(len(out) - 1, -1, -1) if out[n].key == kind), None)


def _says_kind_again(out: list[Token], tokens: Sequence[Token], i: int) -> bool:
    """Whether at i a number of the kind is told that ends `out`, which is then taken off it."""
    end = len(out)
    while end and out[end - 1].key == BREAK:
        end -= 1
    if end < 2 or tokens[i].key not in _KINDS or out[end - 2].key != tokens[i].key:
        return False
    numbers = _begins_number(tokens, i) or tokens[i + 1 : i + 2]
    if not numbers or not (out[end - 1].key[0].isdigit() or is_number_word(out[end - 1])):
        return False
    del out[end - 2 :]
    return True


def _drop_name(out: list[Token]) -> None:
    """Takes the name off that was told last, not the number before it nor the word for a street."""
    while out and out[-1].key == BREAK:
        out.pop()
    while out and out[-1].key != BREAK and out[-1].raw[:1].isupper() and not out[-1].key[0].isdigit():
        out.pop()


def _begins_number(tokens: Sequence[Token], i: int) -> bool:
    i = _past_breaks(tokens, i)
    if i >= len(tokens):
        return False
    token = tokens[i]
    return token.key in _LEADS or token.key[0].isdigit() or is_number_word(token)
