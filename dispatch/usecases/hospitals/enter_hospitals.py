"""The city's hospitals become rows of the centre at its start, with what the agencies' tables say of them."""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime

import msgspec

from dispatch.agencies.hospitals import HospitalRules
from dispatch.core.port import CorePort
from dispatch.domain.model.hospital import Hospital, RegisterHospital
from dispatch.domain.model.values import LonLat
from dispatch.usecases.submit import submit_all
from gis.geocode.fold import fold
from gis.geometry import haversine_m
from gis.store.hospitals import HospitalSite

SAME_M = 400.0
"""Two entries of one name that are no farther apart are the same hospital: one its gate, one its outline."""

_decoder = msgspec.json.Decoder(Hospital)


def plan_hospitals(
    sites: Sequence[HospitalSite], rules: Mapping[str, HospitalRules]
) -> list[RegisterHospital]:
    """One command for each hospital that a table knows what to do with; what several sources name is taken
    once, from the first."""
    taken: list[RegisterHospital] = []
    for site in sites:
        skills: set[str] = set()
        for table in rules.values():
            skills.update(table.find_capabilities(site.name) or ())
        if skills and not any(_is_same(site, other) for other in taken):
            taken.append(
                RegisterHospital(
                    hospital_id=site.id.replace("_", "-"),
                    name=" ".join(site.name.split()),
                    lon_lat=LonLat(site.lon_lat.lon, site.lon_lat.lat),
                    capabilities=tuple(sorted(skills)),
                    synthetic=site.synthetic,
                )
            )
    return taken


def list_changes(planned: Sequence[RegisterHospital], known: Sequence[Hospital]) -> list[RegisterHospital]:
    """What is new or has changed; one that is known and planned no more goes out of use."""
    before = {hospital.id: _describe(hospital) for hospital in known}
    wanted = {command.hospital_id: command for command in planned}
    changes = [command for id_, command in wanted.items() if before.get(id_) != command]
    changes += [
        msgspec.structs.replace(command, in_use=False)
        for id_, command in before.items()
        if id_ not in wanted and command.in_use
    ]
    return changes


async def enter_hospitals(
    core: CorePort,
    sites: Sequence[HospitalSite],
    rules: Mapping[str, HospitalRules],
    now: Callable[[], datetime],
) -> None:
    """Tell the writer what map and tables say now, where it differs from what they said before."""
    board = await core.board()
    known = [_decoder.decode(row.body) for row in board.rows if row.kind == "hospital"]
    await submit_all(core, list_changes(plan_hospitals(sites, rules), known), now)


def _is_same(site: HospitalSite, other: RegisterHospital) -> bool:
    at = (other.lon_lat.lon, other.lon_lat.lat)
    return fold(site.name) == fold(other.name) and haversine_m(site.lon_lat, at) <= SAME_M


def _describe(hospital: Hospital) -> RegisterHospital:
    return RegisterHospital(
        hospital_id=hospital.id,
        name=hospital.name,
        lon_lat=hospital.lon_lat,
        capabilities=hospital.capabilities,
        synthetic=hospital.synthetic,
        in_use=hospital.in_use,
    )
