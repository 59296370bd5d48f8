"""Signed heads of the log."""

from datetime import UTC, datetime
from pathlib import Path

import msgspec
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from dispatch.core.anchors import Anchor, AnchorFile, is_genuine, load_or_create_key, read_anchors

ANCHOR = Anchor(
    centre_id="hcmc", log_id="l", seq=7, hash="ab" * 32, recorded_at=datetime(2026, 7, 12, tzinfo=UTC)
)


def test_anchor_that_was_kept_is_genuine(tmp_path: Path) -> None:
    key = load_or_create_key(tmp_path / "key.pem")
    AnchorFile(tmp_path / "anchors.log", key).append(ANCHOR)
    AnchorFile(tmp_path / "anchors.log", load_or_create_key(tmp_path / "key.pem")).append(ANCHOR)
    kept = list(read_anchors(tmp_path / "anchors.log"))
    assert [anchor.seq for anchor in kept] == [7, 7]
    assert all(is_genuine(anchor, key.public_key()) for anchor in kept)
    assert (tmp_path / "key.pem").stat().st_mode & 0o077 == 0


def test_anchor_with_any_other_fact_is_not_genuine(tmp_path: Path) -> None:
    key = Ed25519PrivateKey.generate()
    AnchorFile(tmp_path / "anchors.log", key).append(ANCHOR)
    kept = next(read_anchors(tmp_path / "anchors.log"))
    for change in (
        {"seq": 8},
        {"hash": "ac" * 32},
        {"log_id": "m"},
        {"signature": ""},
        {"centre_id": "other"},
    ):
        assert not is_genuine(msgspec.structs.replace(kept, **change), key.public_key())


def test_line_cut_short_by_a_crash_is_passed_over(tmp_path: Path) -> None:
    file = tmp_path / "anchors.log"
    AnchorFile(file, Ed25519PrivateKey.generate()).append(ANCHOR)
    file.write_bytes(file.read_bytes() + b'{"centre_id":"hc')
    assert len(list(read_anchors(file))) == 1


def test_no_file_holds_no_anchors(tmp_path: Path) -> None:
    assert list(read_anchors(tmp_path / "missing.log")) == []
