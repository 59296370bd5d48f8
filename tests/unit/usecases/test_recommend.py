"""What the planner is asked, and what of its answer is kept."""

from datetime import UTC, datetime, timedelta
from typing import Any

import msgspec
import pytest

from dispatch.agencies.loader import load_codebook
from dispatch.domain.codebook import CodeBook, Label, MinimumCover
from dispatch.domain.model.assignment import Assignment, ProposedUnit, Recommendation
from dispatch.domain.model.incident import Incident, Leg
from dispatch.domain.model.unit import Station, Unit
from dispatch.domain.model.values import LonLat, Need, Phase, Place
from dispatch.usecases.free_units import NEAR_UNITS
from dispatch.usecases.picture import Picture
from dispatch.usecases.planning.recommend import HELD_S, OFFER_LASTS_S, build_record, build_request
from dispatch.usecases.unit_positions import UnitPosition
from routing.process.fallback import plan_straight_line

NOW = datetime(2026, 7, 12, 3, 0, tzinfo=UTC)
ENGINES = Need(need_id="i-4/1/engine", capability="engine", count=2, minimum=1)


def unit(id_: str, phase: Phase = Phase.AVAILABLE, **fields: object) -> Unit:
    return Unit(
        id=id_, call_sign=id_.upper(), agency_id="114", station_id="s", type_code="engine",
        capabilities=("engine",), vehicle_class="engine", turnout_s=60.0, phase=phase, status_code="x",
        phase_since=NOW - timedelta(seconds=90), in_quarters=bool(fields.pop("in_quarters", False)), **fields,  # type: ignore[arg-type]
    )  # fmt: skip


def assignment(id_: str, unit_id: str, state: str, need_id: str | None = None) -> Assignment:
    return Assignment(
        id=id_, incident_id="i", leg_id="i-4", unit_id=unit_id, agency_id="114", need_id=need_id,
        state=state, hot=True, dispatched_by="d", created_at=NOW,
    )  # fmt: skip


def picture_of(
    *units: Unit, assignments: tuple[Assignment, ...] = (), book: CodeBook | None = None
) -> tuple[Picture, Incident]:
    picture = Picture(book)
    incident = Incident(
        id="i", number="260712-0457", type_code="fire", priority=1, subject="s", opened_at=NOW,
        opened_by="d", leg_ids=["i-4"],
        place=Place(heard="x", lon_lat=LonLat(106.65, 10.77)),
    )  # fmt: skip
    picture.incidents["i"] = incident
    picture.legs["i-4"] = Leg(
        id="i-4", incident_id="i", agency_id="114", suffix="4", priority=1, state="pending",
        requested_at=NOW, requested_by="d", needs=[ENGINES], assignment_ids=[a.id for a in assignments],
    )  # fmt: skip
    picture.stations["s"] = Station(
        id="s", agency_id="114", name="ĐV", lon_lat=LonLat(106.6, 10.7), synthetic=True
    )
    for each in units:
        picture.put("unit", each.id, each)
    picture.assignments.update({a.id: a for a in assignments})
    return picture, incident


def missing(picture: Picture) -> list[tuple[str, int]]:
    request = build_request(picture.incidents["i"], picture, nowhere, NOW)
    return [(need.need_id, need.count) for need in request.needs]


def nowhere(unit_id: str) -> UnitPosition | None:
    return None


def test_a_unit_in_quarters_stands_at_its_station_with_its_turnout_whatever_its_last_position() -> None:
    picture, incident = picture_of(unit("e1", in_quarters=True))
    stray = UnitPosition(106.9, 10.9, NOW - timedelta(hours=3))
    asked = build_request(incident, picture, lambda _: stray, NOW).units[0]
    assert asked.lon_lat == (106.6, 10.7)
    assert asked.turnout_s == 60.0
    assert asked.position_age_s == 0.0


def test_a_unit_on_the_move_stands_where_it_was_last_heard_of_with_that_age_and_no_turnout() -> None:
    picture, incident = picture_of(unit("e1", Phase.RETURNING))
    heard = UnitPosition(106.66, 10.76, NOW - timedelta(seconds=12))
    asked = build_request(incident, picture, lambda _: heard, NOW).units[0]
    assert asked.lon_lat == (106.66, 10.76)
    assert asked.position_age_s == 12.0
    assert asked.turnout_s == 0.0


def test_busy_and_out_of_service_units_are_not_proposed() -> None:
    picture, incident = picture_of(
        unit("e1", assignment_id="a"),
        unit("e2", Phase.OUT_OF_SERVICE),
        unit("e3", Phase.EN_ROUTE),
        unit("e4"),
    )
    assert [u.unit_id for u in build_request(incident, picture, nowhere, NOW).units] == ["e4"]


def test_a_unit_that_declined_is_not_proposed_for_the_same_incident_again() -> None:
    declined = assignment("a1", "e1", "ended", ENGINES.need_id)
    declined.ended_how = "declined"
    picture, incident = picture_of(unit("e1"), unit("e2"), assignments=(declined,))
    assert [u.unit_id for u in build_request(incident, picture, nowhere, NOW).units] == ["e2"]


