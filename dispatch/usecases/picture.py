"""The rows of the writer as typed entities: what use cases read while they gather facts.

It follows the port, never the writer's own memory, so that it works in the writer's process and outside.
"""

import asyncio
from collections import defaultdict
from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta
from math import cos, radians
from typing import Any

import msgspec

from dispatch.core.port import Board, Commit
from dispatch.domain.codebook import CodeBook, MinimumCover, Neighbour
from dispatch.domain.model.assignment import Assignment, Recommendation
from dispatch.domain.model.call import Call
from dispatch.domain.model.hospital import Hospital
from dispatch.domain.model.incident import Incident, Leg
from dispatch.domain.model.move import Move
from dispatch.domain.model.report import Report
from dispatch.domain.model.road_condition import RoadCondition
from dispatch.domain.model.unit import Crew, Station, Unit
from dispatch.domain.model.values import HandsetFix, LonLat, Phase
from dispatch.domain.rest import Rest, list_manned, measure_work, price_rest
from dispatch.domain.rows import Row
from dispatch.domain.turnout import find_turnout_s
from dispatch.usecases.incident_index import IncidentIndex
from routing.terms.messages import PlanUnit

_DECODERS: dict[str, msgspec.json.Decoder[Any]] = {
    "call": msgspec.json.Decoder(Call),
    "report": msgspec.json.Decoder(Report),
    "incident": msgspec.json.Decoder(Incident),
    "leg": msgspec.json.Decoder(Leg),
    "assignment": msgspec.json.Decoder(Assignment),
    "recommendation": msgspec.json.Decoder(Recommendation),
    "station": msgspec.json.Decoder(Station),
    "unit": msgspec.json.Decoder(Unit),
    "crew": msgspec.json.Decoder(Crew),
    "road_condition": msgspec.json.Decoder(RoadCondition),
    "move": msgspec.json.Decoder(Move),
    "hospital": msgspec.json.Decoder(Hospital),
}


FREE_PHASES = frozenset({Phase.AVAILABLE, Phase.RETURNING})
"""Phases from which a unit may be proposed (code tables: returning units take orders)."""

Place = Station | Hospital
Work = Assignment | Recommendation | Move
Entity = Call | Report | Incident | Leg | Work | Place | Unit | Crew | RoadCondition


def is_free(unit: Unit) -> bool:
    """Whether a unit may be proposed by what it does itself: free by its phase, without a commitment, and not
    in distress."""
    return unit.phase in FREE_PHASES and unit.assignment_id is None and unit.mayday_at is None


