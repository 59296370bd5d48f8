"""What concerns each unit: its row, its assignments, what belongs to their incidents, and its outbox."""

from collections.abc import Iterable, Iterator

import msgspec

from dispatch.domain.rows import Row

_ACTIVE = "active"
_ENDED = "ended"


class OutboxItem(msgspec.Struct, frozen=True, kw_only=True):
    """A delivery not yet received, as its row tells it."""

    id: str
    unit_id: str
    n: int
    kind: str
    assignment_id: str
    update_n: int
    done: bool
    move_id: str | None = None


class _UnitPart(msgspec.Struct, frozen=True, kw_only=True):
    id: str
    station_id: str
    crew_id: str | None = None


class AssignmentPart(msgspec.Struct, frozen=True, kw_only=True):
    """The part of an assignment by which it is found."""

    id: str
    unit_id: str
    incident_id: str
    leg_id: str
    state: str
    received_at: str | None = None
    times: dict[str, msgspec.Raw] = msgspec.field(default_factory=dict)


_DELIVERY = msgspec.json.Decoder(OutboxItem)


class _PartOfIncident(msgspec.Struct, frozen=True, kw_only=True):
    id: str
    incident_id: str | None = None


class _MovePart(msgspec.Struct, frozen=True, kw_only=True):
    id: str
    unit_id: str
    state: str
    ordered_at: str | None = None


class _CrewPart(msgspec.Struct, frozen=True, kw_only=True):
    unit_ids: tuple[str, ...] = ()


_CREW = msgspec.json.Decoder(_CrewPart)
_UNIT = msgspec.json.Decoder(_UnitPart)
_PART = msgspec.json.Decoder(_PartOfIncident)
_ASSIGNMENT = msgspec.json.Decoder(AssignmentPart)
_MOVE = msgspec.json.Decoder(_MovePart)


