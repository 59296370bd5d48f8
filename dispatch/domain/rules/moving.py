"""How a move ends with what happens to its unit: what rules of units and assignments need of moves."""

from collections.abc import Iterable

from dispatch.domain.model.move import Move, MoveEnded
from dispatch.domain.model.unit import Unit
from dispatch.domain.rules.draft import Draft
from dispatch.domain.state import CentreState


def find_live_move(state: CentreState, unit_id: str) -> Move | None:
    """The move of a unit that has not ended, or None."""
    return state.moves.get(state.live_moves.get(unit_id, ""))


def end_move(draft: Draft, move: Move, how: str, reason: str = "") -> None:
    """End it, once in a decision."""
    if move.id not in draft.ended:
        draft.ended.add(move.id)
        draft.emit(MoveEnded(move_id=move.id, how=how, reason=reason))


def end_moves_of(draft: Draft, unit_ids: Iterable[str], how: str) -> None:
    """End whatever moves these units have."""
    for unit_id in unit_ids:
        move = find_live_move(draft.state, unit_id)
        if move is not None:
            end_move(draft, move, how)


def list_units_of_crew(draft: Draft, unit: Unit) -> list[str]:
    """The unit and the other vehicles of its crew: who drives one cannot move the others."""
    crew = draft.state.crews.get(unit.crew_id or "")
    return (
        [unit.id, *(other for other in crew.unit_ids if other != unit.id)] if crew is not None else [unit.id]
    )
