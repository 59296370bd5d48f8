"""What is asked of the planner, and of who says what taking a unit costs."""

from typing import Protocol

from dispatch.domain.model.unit import Unit
from routing.terms.messages import PlanAnswer, PlanRequest

Pair = tuple[float, float]


class Planner(Protocol):
    """The planner with its fallback: always answers, `degraded` when by straight line."""

    async def plan(self, request: PlanRequest) -> PlanAnswer: ...


class Timer(Protocol):
    """What is needed of the planner's client."""

    async def travel_times(
        self, origins: list[Pair], destination: Pair, vehicle_class: str, *, hot: bool
    ) -> list[float | None]: ...


class Prices(Protocol):
    """What taking units costs those who call next; `policy` names who says so."""

    policy: str

    def price_s(self, unit: Unit) -> float:
        """Seconds; 0 where nothing is known."""
        ...

    def late_s(self, agency_id: str) -> tuple[float, float]:
        """From which arrival on a unit of an agency is late, and what that costs; zeros: never."""
        ...
