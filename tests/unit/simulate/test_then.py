"""What hospitals said in recorded hours holds until it was over, replaced, or taken back."""

from datetime import UTC, datetime, timedelta

from dispatch.domain.model.hospital import BedsTold, Diversion, Hospital
from dispatch.domain.model.values import LonLat
from dispatch.simulate.city_care import Word
from dispatch.simulate.then import list_said, list_words

START = datetime(2026, 11, 22, 1, 0, tzinfo=UTC)


def at(minutes: float) -> datetime:
    return START + timedelta(minutes=minutes)


def hospital(diversion: Diversion | None = None, beds: BedsTold | None = None) -> dict[str, Hospital]:
    place = LonLat(106.7, 10.7)
    return {"h": Hospital(id="h", name="H", lon_lat=place, capabilities=(), diversion=diversion, beds=beds)}


def test_words_end_by_themselves_by_the_next_and_by_being_taken_back() -> None:
    full = Diversion(reason="full", at=at(20), until=at(90), by="d")
    burns = Diversion(reason="burns", at=at(40), until=at(200), by="d", capabilities=("burns",))
    few, more = (BedsTold(free=n, at=at(m), until=at(m + 30), by="d") for n, m in ((2, 5), (4, 50)))
    looks = [
        (at(0), {}),
        (at(15), hospital(None, few)),
        (at(30), hospital(full, few)),
        (at(45), hospital(burns, few)),
        (at(60), hospital(None, more)),
        (at(75), hospital(None, more)),
    ]
    assert set(list_words(list_said(looks), "h", START)) == {
        Word(20.0, 40.0, diverted=frozenset({""})),
        Word(40.0, 60.0, diverted=frozenset({"burns"})),
        Word(5.0, 35.0, beds=2),
        Word(50.0, 80.0, beds=4),
    }
    assert list_said(looks[:1]) == {}
