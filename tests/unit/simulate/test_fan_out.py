"""The same work for many tasks gives the same wherever it is done; a cluster that cannot be used says why."""

import socket
import subprocess
import sys
from collections.abc import Iterator

import pytest

from dispatch.simulate.fan_out import ClusterUnusable, Where, fan_out

NO_RAY = """
import sys
sys.modules["ray"] = None
from dispatch.simulate.fan_out import ClusterUnusable, Where, fan_out
try:
    list(fan_out(divmod, 7, [2, 3], Where(ray=sys.argv[1])))
except ClusterUnusable as unusable:
    print(unusable)
"""


@pytest.fixture
def closed_port() -> Iterator[int]:
    """A port at which nobody listens, and that nobody else is given meanwhile."""
    with socket.socket() as held:
        held.bind(("127.0.0.1", 0))
        yield int(held.getsockname()[1])


def test_results_come_in_the_order_of_the_tasks_here_and_in_processes() -> None:
    tasks = [5, 4, 3, 2, 1]
    expected = [divmod(7, task) for task in tasks]
    assert list(fan_out(divmod, 7, tasks)) == expected
    assert list(fan_out(divmod, 7, tasks, Where(processes=2))) == expected
    assert list(fan_out(divmod, 7, [], Where(processes=2))) == []


@pytest.mark.parametrize("where", [Where(), Where(processes=2)])
def test_what_fails_in_a_task_is_raised_as_it_is(where: Where) -> None:
    with pytest.raises(ZeroDivisionError):
        list(fan_out(divmod, 7, [1, 0], where))


@pytest.mark.parametrize("form", ["127.0.0.1:{}", "ray://127.0.0.1:{}"])
def test_an_address_at_which_nobody_answers_is_told_at_once_in_both_languages(
    form: str, closed_port: int
) -> None:
    address = form.format(closed_port)
    with pytest.raises(ClusterUnusable) as unusable:
        list(fan_out(divmod, 7, [1, 2], Where(ray=address)))
    assert f"Cụm Ray ở {address} không trả lời" in unusable.value.vi
    assert f"No Ray cluster answers at {address}" in unusable.value.en


@pytest.mark.parametrize("address", ["", ":6379", "host:x", "host:0", "host:99999", "ray://"])
def test_what_is_no_address_is_told(address: str) -> None:
    with pytest.raises(ClusterUnusable):
        list(fan_out(divmod, 7, [1], Where(ray=address)))


@pytest.mark.parametrize("address", ["local", "auto"])
def test_without_ray_the_way_to_install_it_is_told_in_both_languages(address: str) -> None:
    told = subprocess.run(
        [sys.executable, "-c", NO_RAY, address], capture_output=True, text=True, check=True, timeout=120
    ).stdout
    assert "Chưa cài Ray: .venv/bin/pip install --require-hashes -r requirements-ray.txt" in told
    assert "Ray is not installed: .venv/bin/pip install --require-hashes -r requirements-ray.txt" in told
