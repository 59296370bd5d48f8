"""What streets are called in an instruction, for the whole graph at once."""

import re
import unicodedata

import numpy as np

from routing.graph.kinds import EdgeFlag
from routing.graph.model import IntArray, RoadGraph
from routing.graph.other_names import NameKind

_FORMER_NAME = re.compile(r"\s*\((ex|cũ|formerly)\b[^)]*\)", re.IGNORECASE)
# English words behind a Vietnamese name; "Boulevard" alone, or behind one word, may be the name itself.
_ENGLISH_KIND = re.compile(r"^(\S+ \S.*?) (?:boulevard|street|avenue)$", re.IGNORECASE)
_PREFIX = re.compile(r"^(?:đường|street) ", re.IGNORECASE)
# How the numbers of roads are said; a bare number says no more than that it is one.
_NUMBERED = (
    (re.compile(r"^QL[. ]*(?=\d)", re.IGNORECASE), "Quốc lộ "),
    (re.compile(r"^(?:TL|ĐT|DT)[. ]*(?=\d)", re.IGNORECASE), "Tỉnh lộ "),
    (re.compile(r"^HL[. ]*(?=\d)", re.IGNORECASE), "Hương lộ "),
    (re.compile(r"^CT[. ]*(?=\d)", re.IGNORECASE), "Cao tốc "),
    (re.compile(r"^(?=\d)"), "Tuyến "),
)


def clean_spoken(name: str) -> str:
    """A name without what stands on no sign: former names in brackets, an English word behind it."""
    return _ENGLISH_KIND.sub(r"\1", _FORMER_NAME.sub("", name))


def spell_number(ref: str) -> str:
    """The number of a road as it is said: "QL.1A" is "Quốc lộ 1A"."""
    for pattern, words in _NUMBERED:
        if pattern.search(ref):
            return pattern.sub(words, ref)
    return ref


def fold_spelling(name: str) -> str:
    """What two spellings of one name have in common: no accents, one i, no "đường" before it."""
    plain = unicodedata.normalize("NFD", _PREFIX.sub("", clean_spoken(name)).casefold())
    return "".join(c for c in plain if not unicodedata.combining(c)).replace("đ", "d").replace("y", "i")


class StreetNames:
    """Names by edge, as a driver is told them.

    number: by edge, of the name it is told by (-1: none): its own, a tunnel's, else the road's number.
    alike: by number, equal where two names are spellings of one, so that a street that goes on under both is
    one street. also: by edge, its second name and, where a numbered street was given a proper name, the
    number that its signs may still bear, Vietnamese and English.
    """

    def __init__(self, graph: RoadGraph) -> None:
        self.texts = [clean_spoken(name) for name in graph.names]
        self.number: IntArray = graph.edge_name.copy()
        self.also: dict[int, tuple[str, str]] = {}
        table = graph.other_names
        for edge, kind, name in zip(
            table.edge.tolist(), table.kind.tolist(), table.name.tolist(), strict=True
        ):
            if kind == NameKind.STRUCTURE and graph.edge_flags[edge] & EdgeFlag.TUNNEL:
                self.number[edge] = name
            elif kind == NameKind.NUMBER and self.number[edge] < 0:
                self.number[edge] = self._add(spell_number(graph.names[name]))
            elif kind in (NameKind.SECOND, NameKind.FORMER):
                self._note(edge, NameKind(kind), graph.get_edge_name(edge), graph.names[name])
        keys: dict[str, int] = {}
        self.alike: list[int] = [keys.setdefault(fold_spelling(text), len(keys)) for text in self.texts]

    def get_text(self, number: int) -> str:
        """The name with this number, empty for -1."""
        return self.texts[number] if number >= 0 else ""

    def _add(self, text: str) -> int:
        self.texts.append(text)
        return len(self.texts) - 1

    def _note(self, edge: int, kind: NameKind, name: str, other: str) -> None:
        if not name or fold_spelling(name) == fold_spelling(other):
            return
        if kind is NameKind.SECOND:
            self.also[edge] = f" ({other})", f" ({other})"
        elif any(c.isdigit() for c in other):
            self.also.setdefault(edge, (f" (cũ: {other})", f" (formerly {other})"))


def measure_lengths(flags: list[bool], metres: list[float]) -> list[float]:
    """By piece, how long the run of flagged pieces is that it lies in; 0 outside."""
    run_m = np.zeros(len(flags))
    begin = 0
    for n in range(1, len(flags) + 1):
        if n == len(flags) or flags[n] != flags[begin]:
            run_m[begin:n] = sum(metres[begin:n]) if flags[begin] else 0.0
            begin = n
    told: list[float] = run_m.tolist()
    return told
