"""Standing cautions: which of them concern an incident, and how they get there (W5).

A caution becomes a note of the incident, with the caution's own id, so that it is there at most once. It is
looked for by the incident's place and by the numbers of its callers; nobody walks all cautions for that.
"""

from collections.abc import Iterable, Iterator
from datetime import datetime
from math import cos, floor, hypot, pi, radians

from dispatch.domain.model.caution import Caution
from dispatch.domain.model.incident import Incident, NoteAdded
from dispatch.domain.model.report import Report
from dispatch.domain.model.values import LonLat, Place
from dispatch.domain.rules.draft import Draft
from dispatch.domain.rules.updates import CAUTION, list_active, tell_cautions
from dispatch.domain.state import CentreState
from dispatch.domain.visibility import Agencies, list_parties

SAME_PLACE_M = 30.0
"""So near, it is the same place whatever it is called."""

SAME_NAME_M = 200.0
"""So near, the same label in the same ward is the same place: an alley's mouth and its far end."""

CELL_DEG = 0.002
"""Side of a cell of the index. Between the tropics and some way beyond (up to 25°, all of Vietnam) it is more
than SAME_NAME_M both ways, so that a cell and its eight neighbours hold whatever may be the same place."""

_M_PER_DEG = pi * 6_371_008.8 / 180
"""Metres in a degree of latitude, on the mean sphere."""

# ── which ones ──


def is_same_place(a: Place, b: Place) -> bool:
    """Whether two places are one: almost the same point, or the same name nearby. Unknown ones never are."""
    if a.lon_lat is None or b.lon_lat is None:
        return False
    distance_m = measure_distance_m(a.lon_lat, b.lon_lat)
    named_alike = a.label != "" and (a.label, a.ward_code, a.ward) == (b.label, b.ward_code, b.ward)
    return distance_m <= (SAME_NAME_M if named_alike else SAME_PLACE_M)


def concerns(caution: Caution, place: Place, callers: Iterable[str], *, test: bool) -> bool:
    """Whether a caution is about this place or one of these numbers."""
    if caution.test and not test:
        return False
    if caution.place is not None:
        return is_same_place(caution.place, place)
    return caution.caller in callers


def is_standing(caution: Caution, now: datetime) -> bool:
    """Whether it is neither withdrawn nor past its time."""
    return caution.withdrawn_at is None and caution.expires_at > now


def list_cautions(
    state: CentreState, place: Place, callers: Iterable[str], now: datetime, *, test: bool
) -> list[Caution]:
    """The standing cautions about a place or any of some numbers, in the order in which they were kept."""
    numbers = frozenset(callers)
    ids = {id_ for cell in _cells_around(place) for id_ in state.cautions_near.get(cell, ())}
    ids.update(id_ for number in numbers for id_ in state.cautions_of.get(number, ()))
    found = (state.cautions[id_] for id_ in ids)
    chosen = (c for c in found if is_standing(c, now) and concerns(c, place, numbers, test=test))
    return sorted(chosen, key=lambda caution: (caution.at, caution.id))


def find_caller(report: Report) -> str:
    """The key subject of the number a report was told from; "" without one."""
    return report.phone.subject if report.phone is not None else ""


def list_callers(state: CentreState, incident: Incident) -> list[str]:
    """The key subjects of the numbers from which an incident was told."""
    callers = (find_caller(state.reports[report_id]) for report_id in incident.report_ids)
    return [caller for caller in callers if caller]


# ── bringing them ──


def bring_to_new(
    draft: Draft,
    incident_id: str,
    place: Place,
    report: Report | None,
    *,
    test: bool,
    closed_to: Agencies | None = None,
) -> None:
    """To an incident that this decision opens: nobody is on its way yet. `closed_to` are the agencies of a
    restricted one."""
    callers = [find_caller(report)] if report is not None else []
    for caution in list_cautions(draft.state, place, [c for c in callers if c], draft.now, test=test):
        draft.emit(_note(incident_id, caution, withheld=is_withheld(caution, closed_to)))


