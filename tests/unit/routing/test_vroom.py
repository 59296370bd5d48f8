"""What VROOM is asked, whether or not the program is there."""

from itertools import pairwise

from hypothesis import given

from routing.tours.tours import Problem
from routing.tours.vroom import write_question
from tests.unit.routing.test_tours import make_roads, problems


@given(problem=problems())
def test_vroom_is_told_every_window_once_in_order_and_apart(problem: Problem) -> None:
    question = write_question(problem, make_roads(problem))
    visits = {job["id"]: job for job in question["jobs"]}
    rides = {ride["pickup"]["id"]: ride for ride in question["shipments"]}
    for number, job in enumerate(problem.jobs, start=1):
        parts = (
            [visits[number]] if job.then is None else [rides[number][end] for end in ("pickup", "delivery")]
        )
        for halt, told in zip(job.halts, parts, strict=True):
            windows = told.get("time_windows", [])
            bounds = [moment for window in windows for moment in window]
            assert bounds == sorted(bounds)
            assert all(end < begin for (_, end), (begin, _) in pairwise(windows))
            meant = {moment for begin, end in halt.windows for moment in range(begin, end + 1)}
            assert {moment for begin, end in windows for moment in range(begin, end + 1)} == meant
