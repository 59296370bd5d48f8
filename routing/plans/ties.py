"""What ties the needs of a request together: packages, units that serve two needs at once, units that must
stay."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from itertools import product

from routing.plans.options import NeedOptions
from routing.terms.messages import PlanNeed, PlanRequest
from routing.terms.weighing import WeighedBundle, WeighedFloor


def is_tied(request: PlanRequest) -> bool:
    """Whether anything may tie needs together."""
    return (
        bool(request.minimum_cover)
        or any(need.package for need in request.needs)
        or any(unit.at_once for unit in request.units)
    )


def list_kinds(request: PlanRequest) -> list[int]:
    """A number for each unit; those of one number are held by the same floors and can do the same at once."""
    if not request.minimum_cover and not any(unit.at_once for unit in request.units):
        return [0] * len(request.units)
    floors = [frozenset(floor.unit_ids) for floor in request.minimum_cover]
    known: dict[tuple[object, ...], int] = {}
    kinds = []
    for unit in request.units:
        held_by = tuple(n for n, floor in enumerate(floors) if unit.unit_id in floor)
        able = (unit.agency_id, *sorted(unit.capabilities), *sorted(unit.at_once)) if unit.at_once else ()
        kinds.append(known.setdefault((held_by, able), len(known)))
    return kinds


def name_package(need: PlanNeed) -> str:
    """A package is one leg's; "" where a need comes by itself."""
    return f"{need.leg_id}/{need.package}" if need.package else ""


def list_bundles(
    request: PlanRequest, options: Sequence[NeedOptions], place: Mapping[int, int]
) -> tuple[WeighedBundle, ...]:
    """Every way in which a unit can serve several needs of a leg: one need for each thing that it does at
    once."""
    doing: defaultdict[tuple[int, str], defaultdict[str, list[int]]] = defaultdict(lambda: defaultdict(list))
    for row, (need, found) in enumerate(zip(request.needs, options, strict=True)):
        for option in found.best:
            if need.count and option.capability in request.units[option.unit].at_once:
                doing[option.unit, need.leg_id][option.capability].append(row)
    bundles = []
    for (unit, _), rows_by_capability in doing.items():
        # -1: nothing of this.
        for rows in product(*([-1, *rows] for rows in rows_by_capability.values())):
            served = tuple(sorted(row for row in rows if row >= 0))
            if len(served) > 1:
                bundles.append(WeighedBundle(place[unit], served))
    return tuple(bundles)


def list_floors(request: PlanRequest, place: Mapping[int, int]) -> tuple[WeighedFloor, ...]:
    """Minimum cover that this plan could fall below."""
    numbers = {request.units[index].unit_id: number for index, number in place.items()}
    floors = []
    for floor in request.minimum_cover:
        units = tuple(sorted(numbers[unit_id] for unit_id in set(floor.unit_ids) if unit_id in numbers))
        if len(units) > floor.spare:
            floors.append(WeighedFloor(floor.code, max(0, floor.spare), units))
    return tuple(floors)
