"""What people of the stories do again and again."""

from typing import Any

import psycopg

from dispatch.client.console import ConsoleClient
from dispatch.client.reporter import ReporterClient
from tests.story.world import World

Json = dict[str, Any]


def find_known_door(world: World) -> Json:
    """A house number the city knows, on a street whose name and number stand there once."""
    with psycopg.connect(world.dsn) as connection:
        row = connection.execute(
            """
            SELECT n.path AS path, s.name AS name, ST_X(n.geom) AS lon, ST_Y(n.geom) AS lat
            FROM gis.house_numbers n JOIN gis.streets s ON s.id = n.street_id
            WHERE n.path ~ '^[0-9]+$' AND NOT s.alley
            ORDER BY (SELECT count(*) FROM gis.house_numbers m WHERE m.street_id = n.street_id) DESC, n.id
            LIMIT 1
            """
        ).fetchone()
    assert row is not None
    return {"heard": f"{row[0]} {row[1]}", "lon": row[2], "lat": row[3]}


async def send_report(reporter: ReporterClient, words: str, heard: str, phone: str = "") -> str:
    """Tell something; the report's id."""
    data = await reporter.report(words, heard=heard, phone=phone)
    return str(data["report_id"])


async def wait_placed(console: ConsoleClient, report_id: str) -> Json:
    """The report once the centre has looked for its place."""

    def placed() -> bool:
        report = console.find("report", report_id)
        return report is not None and report["place"]["level"] != "unknown"

    await console.wait_until(placed)
    report = console.find("report", report_id)
    assert report is not None
    return report


async def open_incident(console: ConsoleClient, report_id: str, type_code: str, priority: int) -> str:
    """Release a report as an incident; the incident's id."""
    body = {"type": "incident.open", "type_code": type_code, "report_id": report_id, "priority": priority}
    ack = await console.send(body)
    return str(ack["data"]["incident_id"])


async def wait_recommended(console: ConsoleClient, incident_id: str, after: int = 0) -> Json:
    """The recommendation of an incident, of a version later than `after`."""

    def recommended() -> bool:
        found = console.find("recommendation", incident_id)
        return found is not None and found["version"] > after

    await console.wait_until(recommended)
    found = console.find("recommendation", incident_id)
    assert found is not None
    return found


async def accept(console: ConsoleClient, recommendation: Json) -> list[str]:
    """Send what was seen; the assignments' ids."""
    body = {"type": "recommendation.accept", "incident_id": recommendation["incident_id"]}
    ack = await console.send(body | {"version": recommendation["version"]})
    return [str(id_) for id_ in ack["data"]["assignment_ids"]]
