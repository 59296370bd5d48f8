"""Hospitals over the wire: what a desk enters, what a crew is proposed, and where it says it goes."""

import asyncio
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from dispatch.client import ConsoleClient, SignInFailed, UnitClient
from dispatch.client.account import Account
from dispatch.domain.kernel import decode_event
from dispatch.domain.model.hospital import RegisterHospital
from dispatch.domain.model.messages import Envelope, Event
from dispatch.domain.model.values import LonLat
from dispatch.usecases.hospitals.explain_hospitals import explain_choices, explain_spreads
from dispatch.usecases.planning.reactors import CENTRE
from tests.integration.api.centre import Centre
from tests.integration.api.test_units import dispatch, open_incident

NEAR = RegisterHospital(
    hospital_id="near", name="Gần", lon_lat=LonLat(106.701, 10.77), capabilities=("emergency",)
)
FAR = RegisterHospital(
    hospital_id="far", name="Xa", lon_lat=LonLat(106.76, 10.77), capabilities=("emergency",)
)


async def propose(account: Account, assignment_id: str) -> Any:
    """What is proposed, once the centre's own picture holds the assignment."""
    async with asyncio.timeout(60):
        while True:
            try:
                return await account.get_json("/api/hospitals/for-assignment", assignment_id=assignment_id)
            except SignInFailed as refused:
                if refused.error["code"] != "not_found":
                    raise


async def list_told(centre: Centre, incident_id: str) -> list[tuple[Envelope, Event]]:
    """Its events, as `dispatch explain` reads them."""
    kept = await centre.deps.timelines.list_events("incident", incident_id)
    return [(e, decode_event(e.type, e.type_version, e.payload)) for e in kept]


async def test_a_hospital_that_a_desk_closes_falls_behind_for_the_crew_which_chooses_and_the_desk_sees_it(
    centre: Centre,
) -> None:
    await centre.furnish()
    for hospital in (NEAR, FAR):
        await centre.ask(hospital, CENTRE)
    incident_id = await open_incident(centre)
    assignment_id = await dispatch(centre, incident_id, "u0")
    crew_account, other_account = await centre.sign_in("u0"), await centre.sign_in("u1")
    async with ConsoleClient(await centre.sign_in("fire")) as fire, UnitClient(crew_account) as crew:
        before = await propose(crew_account, assignment_id)
        assert [o["hospital_id"] for o in before["options"]] == ["near", "far"]
        assert before["degraded"]
        with pytest.raises(SignInFailed) as refused:
            await other_account.get_json("/api/hospitals/for-assignment", assignment_id=assignment_id)
        assert refused.value.error["code"] == "not_found"
        until = (datetime.now(UTC) + timedelta(hours=1)).isoformat()
        await fire.send(
            {"type": "hospital.divert", "hospital_id": "near", "reason": "hết máy thở", "until": until}
        )
        after = before
        async with asyncio.timeout(60):
            while after["options"][0]["hospital_id"] == "near":
                after = await propose(crew_account, assignment_id)
        assert "hết máy thở" in after["options"][1]["why"]["vi"]
        await crew.send(
            {"type": "assignment.choose_hospital", "assignment_id": assignment_id, "hospital_id": "far",
             "travel_s": after["options"][0]["travel_s"], "proposed": ["far", "near"]}
        )  # fmt: skip
        await fire.wait_until(
            lambda: any((a.get("hospital") or {}).get("name") == "Xa" for a in fire.list_bodies("assignment"))
        )
    room = await centre.sign_in("fire")
    lines = (await room.get_json(f"/api/incidents/{incident_id}/timeline"))["log"]
    (chosen,) = [line["data"] for line in lines if line["type"] == "assignment.hospital_chosen"]
    assert chosen["why"]["vi"].startswith("Xa · ")
    assert "kế tiếp Gần, nếu chậm hơn" in chosen["why"]["vi"]
    assert "weighed" not in chosen
    told = await list_told(centre, incident_id)
    (explained,) = explain_choices(told, {assignment_id: "u0"})
    assert (explained.same_again, explained.unit_id, explained.hospital_id) == (True, "u0", "far")
    assert explained.again is not None
    (beside,) = explained.again.beside
    assert (beside.weighed.hospital_id, beside.weighed.diverted) == ("near", True)
    assert "open" in {fix.kind for fix in beside.fixes}
    known = await room.get_json("/api/hospitals")
    assert [h["name"] for h in known["hospitals"]] == ["Gần", "Xa"]
    assert known["hospitals"][0]["diversion"]["reason"] == "hết máy thở"


async def test_a_desk_spreads_many_patients_by_a_line_and_the_log_gives_the_same_spread_again(
    centre: Centre,
) -> None:
    await centre.furnish()
    incident_id = await open_incident(centre)
    fire_account = await centre.sign_in("fire")
    for hospital in (NEAR, FAR):
        await centre.ask(hospital, CENTRE)
    async with ConsoleClient(fire_account) as fire:
        asked = {"incident_id": incident_id, "red": 3, "yellow": 2, "green": 4}
        many: Any = {}
        async with asyncio.timeout(60):
            while len({p["hospital_id"] for p in many.get("places", ())}) < 2:
                try:
                    many = await fire_account.get_json("/api/hospitals/for-incident", **asked)
                except SignInFailed as refused:
                    if refused.error["code"] not in ("not_found", "no_hospitals"):
                        raise
        assert sum(p["count"] for p in many["places"]) == 9
        assert many["weighed"] is None
        with pytest.raises(SignInFailed) as none:
            await fire_account.get_json("/api/hospitals/for-incident", incident_id=incident_id)
        assert none.value.error["code"] == "bad_patients"
        answer = await fire_account.post_json(
            "/api/command-line", {"line": "CHIA 3 2 4", "selected": incident_id}
        )
        assert answer["answers"][0]["error"] is None
        await fire.wait_until(lambda: (fire.find("incident", incident_id) or {}).get("spread") is not None)
        spread = (fire.find("incident", incident_id) or {})["spread"]
        assert sum(p["count"] for p in spread["places"]) == 9
    told = await list_told(centre, incident_id)
    (explained,) = explain_spreads(told)
    assert explained.same_again is True
    assert sum(p.count for p in explained.places) == 9