def test_test_units_serve_test_incidents_only() -> None:
    picture, incident = picture_of(unit("e1", test=True), unit("e2"))
    assert [u.unit_id for u in build_request(incident, picture, nowhere, NOW).units] == ["e2"]
    incident.test = True
    assert [u.unit_id for u in build_request(incident, picture, nowhere, NOW).units] == ["e1"]


def test_units_already_sent_or_queued_lessen_the_need_and_units_taken_off_do_not() -> None:
    sent = assignment("a1", "e1", "active", ENGINES.need_id)
    queued = assignment("a2", "e2", "queued", ENGINES.need_id)
    gone = assignment("a3", "e3", "ended", ENGINES.need_id)
    picture, _ = picture_of(unit("e1"), unit("e2"), unit("e3"), assignments=(sent, gone))
    assert missing(picture) == [(ENGINES.need_id, 1)]
    picture, _ = picture_of(unit("e1"), unit("e2"), unit("e3"), assignments=(sent, queued, gone))
    assert missing(picture) == []


def test_what_decided_is_recorded_with_the_proposal() -> None:
    picture, incident = picture_of(unit("e1", Phase.RETURNING))
    heard = UnitPosition(106.66, 10.76, NOW - timedelta(seconds=12))
    request = build_request(incident, picture, lambda _: heard, NOW)
    record = build_record(incident, request, plan_straight_line(request))
    assert record.degraded
    assert [p.unit_id for p in record.proposed] == ["e1"]
    assert record.proposed[0].position == LonLat(106.66, 10.76)
    assert record.proposed[0].position_age_s == 12.0
    assert [(m.need_id, m.missing) for m in record.missing] == [(ENGINES.need_id, 1)]
    assert len(record.inputs_digest) == 64


def test_of_many_units_only_the_nearest_are_asked_about_and_always_more_than_are_needed() -> None:
    units = [unit(f"e{n}", Phase.RETURNING) for n in range(400)]
    places = {f"e{n}": UnitPosition(106.65 + (n * 7 % 400) * 0.001, 10.77, NOW) for n in range(400)}
    picture, incident = picture_of(*units)
    asked = build_request(incident, picture, lambda id_: places[id_], NOW).units
    nearest = sorted(places, key=lambda id_: places[id_].lon)[: NEAR_UNITS + ENGINES.count]
    assert {each.unit_id for each in asked} == set(nearest)


def offer(picture: Picture, unit_id: str, to: Incident, made_at: datetime = NOW) -> None:
    """Another incident whose plan proposes the unit."""
    picture.incidents[to.id] = to
    proposed = ProposedUnit(
        need_id="n", leg_id="l", unit_id=unit_id, capability="engine", eta_s=1.0, travel_s=1.0, turnout_s=0.0,
        distance_m=1.0, position=LonLat(106.6, 10.7), position_age_s=0.0, phase=Phase.AVAILABLE,
    )  # fmt: skip
    plan = Recommendation(
        incident_id=to.id, version=1, proposed=(proposed,), missing=(), method="greedy", degraded=False,
        graph_date="", took_ms=1.0, inputs_digest="", made_at=made_at,
    )  # fmt: skip
    picture.put("recommendation", to.id, plan)


def held(picture: Picture, incident: Incident) -> dict[str, float]:
    return {u.unit_id: u.held_s for u in build_request(incident, picture, nowhere, NOW).units}


def test_a_unit_just_offered_to_an_older_or_more_urgent_incident_has_a_price() -> None:
    picture, incident = picture_of(unit("e1"), unit("e2"), unit("e3"))
    older = msgspec.structs.replace(incident, id="a", opened_at=NOW - timedelta(seconds=5))
    newer = msgspec.structs.replace(incident, id="b", opened_at=NOW + timedelta(seconds=5))
    offer(picture, "e1", older)
    offer(picture, "e2", newer)
    assert held(picture, incident) == {"e1": HELD_S, "e2": 0.0, "e3": 0.0}
    assert held(picture, older) == {"e1": 0.0, "e2": 0.0, "e3": 0.0}, "who comes first yields to nobody"
    offer(picture, "e3", msgspec.structs.replace(newer, id="c", priority=0))
    assert held(picture, incident)["e3"] == HELD_S


def test_an_offer_holds_its_unit_no_longer_than_a_desk_needs_and_not_after_the_end() -> None:
    picture, incident = picture_of(unit("e1"), unit("e2"))
    older = msgspec.structs.replace(incident, id="a", opened_at=NOW - timedelta(seconds=300))
    offer(picture, "e1", older, made_at=NOW - timedelta(seconds=OFFER_LASTS_S + 1))
    offer(picture, "e2", msgspec.structs.replace(older, id="b", state="closed"))
    assert held(picture, incident) == {"e1": 0.0, "e2": 0.0}


