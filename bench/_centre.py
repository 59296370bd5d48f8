"""A scratch centre for benchmarks: a database of its own, a fleet, and incidents to live through."""

import tempfile
from collections.abc import Callable, Generator, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import TypeAlias, cast

from uuid6 import uuid7

from dispatch.core.port import Answer, Submission
from dispatch.domain.codebook import CodeBook
from dispatch.domain.model.assignment import (
    AcceptAssignment,
    AcknowledgeReceived,
    DispatchUnits,
    ReportPhase,
)
from dispatch.domain.model.incident import CloseLeg, OpenIncident
from dispatch.domain.model.messages import Actor, Command, Role
from dispatch.domain.model.report import PlaceReport, ReceiveReport
from dispatch.domain.model.unit import RegisterStation, RegisterUnit
from dispatch.domain.model.values import LonLat, Place, Sealed
from dispatch.host.cluster import PrivateCluster
from dispatch.store.connect import connect
from dispatch.store.instance import ensure_instance
from dispatch.store.migrations import upgrade

Life: TypeAlias = Generator[tuple[Command, Actor], Answer, None]

AGENCY = "115"
AGENCY_SUFFIX = "5"
UNIT_TYPE = "als_ambulance"
ACTOR = Actor(id="bench", role=Role.SUPERVISOR, agencies=("112", "113", "114", "115"))
SYSTEM = Actor(id="bench-centre", role=Role.SYSTEM)
PHASES = ("en_route", "on_scene", "at_patient", "transporting", "at_hospital")
WORDS = Sealed(subject="subject", box="A" * 120)


@contextmanager
def scratch_database() -> Iterator[str]:
    """Address of a migrated database in a durable cluster of its own, gone afterwards."""
    with tempfile.TemporaryDirectory(prefix="dispatch-bench-") as folder:
        Path(folder).chmod(0o755)
        with PrivateCluster(Path(folder) / "pg").running() as dsn:
            upgrade(dsn)
            yield dsn


async def make_centre(dsn: str) -> None:
    """Create the centre in the database."""
    connection = await connect(dsn)
    await ensure_instance(connection, "bench", "training")
    await connection.close()


def submission(command: Command, actor: Actor = ACTOR) -> Submission:
    """A command of this moment."""
    now = datetime.now(UTC)
    return Submission(command_id=str(uuid7()), actor=actor, command=command, occurred_at=now, received_at=now)


def list_fleet(units: int, book: CodeBook) -> list[Command]:
    """Commands that register one station for every twenty units, and the units."""
    if UNIT_TYPE not in book.get_agency(AGENCY).unit_types:
        raise SystemExit(f"the code book has no {UNIT_TYPE}")
    stations = max(1, units // 20)
    commands: list[Command] = [
        RegisterStation(
            station_id=f"s{n}", agency_id=AGENCY, name=f"Trạm {n}",
            lon_lat=LonLat(106.6 + n % 40 * 0.005, 10.7 + n // 40 * 0.005),
        )
        for n in range(stations)
    ]  # fmt: skip
    commands += [
        RegisterUnit(
            unit_id=f"u{n}", call_sign=f"BX-{n}", agency_id=AGENCY, station_id=f"s{n % stations}",
            type_code=UNIT_TYPE, synthetic=True,
        )
        for n in range(units)
    ]  # fmt: skip
    return commands


def list_life(unit_ids: list[str], type_code: str, new_id: Callable[[], str]) -> Life:
    """The commands of one incident from the report to its end; about twenty with two units.

    A generator: it is sent the answer to each command, since some need what another made.
    """
    report_id, incident_id = new_id(), new_id()
    place = Place(heard="12 Lê Lợi", lon_lat=LonLat(106.7, 10.77), radius_m=50.0, level="house")
    report = ReceiveReport(
        report_id=report_id, receipt_code=report_id[-11:], channel="phone", agency_id=AGENCY,
        subject="subject", words=WORDS, phone=WORDS, place=Place(heard="12 Lê Lợi"),
    )  # fmt: skip
    yield report, SYSTEM
    yield PlaceReport(report_id=report_id, place=place), SYSTEM
    opening = OpenIncident(
        incident_id=incident_id, type_code=type_code, subject="subject", report_id=report_id,
        agencies=(AGENCY,), only_agencies=True,
    )  # fmt: skip
    yield opening, ACTOR
    sent = yield DispatchUnits(incident_id=incident_id, unit_ids=tuple(unit_ids)), ACTOR
    assignments = cast(list[str], sent.data["assignment_ids"])
    for id_ in assignments:
        yield AcknowledgeReceived(assignment_id=id_), ACTOR
        yield AcceptAssignment(assignment_id=id_), ACTOR
        for phase in PHASES:
            yield ReportPhase(assignment_id=id_, status_code=phase), ACTOR
        yield ReportPhase(assignment_id=id_, status_code="on_road", outcome="taken_to_hospital"), ACTOR
    yield CloseLeg(leg_id=f"{incident_id}-{AGENCY_SUFFIX}", outcome="taken_to_hospital"), ACTOR


def choose_type(book: CodeBook) -> str:
    """An incident type of the agency whose units are used."""
    return next(type_.code for type_ in book.types.values() if type_.agency_id == AGENCY)
