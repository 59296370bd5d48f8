"""The ground of old wards, the stretches of a street in it, and how sure an answer is."""

import pytest
import shapely

from gis.geocode.along import weigh_parts
from gis.geocode.candidate import Find, shares
from gis.geocode.placing import Part
from gis.geocode.stretches import spans_along
from gis.geometry import Bbox, LonLat
from gis.importers.metres import LocalMetres
from gis.importers.model import Boundary, LegacyWard, Ward
from gis.importers.outlines import districts_of, with_outlines

METRES = LocalMetres(Bbox(106.69, 10.76, 106.73, 10.80))
TODAY = [Ward("1", "Phường Một", shapely.MultiPolygon([shapely.box(106.70, 10.77, 106.72, 10.79)]), "file")]


def legacy(name: str, lon: float) -> LegacyWard:
    return LegacyWard(name, name, "Quận 5", None, LonLat(lon, 10.78), ("1",))


def test_what_the_map_draws_is_an_old_wards_ground_and_the_rest_is_shared_by_nearness() -> None:
    drawn = shapely.box(106.70, 10.77, 106.704, 10.79)
    boundaries = [Boundary("Phường 3", drawn), Boundary("Phường 3", shapely.box(106.5, 10.5, 106.6, 10.6))]
    wards = [legacy("Phường 3", 106.702), legacy("Phường 4", 106.709), legacy("Phường 5", 106.717)]
    third, fourth, fifth = with_outlines(wards, boundaries, TODAY, METRES)
    assert third.surveyed
    assert third.outline is not None
    assert third.outline.equals(drawn)
    assert not fourth.surveyed
    assert fourth.outline is not None
    assert fourth.outline.contains(shapely.Point(106.711, 10.775))
    assert fifth.outline is not None
    assert fifth.outline.contains(shapely.Point(106.715, 10.785))


def test_a_ward_that_was_merged_before_the_tables_is_taken_from_the_map() -> None:
    boundaries = [
        Boundary("Quận 5", shapely.box(106.70, 10.77, 106.72, 10.79)),
        Boundary("Phường 10", shapely.box(106.712, 10.772, 106.716, 10.776)),
        Boundary("Phường 99", shapely.box(106.8, 10.8, 106.81, 10.81)),
    ]
    wards = with_outlines([legacy("Phường 3", 106.702)], boundaries, TODAY, METRES)
    assert [ward.name for ward in wards] == ["Phường 3", "Phường 10"]
    assert (wards[1].district, wards[1].ward_codes) == ("Quận 5", ("1",))
    (district,) = districts_of(wards, METRES)
    assert district.key == "5"
    assert district.plane.contains(METRES.point(LonLat(106.714, 10.774)))


def test_a_street_that_leaves_a_ground_and_comes_back_has_two_stretches_in_it() -> None:
    spine = shapely.LineString([(0, 0), (100, 0)])
    ground = shapely.MultiPolygon([shapely.box(10, -1, 30, 1), shapely.box(60, -1, 90, 1)])
    assert spans_along(spine, spine.intersection(ground)) == [(10, 30), (60, 90)]
    assert spans_along(spine, spine.intersection(shapely.box(200, 0, 300, 1))) == []


def test_the_district_named_is_taken_at_its_word_and_else_the_stretches_decide() -> None:
    parts = [Part(0, 1000, district="1"), Part(1000, 3000, district="5")]
    assert [p.district for p in weigh_parts(parts, [], frozenset({"5"}))] == ["5"]
    by_spans = weigh_parts(parts, [(500.0, 2000.0)])
    assert [p.weight for p in by_spans] == pytest.approx([1 / 3, 2 / 3])
    assert weigh_parts(parts[:1], []) == []


def test_places_that_fit_equally_well_share_the_chance_and_it_never_rises_down_the_list() -> None:
    def find(score: float, near: float) -> Find:
        return Find(LonLat(106.7, 10.77), 50.0, score, "interpolated", "x", [], base=0.8, near=near)

    assert shares([find(0.8, 0.5)]) == [0.5]
    assert shares([find(0.8, 0.5), find(0.8, 0.5)]) == [0.25, 0.25]
    assert shares([find(0.4, 0.5)]) == [0.25], "words that fit half as well are half as sure"
    unsure, sure = shares([find(0.8, 0.1), find(0.7, 0.9)])
    assert unsure >= sure
    assert shares([]) == []
