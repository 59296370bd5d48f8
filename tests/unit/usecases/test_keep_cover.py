"""Free units are watched over: what is proposed, what lapses, and which zones nobody is left in."""

from datetime import UTC, datetime, timedelta

import msgspec
import pytest

from dispatch.agencies.loader import load_codebook
from dispatch.core.port import Answer, Submission
from dispatch.domain.codebook import CodeBook, CoverZone, Label
from dispatch.domain.model.cover import RecordCover
from dispatch.domain.model.messages import Command
from dispatch.domain.model.move import ArriveMove, EndMove, ProposeMove
from dispatch.domain.model.unit import Unit
from dispatch.domain.model.values import LonLat, Phase
from dispatch.usecases.cover.cover_prices import Waiting
from dispatch.usecases.cover.keep_cover import WORTH_KEEPING, CoverKeeper
from dispatch.usecases.picture import Picture
from dispatch.usecases.places.whose import is_inside
from dispatch.usecases.unit_positions import UnitPosition
from tests.unit.usecases.test_cover_prices import EAST, NOW, WEST, ambulance, moved, town

EASTERN = CoverZone(code="east", label=Label("Đông", "East"), centre=EAST, radius_m=2_000.0)
BOOK = load_codebook()


class Core:
    """Takes down what the centre itself asks."""

    def __init__(self) -> None:
        self.asked: list[Command] = []

    async def submit(self, submission: Submission) -> Answer:
        self.asked.append(submission.command)
        return Answer(command_id=submission.command_id, seq_first=0, seq_last=0)


class Advice:
    """Says what a test wants said."""

    def __init__(self, *waiting: Waiting, gain_s: float | None = None) -> None:
        self.policies = {"115": "default"}
        self.waiting, self.gain_s = list(waiting), gain_s

    async def advise(self, agency_id: str) -> list[Waiting]:
        return self.waiting if agency_id == "115" else []

    def find_gain_s(self, unit: Unit, station_id: str) -> float | None:
        return self.gain_s


def make_book(*zones: CoverZone) -> CodeBook:
    agency = BOOK.agencies["115"]
    cover = msgspec.structs.replace(agency.cover, zones=zones, move_gain_s=20.0)
    return msgspec.structs.replace(BOOK, agencies={"115": msgspec.structs.replace(agency, cover=cover)})


def keep(picture: Picture, core: Core, advice: Advice, *zones: CoverZone) -> CoverKeeper:
    """A keeper; every unit on the road was last seen in the west."""
    return CoverKeeper(
        core,  # type: ignore[arg-type]
        picture,
        make_book(*zones),
        advice,
        find_position=lambda _unit: UnitPosition(*WEST, NOW),
        now=lambda: datetime(2026, 11, 22, tzinfo=UTC),
    )


async def test_a_zone_is_told_once_when_it_empties_and_once_when_a_unit_is_back() -> None:
    picture, core = town(ambulance("e", "east"), ambulance("w", "west")), Core()
    keeper = keep(picture, core, Advice(), EASTERN)
    told = []
    for unit in (
        ambulance("e", "east"),
        ambulance("e", "east", phase=Phase.ON_SCENE),
        ambulance("e", "east", phase=Phase.RETURNING, in_quarters=False),
        ambulance("e", "east"),
    ):
        picture.put("unit", "e", unit)
        for _ in range(2):
            await keeper.count()
        told.append([(c.zone, c.free) for c in core.asked if isinstance(c, RecordCover)])
        core.asked.clear()
    assert told == [[("east", 1)], [("east", 0)], [], [("east", 1)]], "in the west it helps the east nothing"


async def test_a_zone_without_a_station_of_the_agency_is_no_zone_of_it() -> None:
    core = Core()
    await keep(town(ambulance("w", "west")), core, Advice(), EASTERN).count()
    assert core.asked == []


async def test_what_is_advised_is_proposed_with_its_gain() -> None:
    core = Core()
    advice = Advice(Waiting("w", "east", 45.0, freed=True))
    await keep(town(ambulance("w", "west")), core, advice).propose()
    (asked,) = core.asked
    assert asked == ProposeMove(unit_id="w", station_id="east", gain_s=45.0, policy="default", freed=True)


async def test_a_proposal_lapses_once_it_is_hardly_worth_it_and_not_before() -> None:
    for gain_s, state, lapses in (
        (20.0 * WORTH_KEEPING - 0.1, "proposed", True),
        (20.0 * WORTH_KEEPING, "proposed", False),
        (None, "proposed", False),
        (0.0, "ordered", False),
    ):
        picture, core = town(ambulance("w", "west")), Core()
        picture.put("move", "m-w", moved("w", "east", state))
        await keep(picture, core, Advice(gain_s=gain_s)).propose()
        assert core.asked == ([EndMove(move_id="m-w")] if lapses else [])


@pytest.mark.parametrize(
    ("accepted_s", "place", "arrives"),
    [(-60, EAST, True), (-60, WEST, False), (60, EAST, False), (None, EAST, False)],
)
async def test_who_is_seen_where_it_was_to_go_since_it_accepted_has_arrived(
    accepted_s: float | None, place: tuple[float, float], arrives: bool
) -> None:
    picture, core = town(ambulance("w", "west")), Core()
    accepted_at = None if accepted_s is None else NOW + timedelta(seconds=accepted_s)
    move = msgspec.structs.replace(moved("w", "east", "ordered"), accepted_at=accepted_at)
    picture.put("move", move.id, msgspec.structs.replace(move, lon_lat=LonLat(*place)))
    keeper = keep(picture, core, Advice())
    keeper._find_position = lambda _unit: UnitPosition(*EAST, NOW)
    await keeper.see_arrivals()
    assert core.asked == ([ArriveMove(move_id=move.id)] if arrives else [])


def test_a_circle_holds_what_is_within_its_radius_and_no_circle_holds_all() -> None:
    assert is_inside(EASTERN, LonLat(*EAST))
    assert not is_inside(EASTERN, LonLat(*WEST))
    assert is_inside(CoverZone(code="city", label=Label("", "")), LonLat(*WEST))
