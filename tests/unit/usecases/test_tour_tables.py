"""Tables of a planner become a file of tours, or every wrong cell is told by its line."""

import asyncio
from datetime import date

import pytest

from dispatch.domain.model.values import LonLat, PlaceCandidate
from dispatch.usecases.tours.plan_tours import TourFile
from dispatch.usecases.tours.tour_tables import MOST_ROWS, TableFault, TablesWrong, TourTables, read_tables

VEHICLES = "xe;loại;nơi đi;từ giờ;đến giờ;ghế\nVC-1;ambulance;Chợ Rẫy;06:00;26:00;2"
JOBS = """việc\tnơi\tgiờ\tphút\tđưa đến\tgiờ đến\tphút đến\tghế\tưu tiên\tđi tối đa
t1\t12 Nguyễn Trãi, P.3\t06:30-07:15\t10\tChợ Rẫy\t07:00 – 08:00, 09:00-09:30\t5\t1\t2\t60

p1\tchợ Bến Thành\t25:00-26:00\t15"""


async def find(words: str, _near: LonLat | None) -> tuple[PlaceCandidate, ...]:
    """A small city: a wide street, a name that two places bear, and a place for whatever else is asked."""
    sure = {"Lê Lợi": 0.45, "nowhere": 0.0}.get(words, 0.9)
    radius_m = {"đại lộ": 2_900.0, "phố dài": 700.0}.get(words, 20.0)
    if sure == 0.0:
        return ()
    found = [
        PlaceCandidate(
            lon_lat=LonLat(106.66 + n / 100, 10.75), radius_m=radius_m, level="street",
            label=f"{words} {n}", ward_code="", ward="", confidence=sure,
        )
        for n in range(1 if sure > 0.5 else 2)
    ]  # fmt: skip
    return tuple(found)


def read(vehicles: str = VEHICLES, jobs: str = JOBS) -> TourFile:
    tables = TourTables(day=date(2026, 11, 24), vehicles=vehicles, jobs=jobs)
    return asyncio.run(read_tables(tables, find))


def faults(vehicles: str = VEHICLES, jobs: str = JOBS) -> list[TableFault]:
    with pytest.raises(TablesWrong) as wrong:
        read(vehicles, jobs)
    return wrong.value.faults


def test_a_row_with_a_destination_is_a_transport_and_one_without_is_a_visit() -> None:
    file = read()
    (vehicle,), (transport,), (visit,) = file.vehicles, file.transports, file.visits
    assert (vehicle.id, vehicle.start, vehicle.ends, vehicle.capacity) == (
        "VC-1",
        (106.66, 10.75),
        "26:00",
        {"seat": 2},
    )
    assert transport.delivery.windows == (("07:00", "08:00"), ("09:00", "09:30"))
    assert (transport.pickup.place, transport.pickup.duration_s) == ("12 Nguyễn Trãi, P.3", 600)
    assert (transport.load, transport.priority, transport.most_ride_s) == ({"seat": 1}, 2, 3600)
    assert (visit.id, visit.halt.windows, visit.priority) == ("p1", (("25:00", "26:00"),), 3)


def test_commas_separate_where_places_stand_in_quotes_and_english_names_do_too() -> None:
    file = read(jobs='\ufeffJob,Place,Hours\nt1,"12 Nguyễn Trãi, P.3",06:30-07:15')
    assert file.visits[0].halt.place == "12 Nguyễn Trãi, P.3"


@pytest.mark.parametrize(
    ("jobs", "line", "column", "said"),
    [
        ("", 1, "", "nothing here"),
        ("việc;nơi", 1, "", "no row"),
        ("việc;giờ\na;06:00-07:00", 1, "nơi", "missing: nơi"),
        ("việc;nơi;màu\na;chợ;đỏ", 1, "màu", "no column"),
        ("việc;nơi;nơi\na;chợ;chợ", 1, "nơi", "twice"),
        ("\nviệc;nơi\na;chợ\na;chợ", 4, "id", "line 3"),
        ("việc;nơi\na;", 2, "at", "empty"),
        ("việc;nơi\na;chợ;P.3", 2, "", "quotes"),
        ("việc;nơi;giờ\na;chợ;7h-8h", 2, "windows", "7h-8h"),
        ("việc;nơi;giờ\na;chợ;08:00-07:00", 2, "windows", "08:00-07:00"),
        ("việc;nơi;phút\na;chợ;-5", 2, "minutes", "-5"),
        ("việc;nơi;ưu tiên\na;chợ;0", 2, "priority", "from 1 to 4"),
        ("việc;nơi;phút đến\na;chợ;5", 2, "to_minutes", "without"),
        ("việc;nơi\na;nowhere", 2, "at", "not found"),
        ("việc;nơi\na;Lê Lợi", 2, "at", "Lê Lợi 0; Lê Lợi 1"),
        ("việc;nơi\na;đại lộ", 2, "at", "2900 m"),
    ],
)
def test_what_is_wrong_is_told_by_its_line(jobs: str, line: int, column: str, said: str) -> None:
    (fault,) = faults(jobs=jobs)
    assert (fault.table, fault.line, fault.column) == ("jobs", line, column)
    assert said in fault.en
    assert fault.vi


def test_faults_of_both_tables_are_told_at_once() -> None:
    vehicles = "xe;loại;nơi đi;từ giờ;đến giờ\nVC-1;thuyền;chợ;06:00;5\nVC-2;car;nowhere;06:00;07:00"
    found = faults(vehicles, "việc;nơi\na;chợ\na;nowhere")
    assert [(fault.table, fault.line, fault.column) for fault in found] == [
        ("vehicles", 2, "begins"),
        ("vehicles", 2, "class"),
        ("vehicles", 3, "start"),
        ("jobs", 3, "id"),
        ("jobs", 3, "at"),
    ]


def test_more_rows_than_can_be_looked_over_are_refused() -> None:
    jobs = "việc;nơi\n" + "\n".join(f"{n};chợ" for n in range(MOST_ROWS + 1))
    assert [(fault.line, fault.column) for fault in faults(jobs=jobs)] == [(MOST_ROWS + 2, "")]


def test_a_place_that_is_known_to_some_hundred_metres_is_driven_to_and_says_so() -> None:
    file = read(jobs="việc;nơi\na;phố dài\nb;chợ")
    assert [visit.halt.place for visit in file.visits] == ["phố dài (±700 m)", "chợ"]
