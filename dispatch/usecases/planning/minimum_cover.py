"""Which free units must stay: the minimum cover that an agency's table demands, as of one moment."""

from collections import Counter
from collections.abc import Callable, Iterable

from dispatch.domain.codebook import MinimumCover
from dispatch.domain.model.unit import Unit
from dispatch.usecases.picture import Picture
from gis.geometry import haversine_m
from routing.terms.messages import LonLat, PlanNeed
from routing.terms.messages import MinimumCover as Floor

Where = Callable[[Unit], LonLat | None]


def list_floors(needs: Iterable[PlanNeed], picture: Picture, where: Where, *, test: bool) -> list[Floor]:
    """The minimums that these needs could fall below, each with who counts for it and how many of them may
    go. Units of tests keep cover for tests alone."""
    wanted: Counter[str] = Counter()
    for need in needs:
        wanted[need.agency_id] += need.count
    floors = []
    for agency_id, count in wanted.items():
        for minimum in picture.list_minimum_cover(agency_id):
            held = [
                unit.id
                for unit in picture.units.values()
                if unit.agency_id == agency_id
                and unit.test == test
                and picture.is_ours(unit)
                and picture.may_go(unit)
                and (not minimum.capability or minimum.capability in unit.capabilities)
                and _is_inside(minimum, where(unit))
            ]
            spare = max(0, len(held) - minimum.free)
            if held and spare < count:
                floors.append(Floor(f"{agency_id}/{minimum.code}", spare, sorted(held)))
    return floors


def _is_inside(minimum: MinimumCover, at: LonLat | None) -> bool:
    """Where a unit is not known to be, it keeps no cover."""
    if at is None:
        return False
    return minimum.centre is None or haversine_m(minimum.centre, at) <= minimum.radius_m
