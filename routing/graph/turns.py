"""Turns that cost something or are refused: arcs repeated behind the one approach they concern.

A rule is a sequence of directed edges whose last step is refused or priced: approach and exit; or approach,
the ways it leads over, and exit. An approach that a rule begins with ends in its own copy of the junction;
from the copy every exit is repeated, the one that completes the rule marked, the one that continues it
leading to a copy again. This is Aho and Corasick's automaton for sets of words, directed edges for letters.
All other junctions stay single nodes, so the graph grows by a few arcs per rule instead of doubling, and who
may ignore the refusal (a motorcycle, a vehicle with a siren) stays a question of weights.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field

from routing.graph.hours import ALWAYS, Hours
from routing.graph.kinds import Mode, Turn

Path = tuple[int, ...]


@dataclass(frozen=True, slots=True)
class TurnRule:
    """Directed edges as driven, what the turn into the last one is, whom that does not concern, and when a
    refusal holds."""

    path: Path
    turn: Turn
    exempt: Mode = Mode.NONE
    room_m: float = float("inf")
    hours: Hours = ALWAYS


@dataclass(slots=True)
class TurnCopies:
    """The repeated arcs as parallel lists, which arcs end in a copy, and on which junction each copy stands.

    Copies are numbered from the graph's node count on. ending: directed edge → the copy it ends in, for whom
    comes from a junction that is no copy. refusals: of a repeated arc, by its place in the lists, of whose
    refusals one has hours: whom each does not concern, and its hours.
    """

    tail: list[int] = field(default_factory=list)
    head: list[int] = field(default_factory=list)
    directed_edge: list[int] = field(default_factory=list)
    turn: list[int] = field(default_factory=list)
    exempt: list[int] = field(default_factory=list)
    room_m: list[float] = field(default_factory=list)
    copied_node: list[int] = field(default_factory=list)
    ending: dict[int, int] = field(default_factory=dict)
    refusals: dict[int, list[tuple[Mode, Hours]]] = field(default_factory=dict)


def expand_turns(
    rules: Iterable[TurnRule], directed_head: list[int], leaving: dict[int, list[int]], node_count: int
) -> TurnCopies:
    """Copies of the junctions that rules concern; `leaving` lists the directed edges out of every node."""
    by_path: dict[Path, list[TurnRule]] = {}
    for told in rules:
        by_path.setdefault(told.path, []).append(told)
    prefixes = {path[:end]: 0 for path in by_path for end in range(1, len(path))}
    copies = TurnCopies()
    for number, prefix in enumerate(prefixes):
        prefixes[prefix] = node_count + number
        copies.copied_node.append(directed_head[prefix[-1]])
        if len(prefix) == 1:
            copies.ending[prefix[0]] = node_count + number
    for prefix, copy in prefixes.items():
        for leave in leaving[directed_head[prefix[-1]]]:
            driven = (*prefix, leave)
            suffixes = [driven[start:] for start in range(len(driven))]
            head = next((prefixes[s] for s in suffixes if s in prefixes), directed_head[leave])
            rules_here = [rule for s in suffixes for rule in by_path.get(s, ())]
            rule = _merge(rules_here, driven)
            refusals = [(r.exempt, r.hours) for r in rules_here if r.turn & Turn.REFUSED]
            if any(hours != ALWAYS for _, hours in refusals):
                copies.refusals[len(copies.tail)] = refusals
            copies.tail.append(copy)
            copies.head.append(head)
            copies.directed_edge.append(leave)
            copies.turn.append(int(rule.turn))
            copies.exempt.append(int(rule.exempt))
            copies.room_m.append(rule.room_m)
    return copies


def _merge(rules: list[TurnRule], path: Path) -> TurnRule:
    """All rules about one turn in one, at all hours: only whom every refusal lets pass may pass."""
    turn, exempt, room_m = Turn.NONE, ~Mode.NONE, float("inf")
    for rule in rules:
        turn |= rule.turn
        room_m = min(room_m, rule.room_m)
        if rule.turn & Turn.REFUSED:
            exempt &= rule.exempt
    return TurnRule(path, turn, exempt if turn & Turn.REFUSED else Mode.NONE, room_m)
