"""What tells places apart, in words."""

import msgspec
import pytest

from gis.geocode.candidate import Candidate, tell_apart


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
