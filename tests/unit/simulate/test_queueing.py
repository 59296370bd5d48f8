"""The simulator gives what queueing theory says."""

import math

import numpy as np
import pytest

from dispatch.simulate.kernel import Call, Outcome, Simulation
from tests.unit.simulate.towns import Preference, make_crossing

CALLS = 40_000


def find_erlang_b(servers: int, load: float) -> float:
    """Share of calls lost by M/G/c/c (Erlang 1917)."""
    terms = [load**n / math.factorial(n) for n in range(servers + 1)]
    return terms[-1] / sum(terms)


def find_erlang_c(servers: int, load: float) -> float:
    """Share of calls that wait in M/M/c."""
    lost = find_erlang_b(servers, load)
    return lost / (1 - load / servers * (1 - lost))


def run(
    service: np.ndarray, servers: int, load: float, queue_limit: int | None
) -> tuple[list[Call], Outcome]:
    """Poisson arrivals at `load` per mean service of 1."""
    arrivals = np.cumsum(np.random.default_rng(1).exponential(1 / load, len(service)))
    calls = [Call(float(at), 0, float(long)) for at, long in zip(arrivals, service, strict=True)]
    policy = Preference([list(range(servers))])
    simulation = Simulation(make_crossing(), [0] * servers, policy, queue_limit=queue_limit)
    return calls, simulation.run(calls)


@pytest.mark.parametrize(("servers", "load"), [(1, 0.6), (3, 2.1), (8, 6.0)])
def test_share_of_calls_that_wait_is_erlang_c(servers: int, load: float) -> None:
    service = np.random.default_rng(2).exponential(1.0, CALLS)
    calls, outcome = run(service, servers, load, None)
    waited = np.mean([served is not None and served.response_min > 1e-9 for served in outcome.served])
    assert len(calls) == CALLS
    assert waited == pytest.approx(find_erlang_c(servers, load), abs=0.015)


@pytest.mark.parametrize("law", ["exponential", "constant", "two-valued", "lognormal"])
def test_share_of_calls_lost_is_erlang_b_under_any_service_law(law: str) -> None:
    rng = np.random.default_rng(3)
    service = {
        "exponential": rng.exponential(1.0, CALLS),
        "constant": np.ones(CALLS),
        "two-valued": np.where(rng.random(CALLS) < 0.9, 0.5, 5.5),
        "lognormal": rng.lognormal(-0.5, 1.0, CALLS),
    }[law]
    _, outcome = run(service, 4, 3.0, 0)
    lost = np.mean([served is None for served in outcome.served])
    assert lost == pytest.approx(find_erlang_b(4, 3.0), abs=0.012)


# Larson and Odoni, Urban Operations Research, 5.4.3: three units, ten atoms, 1.5 calls per mean service.
# Atoms of equal preferences are one here: (1 2), (4), (3 5 6), the rest. Unit 1 has half of the calls.
CITY_RATES = (0.5, 0.25, 0.35, 0.4)
CITY_LISTS = ((0, 1, 2), (0, 2, 1), (1, 0, 2), (2, 0, 1))
CITY_WORKLOADS = (0.5574, 0.4734, 0.4693)


def test_workloads_of_larson_and_odoni_s_three_server_city() -> None:
    rng = np.random.default_rng(4)
    count, rate = 120_000, sum(CITY_RATES)
    arrivals = np.cumsum(rng.exponential(1 / rate, count))
    places = rng.choice(4, count, p=np.array(CITY_RATES) / rate)
    service = rng.exponential(1.0, count)
    calls = [Call(float(a), int(p), float(s)) for a, p, s in zip(arrivals, places, service, strict=True)]
    outcome = Simulation(make_crossing(CITY_RATES), [0, 1, 2], Preference(CITY_LISTS)).run(calls)
    busy = np.zeros(3)
    for served in outcome.served:
        assert served is not None
        busy[served.unit] += served.free_min - served.sent_min
    assert busy / arrivals[-1] == pytest.approx(CITY_WORKLOADS, abs=0.006)
