"""A reporter's device or app."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from dispatch.client.account import Device
from dispatch.client.link import Json, Link


class ReporterClient(Link):
    """`stages` is how far each report has come, by receipt code."""

    channel = "report"

    def __init__(self, device: Device, *, now: Callable[[], datetime] | None = None) -> None:
        super().__init__(device, now=now)
        self.stages: dict[str, str] = {}

    async def take(self, frame: Json) -> None:
        """What became of a report."""
        if frame["t"] == "report_status":
            self.stages[frame["receipt_code"]] = frame["stage"]

    async def report(
        self,
        words: str,
        *,
        heard: str = "",
        lon_lat: tuple[float, float] | None = None,
        radius_m: float | None = None,
        phone: str = "",
        command_id: str | None = None,
        **more: Any,
    ) -> Json:
        """Tell something; gives the answer's data with report_id and receipt_code."""
        place = {"heard": heard, "lon_lat": lon_lat, "radius_m": radius_m}
        body = {"type": "report.receive", "channel": "app", "words": words, "place": place, "phone": phone}
        ack = await self.send(body | more, command_id=command_id)
        return dict(ack["data"])

    async def add_words(self, report_id: str, words: str) -> Json:
        """A later line."""
        return await self.send({"type": "report.add_words", "report_id": report_id, "words": words})
