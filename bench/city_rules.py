"""What packages, minimum cover and the choice of a hospital change on simulated city days, rule by rule.

    python -m bench.city_rules --days 6 --seed 301 --per-hour 60 --agencies 115 --out FILE.json

The city in use. Every variant meets the same incidents under `default`; differences are paired by day, 95 %.
"""

import argparse
from dataclasses import replace
from pathlib import Path

import msgspec

from dispatch.cli.simulate import model_city
from dispatch.domain.codebook import CodeBook, Label, MinimumCover
from dispatch.host.progress import Steps
from dispatch.simulate.city_hours import DayOptions
from dispatch.simulate.city_model import AgencyModel, CityModel
from dispatch.simulate.city_run import CityMeasures, Replication, run_city
from dispatch.simulate.comparison import find_difference
from dispatch.simulate.question import Figure
from routing.hospitals.choice import ChoicePrices

SHIPPED = "as shipped"
ALS_KEPT = 0.25
"""Share of the units for advanced life support that must stay free in the minimum that is tried."""


def keep_als(agency: AgencyModel) -> AgencyModel:
    """A quarter of the advanced life support must stay free in the city as a whole."""
    able = sum("als" in unit.capabilities for unit in agency.units)
    if not able:
        return agency
    label = Label(vi="Hồi sức", en="Advanced life support")
    kept = MinimumCover(code="als", label=label, free=round(ALS_KEPT * able), capability="als")
    return replace(agency, minimum_cover=(kept,))


def to_nearest(agency: AgencyModel) -> AgencyModel:
    """To the nearest hospital whatever it treats and whoever is on the way there."""
    if agency.care.rules is None:
        return agency
    prices = ChoicePrices(missing_s=0.0, diverted_s=0.0, full_s=0.0, wait_s=0.0)
    rules = msgspec.structs.replace(agency.care.rules, prices=prices)
    return replace(agency, care=replace(agency.care, rules=rules))


def in_packages(book: CodeBook) -> CodeBook:
    """What a plan asks of an agency comes whole or not at all, where it asks for several things."""
    plans = tuple(
        msgspec.structs.replace(
            plan,
            levels=tuple(
                tuple(
                    msgspec.structs.replace(
                        leg,
                        needs=tuple(
                            msgspec.structs.replace(need, package="whole" if len(leg.needs) > 1 else "")
                            for need in leg.needs
                        ),
                    )
                    for leg in level
                )
                for level in plan.levels
            ),
        )
        for plan in book.plans
    )
    return msgspec.structs.replace(book, plans=plans)


def list_variants(model: CityModel) -> dict[str, CityModel]:
    """The rules one by one, against the city as it is shipped."""
    changes = {"nearest hospital": to_nearest, "minimum cover": keep_als}
    return {
        SHIPPED: model,
        **{
            name: replace(model, agencies={a: change(agency) for a, agency in model.agencies.items()})
            for name, change in changes.items()
        },
        "packages": replace(model, book=in_packages(model.book)),
    }


def main() -> None:
    """Run and tell."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--days", type=int, default=6)
    parser.add_argument("--seed", type=int, default=301)
    parser.add_argument("--per-hour", type=float, default=60.0)
    parser.add_argument("--hours", type=float, default=24.0)
    parser.add_argument("--burst", type=int, default=0)
    parser.add_argument("--agencies", nargs="+", default=["114", "115"])
    parser.add_argument("--out", type=Path, required=True)
    asked = parser.parse_args()
    model = model_city(Steps(), None, asked.agencies).model
    options = DayOptions(
        per_hour=asked.per_hour, hours=asked.hours, burst=asked.burst, mass_casualty=asked.burst > 0
    )
    seeds = range(asked.seed, asked.seed + asked.days)
    variants = list_variants(model)
    found = {
        name: run_city(variant, options, "default", seeds)[0].replications
        for name, variant in variants.items()
    }
    asked.out.write_bytes(msgspec.json.format(msgspec.json.encode(compare(found))))


def compare(found: dict[str, list[Replication]]) -> dict[str, dict[str, Figure]]:
    """Every variant beside the shipped one: agency and measure → figure; differences are printed."""
    told: dict[str, dict[str, Figure]] = {}
    for name, replications in found.items():
        for agency_id in replications[0].agencies:
            for measure in CityMeasures.__struct_fields__:
                own, shipped = (
                    [float(getattr(r.agencies[agency_id], measure)) for r in runs]
                    for runs in (replications, found[SHIPPED])
                )
                figure = find_difference(own, shipped)
                told.setdefault(name, {})[f"{agency_id} {measure}"] = figure
                if figure.difference or name == SHIPPED:
                    half = f"{figure.plus_minus:.3f}" if figure.plus_minus is not None else "–"
                    row = f"{name:18} {agency_id} {measure:28} {figure.policy:9.3f}"
                    print(f"{row} {figure.difference:+9.3f} ± {half}")
    return told


if __name__ == "__main__":
    main()
