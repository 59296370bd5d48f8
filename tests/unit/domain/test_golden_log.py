"""Logs written by released versions of the centre replay to the state they had, for ever.

`golden/` is only ever added to: a new version of an event gets new logs beside the old ones. A change of
`FOLD_VERSION` renews the hashes, never the logs.
"""

import json
from pathlib import Path
from typing import Any

import msgspec
import pytest

from dispatch.domain.kernel import EVENTS, FOLD_VERSION, apply, decode_event, state_hash
from dispatch.domain.model.messages import Envelope
from dispatch.domain.state import CentreState

GOLDEN = Path(__file__).parent / "golden"
EXPECTED: dict[str, Any] = json.loads((GOLDEN / "expected.json").read_text())


def read_log(name: str) -> list[Envelope]:
    lines = (GOLDEN / name).read_bytes().splitlines()
    return [msgspec.json.decode(line, type=Envelope) for line in lines]


def replay_log(name: str) -> CentreState:
    state = CentreState()
    for envelope in read_log(name):
        apply(state, decode_event(envelope.type, envelope.type_version, envelope.payload), envelope)
    return state


@pytest.mark.parametrize("name", sorted(EXPECTED["logs"]))
def test_a_log_of_a_released_version_replays_to_the_state_it_had(name: str) -> None:
    assert len(read_log(name)) == EXPECTED["logs"][name]["events"]
    assert EXPECTED["fold_version"] == FOLD_VERSION
    assert state_hash(replay_log(name)) == EXPECTED["logs"][name]["state_hash"]


def test_the_golden_logs_hold_every_kind_of_event() -> None:
    told = {envelope.type for name in EXPECTED["logs"] for envelope in read_log(name)}
    assert set(EVENTS) - told == set()
