"""English numbers said in words: "number forty five", "one two three Nguyen Trai street"; pure."""

from __future__ import annotations

from collections.abc import Sequence

from gis.geocode.fold import has_marks
from gis.geocode.tokens import BREAK, Token

_LOW = "zero one two three four five six seven eight nine ten eleven twelve"
_TEENS = "thirteen fourteen fifteen sixteen seventeen eighteen nineteen"
_ROUND = "twenty thirty forty fifty sixty seventy eighty ninety"
_UNITS = {word: n for n, word in enumerate(f"{_LOW} {_TEENS}".split())} | {"oh": 0}
_TENS = {word: 10 * n for n, word in enumerate(_ROUND.split(), 2)}
_ASKS = frozenset({"number", "no", "house", "alley", "lane", "slash", "floor", "room", "apartment", "street"})
_FEWEST = 2
_SAID = frozenset(_UNITS) | frozenset(_TENS)


def english_figures(tokens: Sequence[Token]) -> list[Token]:
    """The tokens with English numbers in figures, where a word asks for one or two of them begin a part."""
    out: list[Token] = []
    i = 0
    while i < len(tokens):
        end = i
        while end < len(tokens) and (tokens[end].key in _SAID or _links(tokens, i, end)):
            end += 1
        asked = bool(out) and out[-1].key in _ASKS
        begins = not out or out[-1].key == BREAK
        said = tokens[i:end]
        if said and (asked or (begins and len(said) >= _FEWEST)) and not any(has_marks(t.raw) for t in said):
            figures = _figures([token.key for token in said if token.key != "and"])
            out.append(Token(figures, figures))
            i = end
        else:
            out.append(tokens[i])
            i += 1
    return out


def _links(tokens: Sequence[Token], begin: int, i: int) -> bool:
    """Whether "hundred" or its "and" stands there, inside a number."""
    if i == begin:
        return False
    before = tokens[i - 1].key
    if tokens[i].key == "hundred":
        return before in _UNITS
    ahead = tokens[i + 1].key if i + 1 < len(tokens) else BREAK
    return tokens[i].key == "and" and before == "hundred" and ahead in _SAID


def _figures(words: Sequence[str]) -> str:
    """The digits that the words say: composed ("two hundred and five") or one by one."""
    if "hundred" in words:
        at = words.index("hundred")
        rest = _figures(words[at + 1 :])
        return str(int(_figures(words[:at])) * 100 + int(rest or "0"))
    figures = ""
    i = 0
    while i < len(words):
        tens = _TENS.get(words[i])
        unit = _UNITS.get(words[i + 1], 0) if tens is not None and i + 1 < len(words) else 0
        joined = tens is not None and 0 < unit < 10
        figures += str(tens + unit if joined and tens is not None else tens or _UNITS.get(words[i], 0))
        i += 2 if joined else 1
    return figures
