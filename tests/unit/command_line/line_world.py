"""A small centre for the command line's tests: one fire, one cardiac arrest, units free and busy."""

from datetime import UTC, datetime, timedelta
from typing import Any

from dispatch.domain.codebook import Agency, CodeBook, IncidentType, Label, Status, UnitType
from dispatch.domain.model.assignment import Assignment, ProposedUnit, Recommendation
from dispatch.domain.model.incident import Incident, Leg
from dispatch.domain.model.unit import Unit
from dispatch.domain.model.values import LonLat, Phase, Place
from dispatch.usecases.command_line.context import LineContext

NOW = datetime(2026, 11, 22, 11, 42, tzinfo=UTC)
EARLIER = NOW - timedelta(minutes=8)
"""Legs were asked for and units dispatched then."""
NEW_ID = "01932000-0000-7000-8000-000000000001"
PHASES = {
    Phase.AVAILABLE: "free", Phase.EN_ROUTE: "rolling", Phase.STAGED: "staged", Phase.ON_SCENE: "there",
    Phase.AT_PATIENT: "patient", Phase.TRANSPORTING: "moving", Phase.AT_HOSPITAL: "hospital",
}  # fmt: skip


def label(vi: str, en: str = "") -> Label:
    return Label(vi=vi, en=en or vi)


def agency(id_: str, suffix: str) -> Agency:
    statuses = {c: Status(code=c, phase=p, label=label(c)) for p, c in PHASES.items()}
    statuses = {
        "home": Status(code="home", phase=Phase.AVAILABLE, label=label("home"), in_quarters=True)
    } | statuses
    if id_ == "114":
        del statuses["hospital"]
    kind = UnitType(
        code="t", agency_id=id_, label=label("t"), capabilities=("c",), vehicle_class="engine", turnout_s=60,
        call_sign_prefix="CC",
    )  # fmt: skip
    return Agency(
        id=id_, line=id_, suffix=suffix, label=label(id_), statuses=statuses, unit_types={"t": kind}
    )


def incident_type(code: str, agency_id: str, vi: str, en: str) -> IncidentType:
    return IncidentType(code=code, label=Label(vi=vi, en=en), agency_id=agency_id, priority=1)


BOOK = CodeBook(
    agencies={"114": agency("114", "4"), "115": agency("115", "5")},
    types={
        t.code: t
        for t in (
            incident_type("fire_house", "114", "Cháy nhà ở", "House fire"),
            incident_type("fire_market", "114", "Cháy chợ", "Market fire"),
            incident_type("cardiac_arrest", "115", "Ngưng tim ngưng thở", "Cardiac arrest"),
        )
    },
    plans=(),
    capabilities={},
    outcomes={
        "resolved": Label(vi="giải quyết tại chỗ", en="resolved on scene"),
        "hospital": Label(vi="đã đưa vào bệnh viện", en="taken to hospital"),
        "extinguished": Label(vi="đã dập tắt", en="extinguished"),
    },
    end_reasons={},
)


def unit(call_sign: str, agency_id: str = "114", **fields: Any) -> Unit:
    return Unit(
        id=f"u-{call_sign}", call_sign=call_sign, agency_id=agency_id, station_id="s", type_code="t",
        capabilities=("c",), vehicle_class="engine", turnout_s=60,
        **{"phase": Phase.AVAILABLE, "status_code": "free", "phase_since": NOW, **fields},
    )  # fmt: skip


def incident(number: str, type_code: str, agency_id: str, where: str, **fields: Any) -> Incident:
    id_ = f"i-{number}"
    return Incident(
        id=id_, number=number, type_code=type_code, place=Place(heard=where), subject="k",
        opened_by="d", leg_ids=[f"{id_}-{BOOK.agencies[agency_id].suffix}"],
        **{"priority": 1, "opened_at": NOW - timedelta(minutes=10), "version": 7, **fields},
    )  # fmt: skip


def leg(of: Incident, agency_id: str) -> Leg:
    suffix = BOOK.agencies[agency_id].suffix
    return Leg(
        id=f"{of.id}-{suffix}", incident_id=of.id, agency_id=agency_id, suffix=suffix, priority=1,
        state="pending", requested_at=EARLIER, requested_by="d",
    )  # fmt: skip


def assignment(of: Unit, to: Incident, **fields: Any) -> Assignment:
    return Assignment(
        id=f"a-{of.call_sign}-{to.number[-4:]}", incident_id=to.id, leg_id=to.leg_ids[0], unit_id=of.id,
        agency_id=of.agency_id, need_id=None, hot=True, dispatched_by="d", created_at=EARLIER,
        **{"state": "active", **fields},
    )  # fmt: skip


def proposed(of: Unit, to: Incident) -> ProposedUnit:
    return ProposedUnit(
        need_id="n", leg_id=to.leg_ids[0], unit_id=of.id, capability="c", eta_s=300, travel_s=240,
        turnout_s=60, distance_m=1000, position=LonLat(106.6, 10.7), position_age_s=1, phase=of.phase,
    )  # fmt: skip


def recommendation(to: Incident, *units: Unit, version: int = 3) -> Recommendation:
    return Recommendation(
        incident_id=to.id, version=version, proposed=tuple(proposed(u, to) for u in units), missing=(),
        method="flow", degraded=False, graph_date="", took_ms=1, inputs_digest="", made_at=NOW,
    )  # fmt: skip


FIRE = incident("261122-0457", "fire_house", "114", "654/3 Lạc Long Quân")
HEART = incident("261122-0412", "cardiac_arrest", "115", "12 Nguyễn Trãi", priority=2)


def context(*more: Unit, **fields: Any) -> LineContext:
    """CC-12 and CC-14 are free, CC-20 is on the fire, XC-5 on the cardiac arrest and queued for the fire."""
    engine = unit("CC-20", assignment_id="a-CC-20-0457", phase=Phase.EN_ROUTE, status_code="rolling")
    ambulance = unit(
        "XC-5", "115", assignment_id="a-XC-5-0412", queued=["a-XC-5-0457"],
        phase=Phase.ON_SCENE, status_code="there",
    )  # fmt: skip
    units = [unit("CC-12"), unit("CC-14"), engine, ambulance, *more]
    held = [
        assignment(engine, FIRE),
        assignment(ambulance, HEART),
        assignment(ambulance, FIRE, state="queued"),
    ]
    values: dict[str, Any] = {
        "book": BOOK, "agencies": ("114", "115"), "now": NOW, "new_id": NEW_ID,
        "incidents": {i.id: i for i in (FIRE, HEART)},
        "legs": {x.id: x for x in (leg(FIRE, "114"), leg(HEART, "115"))},
        "assignments": {a.id: a for a in held},
        "units": {u.id: u for u in units},
        "recommendations": {FIRE.id: recommendation(FIRE, units[0], units[1])},
        "call_signs": {u.call_sign: u.id for u in units},
    }  # fmt: skip
    return LineContext(**(values | fields))
