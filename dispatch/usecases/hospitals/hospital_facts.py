"""What is known of a hospital at this moment, as figures for the choice and as words for people."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from datetime import datetime
from math import ceil

import msgspec

from dispatch.domain.codebook import Label
from dispatch.domain.ids import LOCAL_TIME
from dispatch.domain.model.assignment import Assignment
from dispatch.domain.model.hospital import Hospital
from dispatch.domain.model.values import Phase
from dispatch.domain.rules.hospital import find_chosen
from routing.hospitals.choice import HospitalNow, Weighed


class HospitalFacts(msgspec.Struct, frozen=True, kw_only=True):
    """A hospital as it told of itself, and as the choice weighs it."""

    hospital: Hospital
    now: HospitalNow


class Brought(msgspec.Struct, frozen=True, kw_only=True):
    """A patient for whom a hospital was chosen: on the way or in the hand-over (`coming`), and when there."""

    coming: bool
    arrived_at: datetime | None


def list_brought(
    assignments: Iterable[Assignment], except_id: str = "", planned: Iterable[str] = ()
) -> dict[str, list[Brought]]:
    """Hospital → patients brought there, or on the way, as far as anybody said where they go. One whose
    assignment ended before it came there is no patient of it. `planned` are the hospitals of patients whom a
    spread sends there and nobody has taken up yet."""
    found: defaultdict[str, list[Brought]] = defaultdict(list)
    for hospital_id in planned:
        found[hospital_id].append(Brought(coming=True, arrived_at=None))
    for assignment in assignments:
        chosen = find_chosen(assignment)
        if chosen is None or assignment.id == except_id or assignment.test:
            continue
        there = assignment.times.get(Phase.AT_HOSPITAL)
        coming = assignment.state == "active" and Phase.CLEARING not in assignment.times
        if coming or there is not None:
            arrived_at = there.occurred_at if there is not None else None
            found[chosen.hospital_id].append(Brought(coming=coming, arrived_at=arrived_at))
    return dict(found)


def gather_facts(
    hospital: Hospital, travel_s: float | None, brought: Iterable[Brought], now: datetime
) -> HospitalFacts:
    """What holds now: words past their end are no words, and beds told are fewer by all who came since."""
    patients = list(brought)
    told, beds = hospital.beds, None
    if told is not None and told.until > now:
        since = sum(p.arrived_at is None or p.arrived_at > told.at for p in patients)
        beds = told.free - since
    diversion, diverted = hospital.diversion, frozenset[str]()
    if diversion is not None and diversion.until > now:
        diverted = frozenset(diversion.capabilities or ("",))
    return HospitalFacts(
        hospital=hospital,
        now=HospitalNow(
            hospital_id=hospital.id,
            travel_s=travel_s,
            capabilities=frozenset(hospital.capabilities),
            diverted=diverted,
            beds=beds,
            arriving=sum(p.coming for p in patients),
        ),
    )


def say_why(
    fact: HospitalFacts, weighed: Weighed, needs: Iterable[str], labels: Mapping[str, Label]
) -> Label:
    """What speaks for a hospital and against it, in a line of each language."""
    vi, en = [], []

    def say(in_vi: str, in_en: str) -> None:
        vi.append(in_vi)
        en.append(in_en)

    def name(codes: Iterable[str]) -> tuple[str, str]:
        found = [labels.get(code, Label(code, code)) for code in codes]
        return ", ".join(label.vi for label in found), ", ".join(label.en for label in found)

    if weighed.travel_s is None:
        say("không rõ đường đi", "no way known")
    else:
        minutes = max(1, ceil(weighed.travel_s / 60))
        say(f"{minutes} phút", f"{minutes} min")
    diversion = fact.hospital.diversion
    if weighed.diverted and diversion is not None:
        clock = diversion.until.astimezone(LOCAL_TIME).strftime("%H:%M")
        about = name(diversion.capabilities)
        kind = (f" {about[0]}", f" {about[1]}") if diversion.capabilities else ("", "")
        say(
            f"NGỪNG NHẬN{kind[0]} đến {clock}: {diversion.reason}",
            f"TAKES NO{kind[1]} PATIENTS until {clock}: {diversion.reason}",
        )
    if weighed.missing:
        lacking = name(weighed.missing)
        say(f"thiếu {lacking[0]}", f"lacks {lacking[1]}")
    able = name(code for code in needs if code not in weighed.missing)
    if able[0]:
        say(f"có {able[0]}", f"has {able[1]}")
    if fact.now.beds is not None:
        left = max(0, fact.now.beds)
        say(f"còn {left} giường" if left else "HẾT GIƯỜNG", f"{left} beds left" if left else "NO BEDS LEFT")
    if fact.now.arriving:
        say(f"{fact.now.arriving} ca đang tới", f"{fact.now.arriving} on the way")
    return Label(vi=" · ".join(vi), en=" · ".join(en))