def test_a_plan_not_yet_on_record_holds_its_units_until_it_is_or_never_will_be() -> None:
    picture, incident = picture_of(unit("e1"), unit("e2"))
    older = msgspec.structs.replace(incident, id="a", opened_at=NOW - timedelta(seconds=5))
    picture.incidents["a"] = older
    picture.offer("a", ["e1", "e2"], NOW)
    assert held(picture, incident) == {"e1": HELD_S, "e2": HELD_S}
    offer(picture, "e1", older)
    assert held(picture, incident) == {"e1": HELD_S, "e2": 0.0}, "what came on record counts from then on"
    picture.offer("a", ["e2"], NOW)
    picture.withdraw_offers("a")
    assert held(picture, incident) == {"e1": HELD_S, "e2": 0.0}


PUMP, LADDER = (
    Need(need_id=f"i-4/1/{c}", capability=c, count=1, minimum=1, package="team") for c in ("engine", "ladder")
)


def test_a_package_is_asked_for_whole_until_a_part_of_it_is_on_its_way() -> None:
    picture, incident = picture_of(unit("e1"), unit("e2"))
    leg = picture.legs["i-4"]
    leg.needs = [PUMP, LADDER]
    assert {n.package for n in build_request(incident, picture, nowhere, NOW).needs} == {"team"}
    sent = assignment("a1", "e1", "active", PUMP.need_id)
    picture.assignments["a1"] = sent
    leg.assignment_ids = ["a1"]
    assert [(n.need_id, n.package) for n in build_request(incident, picture, nowhere, NOW).needs] == [
        (LADDER.need_id, "")
    ]
    sent.also_need_ids = (LADDER.need_id,)
    assert missing(picture) == []


def fire_book(**changes: Any) -> CodeBook:
    """The shipped tables, with engines that carry a ladder, and what is said."""
    book = load_codebook()
    engine = msgspec.structs.replace(book.agencies["114"].unit_types["engine"], at_once=("engine", "ladder"))
    agency = msgspec.structs.replace(book.agencies["114"], unit_types={"engine": engine}, **changes)
    return msgspec.structs.replace(book, agencies={"114": agency})


def test_what_a_type_does_at_once_is_told_to_the_planner_and_goes_on_record_once() -> None:
    picture, incident = picture_of(unit("q", in_quarters=True), book=fire_book())
    picture.units["q"].capabilities = ("engine", "ladder")
    picture.put("unit", "q", picture.units["q"])
    picture.legs["i-4"].needs = [PUMP, LADDER]
    request = build_request(incident, picture, nowhere, NOW)
    assert request.units[0].at_once == ["engine", "ladder"]
    (proposed,) = build_record(incident, request, plan_straight_line(request)).proposed
    assert proposed.need_ids == (PUMP.need_id, LADDER.need_id)


@pytest.mark.parametrize(
    ("minimum", "floors"),
    [
        (MinimumCover(code="city", label=Label("x", "x"), free=2), [("114/city", 1, ["e1", "e2", "e3"])]),
        (MinimumCover(code="city", label=Label("x", "x"), free=1), []),
        (
            MinimumCover(code="city", label=Label("x", "x"), free=1, capability="ladder"),
            [],
        ),
        (
            MinimumCover(code="near", label=Label("x", "x"), free=1, centre=(106.6, 10.7), radius_m=500.0),
            [("114/near", 0, ["e3"])],
        ),
    ],
)
def test_units_that_must_stay_are_told_with_how_many_are_spare(
    minimum: MinimumCover, floors: list[tuple[str, int, list[str]]]
) -> None:
    book = fire_book(minimum_cover=(minimum,))
    units = [unit("e1", Phase.RETURNING), unit("e2", Phase.RETURNING), unit("e3", in_quarters=True)]
    picture, incident = picture_of(*units, unit("busy", assignment_id="a"), book=book)
    heard = UnitPosition(106.66, 10.76, NOW)
    found = build_request(incident, picture, lambda _: heard, NOW).minimum_cover
    assert [(f.code, f.spare, f.unit_ids) for f in found] == floors


def test_behind_units_that_must_stay_the_planner_is_asked_about_as_many_that_may_go() -> None:
    stay = MinimumCover(
        code="near", label=Label("x", "x"), free=900, centre=(106.65, 10.77), radius_m=20_000.0
    )
    near = {f"e{n}": UnitPosition(106.65 + n * 0.0001, 10.77, NOW) for n in range(150)}
    far = {f"f{n}": UnitPosition(107.2 + n * 0.001, 10.77, NOW) for n in range(3)}
    units = [unit(id_, Phase.RETURNING) for id_ in (*near, *far)]
    picture, incident = picture_of(*units, book=fire_book(minimum_cover=(stay,)))
    asked = build_request(incident, picture, lambda id_: (near | far)[id_], NOW).units
    assert far.keys() <= {each.unit_id for each in asked}
