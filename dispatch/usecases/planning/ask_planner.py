"""The planner within its deadline, or straight lines: there is never no plan."""

from collections.abc import Callable

import msgspec

from dispatch.usecases.planner import Planner
from routing.process.client import PlannerClient, plan_or_fallback
from routing.process.fallback import plan_straight_line
from routing.terms.messages import PlanAnswer, PlanRequest

SPARED_S = 1.0
"""How long a planner that let its deadline pass is not asked again."""

PATIENT_S = 2.0
"""How long the best plan is waited for where a hasty one is on the screens."""


class PromptPlanner:
    """While the planner hangs, plans do not wait for it one after the other: now and then one of them asks.
    `now` is a monotonic clock in seconds."""

    def __init__(self, client: PlannerClient | None, deadline_s: float, now: Callable[[], float]) -> None:
        self._client = client
        self._deadline_s = deadline_s
        self._now = now
        self._spared_until = now()

    async def plan(self, request: PlanRequest) -> PlanAnswer:
        """The planner's plan, or one by straight lines, marked as degraded."""
        asked_at = self._now()
        if asked_at < self._spared_until:
            return plan_straight_line(request)
        deadline_s = max(PATIENT_S, self._deadline_s) if request.patient else self._deadline_s
        answer = await plan_or_fallback(self._client, request, deadline_s)
        if answer.degraded and self._now() - asked_at >= deadline_s:
            self._spared_until = self._now() + SPARED_S
        return answer


class PatientPlanner:
    """The same planner, whom nothing hurries: the best plan, however long it takes."""

    def __init__(self, planner: Planner) -> None:
        self._planner = planner

    async def plan(self, request: PlanRequest) -> PlanAnswer:
        """The best plan; what `PromptPlanner.plan` gives where there is none in time."""
        return await self._planner.plan(msgspec.structs.replace(request, patient=True))
