"""Adds golden logs for kinds of events that none of them holds yet.

    python -m tests.unit.domain.write_golden

Seeded shifts are tried in order; one that tells a missing kind is written, until none is missing. Logs
that stand are never touched; their hashes are renewed only under another `FOLD_VERSION`.
"""

import json
import sys

import msgspec

from dispatch.domain.kernel import EVENTS, FOLD_VERSION, state_hash
from tests.unit.domain.test_golden_log import EXPECTED, GOLDEN, read_log, replay_log
from tests.unit.domain.test_invariants import Shift

STEPS = 250
TRIES = 3000


def main() -> int:
    """Write what is missing; 1 if some kind never came up."""
    if EXPECTED["fold_version"] != FOLD_VERSION:
        _renew_hashes()
    told = {envelope.type for name in EXPECTED["logs"] for envelope in read_log(name)}
    missing = set(EVENTS) - told
    for seed in range(TRIES):
        if not missing:
            break
        shift = Shift(seed)
        for _ in range(STEPS):
            shift.step()
        found = missing & {event.TYPE for event, _ in shift.world.log}
        if found:
            _write(f"log-{seed}-{sorted(found)[0]}.jsonl", shift)
            missing -= found
    (GOLDEN / "expected.json").write_text(json.dumps(EXPECTED, indent=1) + "\n")
    sys.stdout.write(f"missing: {', '.join(sorted(missing)) or 'nothing'}\n")
    return 1 if missing else 0


def _renew_hashes() -> None:
    EXPECTED["fold_version"] = FOLD_VERSION
    for name, expected in EXPECTED["logs"].items():
        expected["state_hash"] = state_hash(replay_log(name))


def _write(name: str, shift: Shift) -> None:
    lines = [msgspec.json.encode(envelope) for _, envelope in shift.world.log]
    (GOLDEN / name).write_bytes(b"\n".join(lines) + b"\n")
    EXPECTED["logs"][name] = {"events": len(lines), "state_hash": state_hash(shift.world.state)}


if __name__ == "__main__":
    sys.exit(main())
