"""One plan in pieces, against a clock: the best plan where there is time for it, else the greedy one.

The deadline counts from the question's arrival. First the travel times are measured, the most urgent needs
first; when only the time for a greedy plan is left, whoever was not reached is guessed by straight line,
marked. Then the choice: where the best one is not expected in time it is greedy by priority. What was chosen
by is kept with the plan, method and seconds, so that the same follows again without any clock.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from math import inf
from time import perf_counter

import msgspec

from routing.plans.planning import SEPARABLE, ChosenPlan, choose_plan, tell_plan
from routing.plans.road_times import RoadTimes, list_pieces
from routing.plans.screening import clean_request
from routing.plans.ties import is_tied
from routing.terms.messages import PlanAnswer, PlanRequest, Proposal
from routing.travel_time.doors import DoorFinder
from routing.travel_time.network import RoadNetwork

PLAN_S = 0.1
"""From the arrival of a question about many needs to its answer."""

PLANNING_METHOD = SEPARABLE

# What parts of a plan of 100 incidents and 1,000 units take (`bench.routing`).
GREEDY_S = 0.0004
"""For each need: its options, the greedy choice, its ways and reasons."""
FLOW_S = 0.0001
"""For each need: the flow and its proof, beyond that."""
TIED_S = 0.2
"""What the solver may take for a large plan with packages, bundles or floors."""
FEW_TIED = 600
"""Up to so many pairs of needs and units a tied plan is usually proven within some ten milliseconds."""


@dataclass(frozen=True, slots=True)
class Deadline:
    """A clock in seconds, and the moment on it by which to answer."""

    now: Callable[[], float]
    until: float

    @property
    def left_s(self) -> float:
        """Seconds that are left, negative when it has passed."""
        return self.until - self.now()


def is_large(request: PlanRequest) -> bool:
    """Whether others should get their turn between the pieces of this plan, which may run out of time."""
    classes = len({unit.vehicle_class for unit in request.units})
    return _is_heavy(request) or len(list_pieces(request, classes)) > 1


def _is_heavy(request: PlanRequest) -> bool:
    """Whether the solver may need most of the time, or more."""
    weighed = min(len(request.units), sum(need.count for need in request.needs) + 4)
    return len(request.needs) * weighed > FEW_TIED and is_tied(request)


class PlanWork:
    """A plan under way. `measure` and `tell` belong to the thread of the network, `choose` to any."""

    def __init__(
        self,
        network: RoadNetwork,
        doors: DoorFinder,
        request: PlanRequest,
        deadline: Deadline,
        tell_sureness: Callable[[Proposal, str], Proposal],
    ) -> None:
        self._started = perf_counter()
        request = clean_request(request)
        self._request = request
        self._graph_date = network.graph.source_date
        self._times = RoadTimes(network, doors, request)
        self._tell_sureness = tell_sureness
        self._heavy = _is_heavy(request)
        # To cut what is small would spare less than it costs.
        cut = is_large(request) and not request.patient
        self._deadline = deadline if cut else Deadline(deadline.now, inf)
        self._chosen: ChosenPlan | None = None

    def measure(self) -> Iterator[None]:
        """The travel times, in pieces; what is most urgent in any case."""
        greedy_s = GREEDY_S * len(self._request.needs)
        for _ in self._times.measure():
            yield
            if self._deadline.left_s < greedy_s:
                break

    def choose(self) -> None:
        """Who goes where. Raises SolverFailed where even the greedy plan fails."""
        best_s = TIED_S if self._heavy else FLOW_S * len(self._request.needs)
        hasty = self._deadline.left_s < best_s + GREEDY_S * len(self._request.needs)
        self._chosen = choose_plan(self._request, self._times, PLANNING_METHOD, hasty=hasty)

    def tell(self) -> PlanAnswer:
        """The plan with its ways and reasons, once it is chosen."""
        if self._chosen is None:
            raise RuntimeError("told before it was chosen")
        answer = tell_plan(self._chosen, degraded=self._times.unmeasured > 0, graph_date=self._graph_date)
        classes = {unit.unit_id: unit.vehicle_class for unit in self._request.units}
        proposals = [self._tell_sureness(p, classes[p.unit_id]) for p in answer.proposals]
        took_ms = (perf_counter() - self._started) * 1000
        return msgspec.structs.replace(answer, proposals=proposals, took_ms=took_ms)
