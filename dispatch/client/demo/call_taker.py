"""A call-taker of the demonstration: answers, writes down, finds the place, releases, merges, calls back."""

from collections.abc import Coroutine
from typing import Any

from dispatch.client.demo.chance import Chance, Pace
from dispatch.client.demo.lines import Exchange, Voice
from dispatch.client.demo.places import measure_m
from dispatch.client.demo.telling import Kind, find_kind, guess_kind
from dispatch.client.demo.watch import Seat, Watch
from dispatch.client.demo.work import Colleague
from dispatch.client.link import Json

ANSWER_S = (3.0, 14.0)
OPEN_S = (6.0, 35.0)
STRANGE_S = (60.0, 120.0)
"""Reaction to a ring, to a report of our own callers, to one of somebody else: alone, beside a person."""

PLACED_WITHIN_S = 8.0
HERE_M = 400.0


class CallTaker(Colleague):
    """One of the room. Whoever is free takes what is next, and speaks to one caller at a time."""

    def __init__(self, seat: Seat, watch: Watch, chance: Chance, pace: Pace, exchange: Exchange) -> None:
        super().__init__(seat, watch, chance, pace)
        self._exchange = exchange

    def look(self) -> None:
        """Rings first, then written reports, then people to call back."""
        for call_id, call in list(self.watch.of("call").items()):
            if call["state"] == "ringing":
                self._take_next(call_id, self._answer(call))
            elif call["call_back_due"] and not self.watch.is_persons(call_id):
                self._take_next(call_id, self._call_back(call))
        for report_id, report in list(self.watch.of("report").items()):
            on_the_line = self.watch.find("call", report["call_id"])
            if on_the_line is None and not self.watch.is_persons(report_id):
                self._take_next(report_id, self._open(report))

    def _take_next(self, id_: str, doing: Coroutine[Any, Any, None]) -> None:
        """Take it up unless one's hands are full, or a colleague has it."""
        if self.is_busy or id_ in self._exchange.in_hand:
            doing.close()
            return
        self._exchange.in_hand.add(id_)
        self.take_up(id_, self._put_down_after(id_, doing))

    async def _put_down_after(self, id_: str, doing: Coroutine[Any, Any, None]) -> None:
        try:
            await doing
        finally:
            self._exchange.in_hand.discard(id_)

    async def _answer(self, call: Json) -> None:
        await self.hesitate(*ANSWER_S, call["agency_id"])
        if await self.try_to_send({"type": "call.answer", "call_id": call["id"]}) is None:
            return
        voice = self._exchange.calls.get(call["id"])
        if voice is not None:
            await self.pace.sleep(self.chance.reaction_s(7.0))
            await self._write_down(call, voice)
        await self._send_away(call["id"])

    async def _write_down(self, call: Json, voice: Voice) -> None:
        told = await self.try_to_send(
            {
                "type": "report.receive",
                "channel": "phone",
                "call_id": call["id"],
                "line": call["line"],
                "phone": voice.number,
                "words": voice.words,
                "place": {"heard": voice.spot.heard if voice.story.kind else ""},
            }
        )
        if told is None:
            return
        report_id = str(told["report_id"])
        self._exchange.note_report(report_id, voice)
        await self._settle(report_id, voice)
        if voice.later:
            await self.pace.sleep(self.chance.reaction_s(14.0))
            await self.try_to_send({"type": "report.add_words", "report_id": report_id, "words": voice.later})

    async def _send_away(self, call_id: str) -> None:
        await self.pace.sleep(self.chance.reaction_s(6.0))
        await self.try_to_send({"type": "call.hang_up", "call_id": call_id, "by": "centre"})

    async def _open(self, report: Json) -> None:
        report_id = report["id"]
        voice = self._exchange.reports.get(report_id)
        await self.hesitate(*(OPEN_S if voice is not None else STRANGE_S), report["agency_id"])
        if self.watch.find("report", report_id) is None or self.watch.is_persons(report_id):
            return
        if voice is None:
            await self._settle_strange(report_id)
            return
        await self.try_to_send({"type": "report.open", "report_id": report_id})
        await self.pace.sleep(self.chance.reaction_s(5.0))
        await self._settle(report_id, voice)

    async def _settle(self, report_id: str, voice: Voice) -> None:
        """End it, merge it into its incident, or release an incident."""
        story = voice.story
        if story.kind is None:
            await self.pace.sleep(self.chance.reaction_s(4.0))
            await self.try_to_send({"type": "report.end", "report_id": report_id, "reason": story.ends})
            return
        await self._make_sure_of_place(report_id, voice)
        await self.pace.sleep(self.chance.reaction_s(5.0))
        if self.watch.is_persons(report_id):
            return
        incident = self._find_incident_of(voice)
        if incident is not None:
            await self._merge(report_id, incident, voice)
        else:
            await self._release(report_id, story.kind)

    async def _settle_strange(self, report_id: str) -> None:
        """What a visitor told and nobody took up: judged by its words; what says little waits."""
        report = self.watch.find("report", report_id)
        if report is None:
            return
        kind = guess_kind(" ".join(words for words in report["words"] if words))
        if kind is not None and report["place"]["lon_lat"] is not None:
            await self._release(report_id, find_kind(report["type_code"] or "") or kind)
        elif report["call_id"] is not None:
            # A call of ours that a stop of the demonstration cut short: there is nobody left to ask.
            await self.try_to_send({"type": "report.end", "report_id": report_id, "reason": "information"})

    async def _make_sure_of_place(self, report_id: str, voice: Voice) -> None:
        """Ask where exactly when the address fits several places, or none."""
        waited_s = 0.0
        while waited_s < PLACED_WITHIN_S:
            report = self.watch.find("report", report_id)
            if report is not None and (report["place"]["lon_lat"] is not None or report["candidates"]):
                break
            await self.pace.sleep(0.5 * self.pace.factor)
            waited_s += 0.5
        report = self.watch.find("report", report_id)
        if report is None:
            return
        at = report["place"]["lon_lat"]
        if at is not None and measure_m((at[0], at[1]), voice.spot.lon_lat) < HERE_M:
            return
        await self.pace.sleep(self.chance.reaction_s(6.0))
        meant = min(
            report["candidates"],
            key=lambda c: measure_m((c["lon_lat"][0], c["lon_lat"][1]), voice.spot.lon_lat),
            default=None,
        )
        heard = {"heard": report["place"]["heard"], "state": "matched"}
        if meant is None:
            place = {
                "lon_lat": list(voice.spot.lon_lat),
                "radius_m": 80.0,
                "level": "interpolated",
                "confidence": 0.6,
            }
            place["label"] = f"{voice.spot.number} {voice.spot.street}"
        else:
            fields = ("lon_lat", "radius_m", "level", "label", "ward_code", "ward", "confidence")
            place = {field: meant[field] for field in fields}
        body: Json = {"type": "report.place", "report_id": report_id, "place": heard | place}
        await self.try_to_send(body | {"candidates": report["candidates"]})

    def _find_incident_of(self, voice: Voice) -> Json | None:
        """The open incident of the same story, whoever opened it."""
        known = set(voice.story.report_ids)
        return next((i for i in self.watch.of("incident").values() if known & set(i["report_ids"])), None)

    async def _merge(self, report_id: str, incident: Json, voice: Voice) -> None:
        merged = {"type": "report.attach", "report_id": report_id, "incident_id": incident["id"]}
        if (
            await self.try_to_send(merged) is None
            or not voice.corrects
            or self.watch.is_persons(incident["id"])
        ):
            return
        report = self.watch.find("report", report_id)
        await self.pace.sleep(self.chance.reaction_s(4.0))
        place = voice.spot
        found: Json = {
            "heard": place.heard,
            "lon_lat": list(place.lon_lat),
            "radius_m": 40.0,
            "state": "read_back",
        }
        found |= {"level": "interpolated", "label": f"{place.number} {place.street}", "confidence": 0.9}
        if report is not None:
            found = report["place"] | {"state": "read_back"}
        seen = (self.watch.find("incident", incident["id"]) or incident)["version"]
        change = {
            "type": "incident.change_place",
            "incident_id": incident["id"],
            "place": found,
            "seen": seen,
        }
        await self.try_to_send(change)

    async def _release(self, report_id: str, kind: Kind) -> None:
        opening = {"type": "incident.open", "type_code": kind.type, "report_id": report_id}
        opened = await self.try_to_send(opening)
        if opened is None or not self.chance.happens(0.8):
            return
        await self.pace.sleep(self.chance.reaction_s(6.0))
        incident_id = str(opened["incident_id"])
        if not self.watch.is_persons(incident_id):
            await self.try_to_send({"type": "incident.read_back", "incident_id": incident_id})

    async def _call_back(self, call: Json) -> None:
        """People who hung up: most meant nothing, and say so when they are asked."""
        await self.hesitate(8.0, 60.0, call["agency_id"])
        if self.watch.is_persons(call["id"]):
            return
        reached = self.chance.happens(0.7)
        tried = {"type": "call.call_back", "call_id": call["id"], "reached": reached}
        if await self.try_to_send(tried) is None:
            return
        await self.pace.sleep(self.chance.reaction_s(10.0))
        reason = "gọi lại: bấm nhầm, không cần hỗ trợ" if reached else "gọi lại hai lần không nghe máy"
        await self.try_to_send({"type": "call.call_back_done", "call_id": call["id"], "reason": reason})
