"""One report through the edge: device, console, unit, and back."""

from dispatch.client import ConsoleClient, ReporterClient, UnitClient
from tests.integration.api.centre import Centre


async def test_a_report_reaches_the_console_its_dispatch_the_unit_and_its_stage_the_reporter(
    centre: Centre,
) -> None:
    await centre.furnish()
    async with (
        ReporterClient(centre.device()) as reporter,
        ConsoleClient(await centre.sign_in("fire")) as console,
        UnitClient(await centre.sign_in("u0")) as unit,
    ):
        told = await reporter.report("cháy nhà", heard="12 Lê Lợi", phone="0903 000 001")
        report_id = told["report_id"]
        await console.wait_until(lambda: console.find("report", report_id) is not None)
        report = console.find("report", report_id)
        assert report is not None
        assert report["words"] == ["cháy nhà"]
        assert report["phone"] == "0903000001"

        opened = await console.send(
            {"type": "incident.open", "type_code": "fire", "report_id": report_id,
             "place": {"heard": "12 Lê Lợi", "lon_lat": [106.7, 10.77]}}
        )  # fmt: skip
        incident_id = opened["data"]["incident_id"]
        sent = await console.send(
            {"type": "assignment.dispatch", "incident_id": incident_id, "unit_ids": ["u0"]}
        )
        await unit.wait_until(lambda: len(unit.deliveries) == 1)
        delivery = unit.deliveries[0]
        assert delivery["kind"] == "assignment"
        assert delivery["incident"]["place"]["heard"] == "12 Lê Lợi"
        assignment_id = delivery["assignment_id"]
        assert assignment_id in sent["data"]["assignment_ids"]
        await unit.accept(assignment_id)
        await unit.report_phase(assignment_id, "on_scene")
        await console.wait_until(
            lambda: "on_scene" in (console.find("assignment", assignment_id) or {}).get("times", {})
        )
        assignment = console.find("assignment", assignment_id)
        assert assignment is not None
        assert assignment["received_at"] is not None
        assert assignment["accepted_at"] is not None
        await reporter.wait_until(lambda: reporter.stages.get(told["receipt_code"]) == "on_scene")