class Picture:
    """Entities by kind and id as of `seq`, with the few indexes that use cases ask by. `book` gives the
    radius of incident types.

    `standing` holds units in quarters as the planner takes them, for as long as nothing about them changes;
    `plans_with_unit` the incidents whose recommendation proposes a unit, `plans_short` those it leaves short,
    `live_moves` moves that have not ended by unit, `just_offered` units of plans that are made but not yet on
    record, with their incident and the moment; `runs_of_crew` the assignments of a crew.
    """

    def __init__(self, book: CodeBook | None = None) -> None:
        self._book = book
        self.seq = 0
        self.calls: dict[str, Call] = {}
        self.reports: dict[str, Report] = {}
        self.incidents: dict[str, Incident] = {}
        self.legs: dict[str, Leg] = {}
        self.assignments: dict[str, Assignment] = {}
        self.recommendations: dict[str, Recommendation] = {}
        self.stations: dict[str, Station] = {}
        self.units: dict[str, Unit] = {}
        self.crews: dict[str, Crew] = {}
        self.road_conditions: dict[str, RoadCondition] = {}
        self.moves: dict[str, Move] = {}
        self.hospitals: dict[str, Hospital] = {}
        self.live_moves: dict[str, Move] = {}
        self._by_kind: dict[str, dict[str, Any]] = {
            "call": self.calls,
            "report": self.reports,
            "incident": self.incidents,
            "leg": self.legs,
            "assignment": self.assignments,
            "recommendation": self.recommendations,
            "station": self.stations,
            "unit": self.units,
            "crew": self.crews,
            "road_condition": self.road_conditions,
            "move": self.moves,
            "hospital": self.hospitals,
        }
        self.units_by_call_sign: dict[str, str] = {}
        self.reports_by_subject: defaultdict[str, set[str]] = defaultdict(set)
        self.incidents_by_place = IncidentIndex(self.radius_of_type)
        self.standing: dict[str, PlanUnit] = {}
        self.plans_with_unit: defaultdict[str, set[str]] = defaultdict(set)
        self.plans_short: set[str] = set()
        self.just_offered: dict[str, tuple[str, datetime]] = {}
        self.runs_of_crew: defaultdict[str, dict[str, Assignment]] = defaultdict(dict)
        self._free: defaultdict[tuple[str, str], dict[str, Unit]] = defaultdict(dict)
        self._quarters: defaultdict[str, set[str]] = defaultdict(set)
        self._loaded = asyncio.Event()

    async def wait_loaded(self) -> None:
        """Returns once the first board was taken in."""
        await self._loaded.wait()

    def load(self, board: Board) -> None:
        """Begin anew from every row as of one seq."""
        for table in self._by_kind.values():
            table.clear()
        indexes = (self.units_by_call_sign, self.reports_by_subject, self.standing)
        plans = (self.plans_with_unit, self.plans_short, self.just_offered)
        for index in (*indexes, *plans, self.live_moves, self.runs_of_crew, self._free, self._quarters):
            index.clear()
        self.incidents_by_place.clear()
        for row in board.rows:
            self._put(row)
        self.seq = board.head.seq
        self._loaded.set()

    def follow(self, commit: Commit) -> None:
        """Take in one commit; commits already contained are ignored."""
        if commit.seq <= self.seq:
            return
        for row in commit.rows:
            self._put(row)
        for kind, id_ in commit.gone:
            self.drop(kind, id_)
        self.seq = commit.seq

    def legs_of(self, incident: Incident) -> Iterator[Leg]:
        """The legs of an incident, in the order in which they were requested."""
        return (self.legs[i] for i in incident.leg_ids if i in self.legs)

    def assignments_of(self, leg: Leg) -> Iterator[Assignment]:
        """Every assignment of a leg, ended ones too."""
        return (self.assignments[i] for i in leg.assignment_ids if i in self.assignments)

    def find_handset(self, report: Report) -> HandsetFix | None:
        """Where the telephone that this report was told by last said it was."""
        call = self.calls.get(report.call_id or "")
        return call.handset if call is not None else None

    def open_incidents(self) -> Iterator[Incident]:
        """Incidents whose response is going on."""
        return (i for i in self.incidents.values() if i.state == "open")

    def list_minimum_cover(self, agency_id: str) -> tuple[MinimumCover, ...]:
        """The minimum cover that an agency's table demands."""
        agency = self._book.agencies.get(agency_id) if self._book is not None else None
        return agency.minimum_cover if agency is not None else ()

    def list_at_once(self, unit: Unit) -> tuple[str, ...]:
        """What a unit can do at the same time, by its type."""
        agency = self._book.agencies.get(unit.agency_id) if self._book is not None else None
        type_ = agency.unit_types.get(unit.type_code) if agency is not None else None
        return type_.at_once if type_ is not None else ()

    def list_manned(self, unit: Unit) -> tuple[str, ...]:
        """What a unit can do with the crew that signed on, by its type."""
        agency = self._book.agencies.get(unit.agency_id) if self._book is not None else None
        type_ = agency.unit_types.get(unit.type_code) if agency is not None else None
        least = type_.least_crew if type_ is not None else ()
        return list_manned(unit.capabilities, least, self.crews.get(unit.crew_id or ""))

    def find_rest(self, unit: Unit, now: datetime) -> Rest | None:
        """What its crew's work costs; None where nobody signed on, or the agency has no rule."""
        crew = self.crews.get(unit.crew_id or "")
        agency = self._book.agencies.get(unit.agency_id) if self._book is not None else None
        if crew is None or agency is None or agency.rest is None:
            return None
        pause = timedelta(minutes=agency.rest.break_min)
        runs = self.runs_of_crew.get(crew.id, {}).values()
        return price_rest(agency.rest, measure_work(crew, runs, now, pause))

    def find_neighbour(self, agency_id: str, station_id: str) -> Neighbour | None:
        """The neighbour to which an agency's station belongs with its units; None: it is ours."""
        return self._book.find_neighbour(agency_id, station_id) if self._book is not None else None

    def is_ours(self, unit: Unit) -> bool:
        """Whether a unit is not a neighbour's: only ours keep cover, count in it, and wait where we want."""
        return self.find_neighbour(unit.agency_id, unit.station_id) is None

    def list_own_stations(self, agency_id: str) -> list[Station]:
        """An agency's own stations, by id: nobody of ours waits at a neighbour's."""
        own = (s for s in self.stations.values() if s.agency_id == agency_id)
        return sorted((s for s in own if self.find_neighbour(agency_id, s.id) is None), key=lambda s: s.id)

    def list_own_units(self, agency_id: str) -> list[Unit]:
        """An agency's own units, in any state."""
        return [u for u in self.units.values() if u.agency_id == agency_id and self.is_ours(u)]

    def may_go(self, unit: Unit) -> bool:
        """Whether a unit is free, and the crew that may man others too is not out with one of these."""
        crew = self.crews.get(unit.crew_id or "")
        return is_free(unit) and (crew is None or crew.committed_assignment_id is None)

    def find_crew_twice(self, unit_ids: Iterable[str]) -> str | None:
        """A crew that mans more than one of these units and can take only one of them."""
        manned: set[str] = set()
        for unit_id in dict.fromkeys(unit_ids):
            unit = self.units.get(unit_id)
            if unit is not None and unit.crew_id is not None:
                if unit.crew_id in manned:
                    return unit.crew_id
                manned.add(unit.crew_id)
        return None

    def has_neighbours(self) -> bool:
        """Whether any agency has some."""
        return self._book is not None and any(a.neighbours for a in self._book.agencies.values())

    def turnout_s(self, unit: Unit, at: datetime) -> float:
        """What a unit takes to turn out that is told at this moment, if it stands in quarters."""
        return find_turnout_s(self._book, unit, at)

    def radius_of_type(self, type_code: str) -> float:
        """How far reports of an incident type may lie from the event; 0 for one that nobody knows."""
        found = self._book.types.get(type_code) if self._book is not None else None
        return found.radius_m if found is not None else 0.0

    def list_free_units(self, capability: str, near: LonLat, enough: int) -> list[Unit]:
        """Free units that can do this: all that are out on the road, and of those in quarters at least
        `enough`, from the stations nearest in a straight line."""
        found = list(self._free.get((capability, ""), {}).values())
        target, squeeze = enough + len(found), cos(radians(near.lat))

        def square(station_id: str) -> float:
            at = self.stations[station_id].lon_lat
            return ((at.lon - near.lon) * squeeze) ** 2 + (at.lat - near.lat) ** 2

        for station_id in sorted(self._quarters.get(capability, ()), key=square):
            if len(found) >= target:
                break
            found += self._free[capability, station_id].values()
        return found

    def put(self, kind: str, id_: str, entity: Entity) -> None:
        """Take in an entity of a kind, new or changed."""
        self._unindex(kind, id_)
        self._by_kind[kind][id_] = entity
        if isinstance(entity, Unit):
            self._index_unit(entity)
        elif isinstance(entity, Station | Crew):
            self._index_units_of(entity)
        elif isinstance(entity, Incident):
            self.incidents_by_place.put(entity)
        elif isinstance(entity, Report):
            self.reports_by_subject[entity.subject].add(id_)
        elif isinstance(entity, Move):
            self._index_move(entity)
        elif isinstance(entity, Assignment) and entity.crew_id is not None:
            self.runs_of_crew[entity.crew_id][id_] = entity
        elif isinstance(entity, Recommendation):
            for proposed in entity.proposed:
                self.plans_with_unit[proposed.unit_id].add(id_)
            if entity.missing:
                self.plans_short.add(id_)
            self.withdraw_offers(id_)

    def offer(self, incident_id: str, unit_ids: Iterable[str], at: datetime) -> None:
        """A plan that is on its way to the log proposes these units."""
        self.just_offered.update((unit_id, (incident_id, at)) for unit_id in unit_ids)

    def withdraw_offers(self, incident_id: str) -> None:
        """Its plan has come on record, or never will."""
        gone = [unit_id for unit_id, (to, _) in self.just_offered.items() if to == incident_id]
        for unit_id in gone:
            del self.just_offered[unit_id]

    def _put(self, row: Row) -> None:
        decoder = _DECODERS.get(row.kind)
        if decoder is not None:
            self.put(row.kind, row.id, decoder.decode(row.body))

    def drop(self, kind: str, id_: str) -> None:
        """Forget an entity that left the board."""
        if kind in self._by_kind:
            self._unindex(kind, id_)
            self._by_kind[kind].pop(id_, None)

    def _index_unit(self, unit: Unit) -> None:
        self.units_by_call_sign[unit.call_sign] = unit.id
        self._count_free(unit)

    def _index_units_of(self, entity: Station | Crew) -> None:
        """Of a station that came to be known, or of a crew that may man several."""
        if isinstance(entity, Crew):
            units = [self.units[id_] for id_ in entity.unit_ids if id_ in self.units]
        else:
            self.standing.clear()
            units = [unit for unit in self.units.values() if unit.station_id == entity.id]
        for unit in units:
            self._count_free(unit)

    def _count_free(self, unit: Unit) -> None:
        """Among those that may be proposed, or not."""
        self._remove_free(unit)
        if self.may_go(unit):
            self._add_free(unit)

    def _index_move(self, move: Move) -> None:
        if move.state != "ended":
            self.live_moves[move.unit_id] = move

    def _forget_run(self, run: Assignment, crew_id: str) -> None:
        runs = self.runs_of_crew[crew_id]
        runs.pop(run.id, None)
        if not runs:
            del self.runs_of_crew[crew_id]

    def _add_free(self, unit: Unit) -> None:
        station_id = unit.station_id if unit.in_quarters and unit.station_id in self.stations else ""
        for capability in unit.capabilities:
            self._free[capability, station_id][unit.id] = unit
            if station_id:
                self._quarters[capability].add(station_id)

    def _remove_free(self, unit: Unit) -> None:
        for capability in unit.capabilities:
            self._free[capability, ""].pop(unit.id, None)
            here = self._free[capability, unit.station_id]
            here.pop(unit.id, None)
            if not here:
                self._quarters[capability].discard(unit.station_id)

    def _unindex(self, kind: str, id_: str) -> None:
        before = self._by_kind[kind].get(id_)
        if isinstance(before, Unit):
            self.units_by_call_sign.pop(before.call_sign, None)
            self.standing.pop(id_, None)
            self._remove_free(before)
        elif isinstance(before, Incident):
            self.incidents_by_place.drop(before)
        elif isinstance(before, Report):
            self.reports_by_subject[before.subject].discard(id_)
        elif isinstance(before, Assignment) and before.crew_id is not None:
            self._forget_run(before, before.crew_id)
        elif isinstance(before, Move):
            if self.live_moves.get(before.unit_id) is before:
                del self.live_moves[before.unit_id]
        elif isinstance(before, Recommendation):
            for proposed in before.proposed:
                self.plans_with_unit[proposed.unit_id].discard(id_)
            self.plans_short.discard(id_)