def bring_to(
    draft: Draft, incident: Incident, *, place: Place | None = None, reports: Iterable[Report] = ()
) -> None:
    """To an incident that stands: whatever concerns it, with the place and the reports that this decision
    gives it. Units on their way are told of each."""
    callers = [*list_callers(draft.state, incident), *(c for c in map(find_caller, reports) if c)]
    where = incident.place if place is None else place
    for caution in list_cautions(draft.state, where, callers, draft.now, test=incident.test):
        bring(draft, incident, caution)


def bring(draft: Draft, incident: Incident, caution: Caution) -> None:
    """One caution to one incident, unless it is there already."""
    known = any(note.note_id == caution.id for note in incident.notes)
    if known or any(_tells(event, incident, caution) for event in draft.events):
        return
    closed_to = list_parties(draft.state, incident) if incident.restricted else None
    withheld = incident.number != caution.learnt_in and is_withheld(caution, closed_to)
    draft.emit(_note(incident.id, caution, withheld=withheld))
    for assignment in list_active(draft.state, incident):
        tell_cautions(draft, incident, assignment.id, hot=assignment.hot)


def _tells(event: object, incident: Incident, caution: Caution) -> bool:
    return isinstance(event, NoteAdded) and event.incident_id == incident.id and event.note_id == caution.id


def is_withheld(caution: Caution, closed_to: Agencies | None) -> bool:
    """Whether an incident gets no more than that there is something, and whom to ask: what was learnt in a
    restricted incident is read only in one that is closed to agencies of that one (None: open to all)."""
    return bool(caution.only_for) and (closed_to is None or not set(closed_to) <= set(caution.only_for))


def _note(incident_id: str, caution: Caution, *, withheld: bool) -> NoteAdded:
    return NoteAdded(
        incident_id=incident_id,
        note_id=caution.id,
        text=None if withheld else caution.text,
        kind=CAUTION,
        source="" if withheld else caution.source,
        scope=caution.scope,
        ask=caution.only_for if withheld else (),
        expires_at=caution.expires_at,
        by=caution.by,
        standing=True,
    )


# ── the index ──


def note_caution(state: CentreState, caution: Caution, *, gone: bool = False) -> None:
    """Take a caution that changed into the index, or out of it when it was withdrawn or is `gone`."""
    stands = caution.withdrawn_at is None and not gone
    for index, key in _keys_of(state, caution):
        ids = index.setdefault(key, [])
        if stands and caution.id not in ids:
            ids.append(caution.id)
        elif not stands and caution.id in ids:
            ids.remove(caution.id)
        if not ids:
            del index[key]


def _keys_of(state: CentreState, caution: Caution) -> Iterator[tuple[dict[str, list[str]], str]]:
    if caution.place is not None and caution.place.lon_lat is not None:
        yield state.cautions_near, _name_cell(*_cell_of(caution.place.lon_lat))
    if caution.caller:
        yield state.cautions_of, caution.caller


def _cells_around(place: Place) -> Iterator[str]:
    if place.lon_lat is not None:
        column, row = _cell_of(place.lon_lat)
        for d_column in (-1, 0, 1):
            for d_row in (-1, 0, 1):
                yield _name_cell(column + d_column, row + d_row)


def _cell_of(at: LonLat) -> tuple[int, int]:
    return floor(at.lon / CELL_DEG), floor(at.lat / CELL_DEG)


def _name_cell(column: int, row: int) -> str:
    return f"{column}/{row}"


def measure_distance_m(a: LonLat, b: LonLat) -> float:
    """Over a flat piece of the earth: exact enough for some hundreds of metres."""
    east_m = (b.lon - a.lon) * _M_PER_DEG * cos(radians((a.lat + b.lat) / 2))
    return hypot(east_m, (b.lat - a.lat) * _M_PER_DEG)
