"""The rows of the writer as typed entities: what use cases read while they gather facts.

It follows the port, never the writer's own memory, so that it works in the writer's process and outside.
"""

import asyncio
from collections import defaultdict
from collections.abc import Iterator
from typing import Any

import msgspec

from dispatch.core.port import Board, Commit
from dispatch.domain.model.assignment import Assignment, Recommendation
from dispatch.domain.model.call import Call
from dispatch.domain.model.incident import Incident, Leg
from dispatch.domain.model.report import Report
from dispatch.domain.model.unit import Station, Unit
from dispatch.domain.rows import Row

_DECODERS: dict[str, msgspec.json.Decoder[Any]] = {
    "call": msgspec.json.Decoder(Call),
    "report": msgspec.json.Decoder(Report),
    "incident": msgspec.json.Decoder(Incident),
    "leg": msgspec.json.Decoder(Leg),
    "assignment": msgspec.json.Decoder(Assignment),
    "recommendation": msgspec.json.Decoder(Recommendation),
    "station": msgspec.json.Decoder(Station),
    "unit": msgspec.json.Decoder(Unit),
}


class Picture:
    """Entities by kind and id as of `seq`, with the few indexes that use cases ask by."""

    def __init__(self) -> None:
        self.seq = 0
        self.calls: dict[str, Call] = {}
        self.reports: dict[str, Report] = {}
        self.incidents: dict[str, Incident] = {}
        self.legs: dict[str, Leg] = {}
        self.assignments: dict[str, Assignment] = {}
        self.recommendations: dict[str, Recommendation] = {}
        self.stations: dict[str, Station] = {}
        self.units: dict[str, Unit] = {}
        self._by_kind: dict[str, dict[str, Any]] = {
            "call": self.calls,
            "report": self.reports,
            "incident": self.incidents,
            "leg": self.legs,
            "assignment": self.assignments,
            "recommendation": self.recommendations,
            "station": self.stations,
            "unit": self.units,
        }
        self.units_by_call_sign: dict[str, str] = {}
        self.reports_by_subject: defaultdict[str, set[str]] = defaultdict(set)
        self._loaded = asyncio.Event()

    async def wait_loaded(self) -> None:
        """Returns once the first board was taken in."""
        await self._loaded.wait()

    def load(self, board: Board) -> None:
        """Begin anew from every row as of one seq."""
        for table in self._by_kind.values():
            table.clear()
        self.units_by_call_sign.clear()
        self.reports_by_subject.clear()
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
            self._drop(kind, id_)
        self.seq = commit.seq

    def legs_of(self, incident: Incident) -> Iterator[Leg]:
        """The legs of an incident, in the order in which they were requested."""
        return (self.legs[i] for i in incident.leg_ids if i in self.legs)

    def assignments_of(self, leg: Leg) -> Iterator[Assignment]:
        """Every assignment of a leg, ended ones too."""
        return (self.assignments[i] for i in leg.assignment_ids if i in self.assignments)

    def open_incidents(self) -> Iterator[Incident]:
        """Incidents whose response is going on."""
        return (i for i in self.incidents.values() if i.state == "open")

    def _put(self, row: Row) -> None:
        decoder = _DECODERS.get(row.kind)
        if decoder is None:
            return
        entity = decoder.decode(row.body)
        self._by_kind[row.kind][row.id] = entity
        if isinstance(entity, Unit):
            self.units_by_call_sign[entity.call_sign] = row.id
        elif isinstance(entity, Report):
            self.reports_by_subject[entity.subject].add(row.id)

    def _drop(self, kind: str, id_: str) -> None:
        table = self._by_kind.get(kind)
        entity = table.pop(id_, None) if table is not None else None
        if isinstance(entity, Unit):
            self.units_by_call_sign.pop(entity.call_sign, None)
        elif isinstance(entity, Report):
            self.reports_by_subject[entity.subject].discard(id_)
