"""Many patients of one incident over hospitals: what is proposed, and its words (D8)."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from math import ceil

import msgspec

from dispatch.agencies.hospitals import HospitalRules
from dispatch.domain.codebook import Label
from dispatch.domain.model.spread import TRIAGE, PatientPlace
from routing.hospitals.weighing import HospitalWeighing, WeighedHospital, spread_weighed

SAID = 6
"""Hospitals that a line of words names; more are counted."""


class NoHospitals(Exception):
    """There is nowhere to bring anybody."""


class UnitPlace(msgspec.Struct, frozen=True, kw_only=True):
    """What a crew that is on the incident now will be proposed."""

    call_sign: str
    place: PatientPlace


class SpreadAdvice(msgspec.Struct, frozen=True, kw_only=True):
    """Everybody of `counts` somewhere. `why` says all of it in words, with what is wrong: more patients than
    beds told of, what a hospital lacks, no known way. `weighed` is what it was made from."""

    counts: dict[str, int]
    places: tuple[PatientPlace, ...]
    units: tuple[UnitPlace, ...]
    why: Label
    degraded: bool
    at: datetime
    weighed: HospitalWeighing | None


def list_places(weighed: HospitalWeighing) -> tuple[PatientPlace, ...]:
    """The spread, the most urgent class first and of a class the nearest hospital first. Made from what was
    weighed and nothing else. Raises what `spread_weighed` raises."""
    placed, hospitals = spread_weighed(weighed), {row.hospital_id: row for row in weighed.hospitals}
    return tuple(
        PatientPlace(triage=triage, hospital_id=hospital_id, name=hospitals[hospital_id].name, count=count)
        for triage in TRIAGE
        for hospital_id, count in sorted(
            placed.get(triage, {}).items(), key=lambda item: (_way_s(hospitals[item[0]]), item[0])
        )
    )


def say_spread(weighed: HospitalWeighing, places: Sequence[PatientPlace], rules: HospitalRules) -> Label:
    """Hospital by hospital, who goes there and how far that is; then what is wrong with it."""
    hospitals = {row.hospital_id: row for row in weighed.hospitals}
    order = list(dict.fromkeys(place.hospital_id for place in places))
    vi, en = [], []
    for hospital_id in order[:SAID]:
        row, here = hospitals[hospital_id], [p for p in places if p.hospital_id == hospital_id]
        words = [(place.count, rules.name_triage(place.triage)) for place in here]
        way = _say_way(row)
        vi.append(f"{row.name} {', '.join(f'{n} {label.vi}' for n, label in words)} ({way.vi})")
        en.append(f"{row.name} {', '.join(f'{n} {label.en}' for n, label in words)} ({way.en})")
    if len(order) > SAID:
        vi.append(f"và {len(order) - SAID} bệnh viện nữa")
        en.append(f"and {len(order) - SAID} more hospitals")
    for wrong in _list_wrong(weighed, places, hospitals, rules.labels):
        vi.append(wrong.vi)
        en.append(wrong.en)
    return Label(vi=" · ".join(vi), en=" · ".join(en))


def _list_wrong(
    weighed: HospitalWeighing,
    places: Sequence[PatientPlace],
    hospitals: Mapping[str, WeighedHospital],
    labels: Mapping[str, Label],
) -> list[Label]:
    found = []
    load: dict[str, int] = {}
    for place in places:
        load[place.hospital_id] = load.get(place.hospital_id, 0) + place.count
    beds = {hospital_id: hospitals[hospital_id].beds for hospital_id in load}
    over = sum(max(0, n - max(0, beds[h] or 0)) for h, n in load.items() if beds[h] is not None)
    if over:
        found.append(Label(vi=f"{over} NGƯỜI QUÁ SỐ GIƯỜNG", en=f"{over} MORE THAN THE BEDS"))
    needs = {group.name: group.needs for group in weighed.groups}
    lacking: dict[str, int] = {}
    closed = 0
    for place in places:
        row = hospitals[place.hospital_id]
        for need in needs[place.triage]:
            if need not in row.has:
                lacking[need] = lacking.get(need, 0) + place.count
        closed += place.count if {"", *needs[place.triage]} & set(row.diverted) else 0
    for need, count in lacking.items():
        label = labels.get(need, Label(need, need))
        found.append(Label(vi=f"{count} người thiếu {label.vi}", en=f"{count} without {label.en}"))
    if closed:
        found.append(
            Label(vi=f"{closed} người vào nơi NGỪNG NHẬN", en=f"{closed} where NO PATIENTS ARE TAKEN")
        )
    lost = sum(n for hospital_id, n in load.items() if hospitals[hospital_id].travel_s is None)
    if lost:
        found.append(Label(vi=f"{lost} người không rõ đường đi", en=f"{lost} with no way known"))
    if weighed.degraded:
        found.append(Label(vi="tính theo đường chim bay", en="by straight lines"))
    return found


def _say_way(row: WeighedHospital) -> Label:
    if row.travel_s is None:
        return Label(vi="không rõ đường", en="no way known")
    minutes = max(1, ceil(row.travel_s / 60))
    return Label(vi=f"{minutes} phút", en=f"{minutes} min")


def _way_s(row: WeighedHospital) -> float:
    return float("inf") if row.travel_s is None else row.travel_s
