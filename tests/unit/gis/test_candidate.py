"""What tells places apart, in words."""

import msgspec
import pytest

from gis.geocode.candidate import Candidate, Find, shares, tell_apart
from gis.geometry import LonLat


def candidate(lat: float) -> Candidate:
    return Candidate(
        lon=106.7, lat=lat, radius_m=80, confidence=0.4, level="street", label="Lê Lợi, Phường Sài Gòn",
        ward_code="1", ward="Phường Sài Gòn", legacy_ward="", why=[],
    )  # fmt: skip


@pytest.mark.parametrize(
    ("said", "mark"),
    [
        ("Phường 3, Quận 5", "Phường Sài Gòn (Phường 3, Quận 5 cũ)"),
        ("Quận Gò Vấp", "Phường Sài Gòn (Quận Gò Vấp cũ)"),
        ("Phường Sài Gòn", None),
        ("", None),
    ],
)
def test_a_ward_alone_stands_with_the_older_area_that_was_said(said: str, mark: str | None) -> None:
    ward = msgspec.structs.replace(candidate(10.77), level="ward", legacy_ward="Phường 10, Quận 1")
    assert tell_apart([ward], said)[0].distinguishing == mark
    assert tell_apart([candidate(10.77)], said)[0].distinguishing is None


@pytest.mark.parametrize(
    ("lat", "far"), [(10.7731, "340 m"), (10.7881, "2,0 km"), (10.77894, "990 m"), (10.7791, "1,0 km")]
)
def test_how_far_apart_two_places_of_one_ward_lie_is_told_in_metres_then_in_kilometres(
    lat: float, far: str
) -> None:
    first, second = tell_apart([candidate(10.77), candidate(lat)])
    assert first.distinguishing == "Phường Sài Gòn, nơi khớp nhất"
    assert second.distinguishing == f"Phường Sài Gòn, cách nơi đầu {far} về phía bắc"


@pytest.mark.parametrize(
    ("east", "north", "way"),
    [
        (0.01, 0.01, "đông bắc"), (0.01, 0.0, "đông"), (0.01, -0.01, "đông nam"), (0.0, -0.01, "nam"),
        (-0.01, -0.01, "tây nam"), (-0.01, 0.0, "tây"), (-0.01, 0.01, "tây bắc"),
    ],
)  # fmt: skip
def test_the_way_to_the_other_place_is_the_compass_way(east: float, north: float, way: str) -> None:
    other = msgspec.structs.replace(candidate(10.77 + north), lon=106.7 + east)
    told = tell_apart([candidate(10.77), other])[1].distinguishing or ""
    assert told.endswith(f"về phía {way}")


def test_confidence_is_shared_and_falls_with_what_spoke_against_a_place() -> None:
    def find(score: float, weight: float = 1.0) -> Find:
        return Find(
            LonLat(106.7, 10.77), 80, score, "street", "Lê Lợi", [], base=0.8, near=0.5, weight=weight
        )

    assert shares([find(0.8)]) == [pytest.approx(0.5)]
    assert shares([find(0.4)]) == [pytest.approx(0.25)]
    assert shares([find(0.8), find(0.8)]) == [pytest.approx(0.25)] * 2
    assert shares([find(0.8), find(0.8, weight=0.1)]) == pytest.approx([0.5 / 1.1, 0.05 / 1.1])
