"""Asks the rules to look at what may go by itself: when a plan stands, when something came against it.

It only ever asks; the rules decide again, and the clock of the writer sends. What a crash cut short is found
again from the rows alone. Without a policy in any agency nothing of this runs.
"""

import asyncio
import logging
from collections.abc import Callable, Iterator
from datetime import datetime

from dispatch.core.port import Commit, CorePort, CoreUnavailable
from dispatch.domain.codebook import CodeBook
from dispatch.domain.model.assignment import Recommendation
from dispatch.domain.model.automatic import DUPLICATE, ArmAutomatic
from dispatch.domain.model.incident import Incident, Leg
from dispatch.domain.rules.automatic_limits import (
    find_obstacle,
    find_rule,
    get_countdown,
    list_proposed,
)
from dispatch.usecases.picture import Picture
from dispatch.usecases.submit import submit_as_centre

log = logging.getLogger(__name__)

LOOK_EVERY_S = 5.0
"""How often everything open is looked at, whatever was noticed."""


def is_anywhere(book: CodeBook) -> bool:
    """Whether any agency lets anything go by itself."""
    return any(agency.automatic for agency in book.agencies.values())


class AutomaticKeeper:
    """Looks at the legs of incidents until it is cancelled; `notice` says which have changed."""

    def __init__(
        self, core: CorePort, picture: Picture, book: CodeBook, *, now: Callable[[], datetime]
    ) -> None:
        self._core, self._picture, self._book, self._now = core, picture, book, now
        self._noticed: set[str] = set()
        self._woken = asyncio.Event()

    def notice(self, commit: Commit) -> None:
        """Something happened that the picture now shows."""
        for row in commit.rows:
            if row.kind in ("incident", "recommendation"):
                self._noticed.add(row.id)
            elif row.kind == "leg" and row.id in self._picture.legs:
                self._noticed.add(self._picture.legs[row.id].incident_id)
            elif row.kind == "unit":
                self._noticed |= self._picture.plans_with_unit.get(row.id, set())
        if self._noticed:
            self._woken.set()

    async def run(self) -> None:
        """Goes on until it is cancelled. What fails now is tried again at the next look."""
        await self._picture.wait_loaded()
        while True:
            everything = not self._woken.is_set()
            self._woken.clear()
            noticed, self._noticed = self._noticed, set()
            if everything:
                noticed = {incident.id for incident in self._picture.open_incidents()}
            try:
                for incident_id in sorted(noticed):
                    await self.look(incident_id)
            except CoreUnavailable as error:
                log.warning("what may go by itself could not be looked at now (%s)", error)
            try:
                await asyncio.wait_for(self._woken.wait(), LOOK_EVERY_S)
            except TimeoutError:
                continue

    async def look(self, incident_id: str) -> None:
        """Ask for every leg that should begin to count down, or should not go on as it does."""
        incident = self._picture.incidents.get(incident_id)
        made = self._picture.recommendations.get(incident_id)
        if incident is None or made is None or incident.state != "open":
            return
        for leg in list(self._picture.legs_of(incident)):
            if self._is_to_ask(incident, leg, made):
                command = ArmAutomatic(leg_id=leg.id, version=made.version)
                await submit_as_centre(self._core, command, self._now())

    def _is_to_ask(self, incident: Incident, leg: Leg, made: Recommendation) -> bool:
        countdown = get_countdown(leg)
        if countdown is None and find_rule(self._book, incident, leg) is None:
            return False
        if countdown is not None and countdown.state != "armed":
            return False
        plans = self._list_plans(made)
        picture = self._picture
        others = picture.open_incidents()
        obstacle = find_obstacle(
            self._book, incident, leg, made, picture.units, plans, others, picture.reports
        )
        if countdown is None:
            return obstacle in (None, DUPLICATE)
        shown = {p.unit_id for p in list_proposed(made, leg)} == set(countdown.unit_ids)
        # A plan that facts or units have overtaken is made anew in a moment, and looked at again with it.
        return obstacle not in (None, "no_plan", "unit_gone") or (obstacle is None and not shown)

    def _list_plans(self, made: Recommendation) -> Iterator[tuple[Incident, Recommendation]]:
        """Plans of other incidents that propose a unit of this one."""
        picture = self._picture
        others = {id_ for p in made.proposed for id_ in picture.plans_with_unit.get(p.unit_id, ())}
        for incident_id in sorted(others - {made.incident_id}):
            incident, plan = picture.incidents.get(incident_id), picture.recommendations.get(incident_id)
            if incident is not None and plan is not None:
                yield incident, plan
