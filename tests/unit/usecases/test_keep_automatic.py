"""The rules are asked to look when something may go by itself, or may no longer; and not otherwise."""

from dispatch.core.port import Answer, Submission
from dispatch.domain.codebook import CodeBook
from dispatch.domain.model.messages import Command
from dispatch.domain.model.unit import SetUnitStatus
from dispatch.domain.state import get_table
from dispatch.usecases.picture import Picture
from dispatch.usecases.planning.keep_automatic import AutomaticKeeper, is_anywhere
from tests.unit.domain.test_automatic import book_of, countdown, open_fire, plan, planned
from tests.unit.domain.world import BOOK, MEDICAL, World


class Core:
    """The rules of a small centre behind the port; takes down what was asked of them."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.asked: list[Command] = []

    async def submit(self, submission: Submission) -> Answer:
        self.asked.append(submission.command)
        self.world.do(submission.command)
        return Answer(command_id=submission.command_id, seq_first=1, seq_last=1)


async def look(core: Core, incident_id: str = "i1", book: CodeBook = BOOK) -> None:
    """With the picture as the centre stands."""
    picture = Picture(book)
    for kind in ("incident", "leg", "unit", "recommendation", "assignment"):
        for id_, entity in get_table(core.world.state, kind).items():
            picture.put(kind, id_, entity)  # type: ignore[arg-type]
    world = core.world
    keeper = AutomaticKeeper(core, picture, book, now=lambda: world.now)  # type: ignore[arg-type]
    await keeper.look(incident_id)


async def test_a_plan_that_may_go_is_armed_and_then_left_alone() -> None:
    core = Core(planned())
    await look(core)
    await look(core)
    assert len(core.asked) == 1
    found = countdown(core.world)
    assert found is not None
    assert found.unit_ids == ("a1",)


async def test_where_no_policy_names_it_nothing_is_asked() -> None:
    assert is_anywhere(BOOK)
    assert not is_anywhere(book_of(()))
    core = Core(planned())
    await look(core, book=book_of(()))
    assert core.asked == []


async def test_a_more_urgent_plan_for_the_same_unit_stops_it_at_once() -> None:
    core = Core(planned())
    await look(core)
    open_fire(core.world, "i2", priority=1)
    plan(core.world, "a1", incident_id="i2")
    await look(core)
    found = countdown(core.world)
    assert found is not None
    assert (found.state, found.why) == ("stopped", "unit_needed")


async def test_a_unit_that_went_elsewhere_is_waited_for_by_another_plan_with_all_its_time() -> None:
    core = Core(planned())
    await look(core)
    core.world.do(SetUnitStatus(unit_id="a1", status_code="out_of_service"), MEDICAL)
    await look(core)
    assert len(core.asked) == 1
    core.world.wait(5)
    plan(core.world, "a2")
    await look(core)
    found = countdown(core.world)
    assert found is not None
    assert (found.state, found.unit_ids, found.armed_at) == ("armed", ("a2",), core.world.now)