class UnitIndex:
    """Kept from rows as they change; asked by unit."""

    def __init__(self) -> None:
        self._stations: dict[str, set[str]] = {}
        self._units: dict[str, _UnitPart] = {}
        self._assignments: dict[str, AssignmentPart] = {}
        self._of_unit: dict[str, set[str]] = {}
        self._active: dict[str, str] = {}
        """Unit → its active assignment: asked for every position."""
        self._of_incident: dict[str, set[str]] = {}
        self._outbox: dict[str, dict[str, OutboxItem]] = {}
        self._moves: dict[str, str] = {}
        """Unit → the move it was ordered and that has not ended."""
        self._parts: dict[str, dict[tuple[str, str], None]] = {}
        """Incident → its legs and reports."""
        self._incident_of: dict[tuple[str, str], str] = {}

    def take(
        self, rows: Iterable[Row], gone: Iterable[tuple[str, str]] = ()
    ) -> dict[str, set[tuple[str, str]]]:
        """Take changed rows in; gives, for each unit concerned, the (kind, id) that concern it."""
        concerned: dict[str, set[tuple[str, str]]] = {}
        for row in rows:
            for unit_id, keys in self._take_row(row).items():
                concerned.setdefault(unit_id, set()).update(keys)
        for kind, id_ in gone:
            self._remove(kind, id_)
        return concerned

    def list_units(self, unit_id: str | None, station_id: str | None) -> set[str]:
        """The units a connection speaks for: its own, or all of its station."""
        if unit_id is not None:
            return {unit_id}
        return set(self._stations.get(station_id or "", ()))

    def find_station(self, unit_id: str) -> str | None:
        """The station a unit belongs to."""
        unit = self._units.get(unit_id)
        return None if unit is None else unit.station_id

    def list_outbox(self, unit_id: str) -> list[OutboxItem]:
        """What the unit has yet to receive, in the order of its numbers."""
        return sorted(self._outbox.get(unit_id, {}).values(), key=lambda item: item.n)

    def find_outbox_item(self, unit_id: str, delivery_id: str) -> OutboxItem | None:
        """A delivery that is still to be received, or None."""
        return self._outbox.get(unit_id, {}).get(delivery_id)

    def find_assignment(self, assignment_id: str) -> AssignmentPart | None:
        """The part of an assignment that is on the board."""
        return self._assignments.get(assignment_id)

    def list_assignments_of_incident(self, incident_id: str) -> list[AssignmentPart]:
        """Every assignment of an incident, ended ones too."""
        return [self._assignments[id_] for id_ in self._of_incident.get(incident_id, ())]

    def find_active(self, unit_id: str) -> str | None:
        """Id of the unit's active assignment, or None."""
        return self._active.get(unit_id)

    def list_rows_of(self, unit_id: str) -> list[tuple[str, str]]:
        """(kind, id) of every row that concerns a unit now."""
        keys = [("unit", unit_id)]
        unit = self._units.get(unit_id)
        if unit is not None:
            keys.append(("station", unit.station_id))
        if unit is not None and unit.crew_id is not None:
            keys.append(("crew", unit.crew_id))
        if unit_id in self._moves:
            keys.append(("move", self._moves[unit_id]))
        for part in self._list_assignments(unit_id):
            if part.state != _ENDED:
                keys += [("incident", part.incident_id), *self._parts.get(part.incident_id, ())]
                keys += [("leg", part.leg_id), ("assignment", part.id)]
        return list(dict.fromkeys(keys))

    def _list_assignments(self, unit_id: str) -> Iterator[AssignmentPart]:
        return (self._assignments[id_] for id_ in self._of_unit.get(unit_id, ()))

    def _take_row(self, row: Row) -> dict[str, list[tuple[str, str]]]:
        """Units → what concerns each: the row, and with a new assignment all that belongs to its incident."""
        if row.kind == "assignment":
            return self._take_assignment(_ASSIGNMENT.decode(row.body))
        return {unit_id: [(row.kind, row.id)] for unit_id in self._list_concerned(row)}

    def _list_concerned(self, row: Row) -> list[str]:
        if row.kind == "unit":
            return self._take_unit(_UNIT.decode(row.body))
        if row.kind == "delivery":
            return self._take_delivery(_DELIVERY.decode(row.body))
        if row.kind == "crew":
            return list(_CREW.decode(row.body).unit_ids)
        if row.kind == "incident":
            return self._list_units_on(row.id)
        if row.kind == "move":
            return self._take_move(_MOVE.decode(row.body))
        if row.kind in ("leg", "report"):
            return self._take_part(row.kind, _PART.decode(row.body))
        if row.kind == "road_condition":
            # Whoever is on its way asks for its way again. Nobody needs those that did not change meanwhile.
            return list(self._active)
        return []

    def _take_unit(self, unit: _UnitPart) -> list[str]:
        before = self._units.get(unit.id)
        if before is not None and before.station_id != unit.station_id:
            self._stations[before.station_id].discard(unit.id)
        self._units[unit.id] = unit
        self._stations.setdefault(unit.station_id, set()).add(unit.id)
        return [unit.id]

    def _take_assignment(self, part: AssignmentPart) -> dict[str, list[tuple[str, str]]]:
        before = self._assignments.get(part.id)
        self._assignments[part.id] = part
        if part.state == _ACTIVE:
            self._active[part.unit_id] = part.id
        else:
            self._forget_active(part)
        self._of_unit.setdefault(part.unit_id, set()).add(part.id)
        self._of_incident.setdefault(part.incident_id, set()).add(part.id)
        keys = [("assignment", part.id)]
        if before is None or before.incident_id != part.incident_id:
            keys += [("incident", part.incident_id), *self._parts.get(part.incident_id, ())]
        return {part.unit_id: keys}

    def _forget_active(self, part: AssignmentPart) -> None:
        if self._active.get(part.unit_id) == part.id:
            del self._active[part.unit_id]

    def _take_delivery(self, item: OutboxItem) -> list[str]:
        outbox = self._outbox.setdefault(item.unit_id, {})
        if item.done:
            outbox.pop(item.id, None)
        else:
            outbox[item.id] = item
        return [item.unit_id]

    def _take_move(self, move: _MovePart) -> list[str]:
        """A proposal is no business of the crew: it hears of what was ordered, and of its end."""
        if move.ordered_at is None:
            return []
        if move.state != _ENDED:
            self._moves[move.unit_id] = move.id
        elif self._moves.get(move.unit_id) == move.id:
            del self._moves[move.unit_id]
        return [move.unit_id]

    def _take_part(self, kind: str, part: _PartOfIncident) -> list[str]:
        """A leg or report, which may have come from another incident, or have left."""
        key = (kind, part.id)
        before = self._incident_of.get(key)
        concerned = self._list_units_on(before) if before is not None and before != part.incident_id else []
        if before != part.incident_id:
            self._forget_part(key)
        if part.incident_id is None:
            return concerned
        self._incident_of[key] = part.incident_id
        self._parts.setdefault(part.incident_id, {})[key] = None
        return concerned + self._list_units_on(part.incident_id)

    def _forget_part(self, key: tuple[str, str]) -> None:
        incident_id = self._incident_of.pop(key, None)
        if incident_id is None:
            return
        self._parts[incident_id].pop(key, None)
        if not self._parts[incident_id]:
            del self._parts[incident_id]

    def _list_units_on(self, incident_id: str) -> list[str]:
        parts = self.list_assignments_of_incident(incident_id)
        return [part.unit_id for part in parts if part.state != _ENDED]

    def _remove(self, kind: str, id_: str) -> None:
        if kind == "assignment" and (part := self._assignments.pop(id_, None)) is not None:
            self._forget_active(part)
            self._of_unit[part.unit_id].discard(id_)
            of_incident = self._of_incident[part.incident_id]
            of_incident.discard(id_)
            if not of_incident:
                del self._of_incident[part.incident_id]
        elif kind == "unit" and (unit := self._units.pop(id_, None)) is not None:
            self._stations[unit.station_id].discard(id_)
        elif kind in ("leg", "report"):
            self._forget_part((kind, id_))
        elif kind == "delivery":
            for outbox in self._outbox.values():
                outbox.pop(id_, None)
