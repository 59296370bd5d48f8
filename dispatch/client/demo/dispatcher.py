"""A dispatcher of the demonstration: sees legs, accepts recommendations, hears the radio, closes."""

from datetime import datetime

from dispatch.client.demo.work import Colleague
from dispatch.client.link import Json

SEE_S = (3.0, 8.0)
SEND_S = (7.0, 30.0)
CLOSE_S = (15.0, 90.0)
CLAIM_S = (8.0, 40.0)
MOVE_S = (20.0, 120.0)
"""Reaction alone, and beside a person at the same desk."""

GIVE_UP_S = 1200.0
"""A leg that found no unit for so long is refused, in a city whose fleet is small."""


class Dispatcher(Colleague):
    """Works one agency's legs."""

    @property
    def agency_id(self) -> str:
        """The agency this desk works."""
        return self.seat.agencies[0]

    def look(self) -> None:
        """Legs that want something, then where free units should wait, then alerts."""
        for leg_id, leg in list(self.watch.of("leg").items()):
            if leg["agency_id"] == self.agency_id and not self._is_persons(leg):
                if leg["state"] == "requested":
                    self.take_up(f"see {leg_id}", self._see(leg))
                elif self._is_sendable(leg):
                    self.take_up(f"send {leg_id}", self._send(leg))
                elif self._is_done(leg):
                    self.take_up(f"close {leg_id}", self._close(leg))
        for move_id, move in list(self.watch.of("move").items()):
            if move["agency_id"] == self.agency_id and move["state"] == "proposed":
                self.take_up(f"move {move_id}", self._order_move(move_id))
        for alert_id, alert in list(self.watch.of("alert").items()):
            if alert["agency_id"] == self.agency_id and alert["claimed_by"] is None:
                self.take_up(f"claim {alert_id}", self._claim(alert))

    async def hear(self, incident_id: str, body: Json) -> bool:
        """A crew says something by radio; False when a person works the incident, or nobody understood."""
        if self.watch.is_persons(incident_id):
            return False
        await self.pace.sleep(self.chance.reaction_s(5.0))
        return await self.try_to_send(body, source="dispatcher_by_radio") is not None

    def _is_persons(self, leg: Json) -> bool:
        return self.watch.is_persons(leg["id"], leg["incident_id"])

    def _is_sendable(self, leg: Json) -> bool:
        made = self.watch.find("recommendation", leg["incident_id"])
        return made is not None and any(p["leg_id"] == leg["id"] for p in made["proposed"])

    def _is_done(self, leg: Json) -> bool:
        """Units were there and none is any more; or none ever came."""
        if any(a in self.watch.of("assignment") for a in leg["assignment_ids"]):
            return False
        if leg["state"] == "active":
            return True
        age_s = (
            self.watch.now() - datetime.fromisoformat(leg["requested_at"])
        ).total_seconds() * self.pace.factor
        return age_s > GIVE_UP_S

    async def _see(self, leg: Json) -> None:
        await self.hesitate(*SEE_S, self.agency_id)
        if not self._is_persons(leg):
            await self.try_to_send({"type": "leg.see", "leg_id": leg["id"]})

    async def _send(self, leg: Json) -> None:
        """Accept what is on the screen; if it changed while reading, look again."""
        await self.hesitate(*SEND_S, self.agency_id)
        made = self.watch.find("recommendation", leg["incident_id"])
        standing = self.watch.find("leg", leg["id"])
        if made is None or standing is None or self._is_persons(leg) or not self._is_sendable(leg):
            return
        accepting = {
            "type": "recommendation.accept",
            "incident_id": leg["incident_id"],
            "leg_ids": [leg["id"]],
        }
        await self.try_to_send(accepting | {"version": made["version"]})

    async def _order_move(self, move_id: str) -> None:
        """What still stands after reading it; beside a person it is the person's."""
        await self.hesitate(*MOVE_S, self.agency_id)
        move = self.watch.find("move", move_id)
        if move is not None and move["state"] == "proposed":
            await self.try_to_send({"type": "move.order", "move_id": move_id})

    async def _close(self, leg: Json) -> None:
        await self.hesitate(*CLOSE_S, self.agency_id)
        standing = self.watch.find("leg", leg["id"])
        if (
            standing is None
            or self._is_persons(leg)
            or not self._is_done(standing)
            or self._is_sendable(standing)
        ):
            return
        outcome = self.watch.outcomes.get(leg["id"], "resolved_on_scene")
        if standing["state"] != "active":
            outcome = "cancelled_before_arrival"
        await self.try_to_send({"type": "leg.close", "leg_id": leg["id"], "outcome": outcome})

    async def _claim(self, alert: Json) -> None:
        await self.hesitate(*CLAIM_S, self.agency_id)
        standing = self.watch.find("alert", alert["id"])
        about = (alert["incident_id"], alert["about"][1])
        if standing is None or standing["claimed_by"] is not None or self.watch.is_persons(*about):
            return
        await self.try_to_send({"type": "alert.claim", "alert_id": alert["id"]})
        # A claim lasts a minute; who has claimed does not claim again at once.
        await self.pace.sleep(45.0)
