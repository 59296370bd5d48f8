"""What held in the middle of recorded hours is told as it was then, whatever holds now."""

from datetime import UTC, datetime, timedelta

from dispatch.domain.model.hospital import DivertHospital, RegisterHospital
from dispatch.domain.model.messages import Actor, Role
from dispatch.domain.model.road_condition import LiftRoadCondition, PutRoadCondition
from dispatch.domain.model.values import LonLat
from dispatch.simulate.then import list_words, read_then
from dispatch.usecases.planning.reactors import CENTRE
from tests.integration.api.centre import AGENCIES, Centre

HOUR = timedelta(hours=1)
DESK = Actor(id="u-medic", role=Role.DISPATCHER, agencies=AGENCIES)


async def test_roads_and_hospitals_are_those_of_the_middle_of_the_hours(
    centre: Centre, database_url: str
) -> None:
    before = datetime.now(UTC)
    at = LonLat(106.7, 10.77)
    await centre.ask(
        PutRoadCondition(condition_id="c1", kind="closed", form="point", lon_lats=(at,), reason="r"), DESK
    )
    hospital = RegisterHospital(hospital_id="h1", name="H", lon_lat=at, capabilities=("emergency",))
    await centre.ask(hospital, CENTRE)
    until = datetime.now(UTC) + 3 * HOUR
    await centre.ask(DivertHospital(hospital_id="h1", reason="full", until=until), DESK)
    during = datetime.now(UTC)
    await centre.ask(LiftRoadCondition(condition_id="c1", reason="r"), DESK)
    then = await read_then(database_url, during - HOUR, 2 * HOUR)
    assert [road.id for road in then.roads] == ["c1"]
    (word,) = list_words(then.said, "h1", during)
    assert word.diverted == {""}
    assert word.from_min <= 0 < word.until_min <= 180
    assert list_words(then.said, "unknown", during) == ()
    after = await read_then(database_url, datetime.now(UTC) - HOUR, 2 * HOUR)
    assert after.roads == []
    nothing = await read_then(database_url, before - 3 * HOUR, 2 * HOUR)
    assert (nothing.roads, nothing.said) == ([], {})
    later = await read_then(database_url, before - HOUR, 2 * HOUR)
    assert later.roads == [], "none in the middle"
    assert list_words(later.said, "h1", during) == (word,), "though it came after the middle"
