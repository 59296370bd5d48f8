"""Is the log whole, and does everything made from it agree with it?

Checked from the first event on: numbers without gaps, the chain of hashes, that every event can be applied,
the signed anchors outside the database, the state hashes of snapshots, and the read models.
"""

from collections import defaultdict
from collections.abc import Callable
from pathlib import Path

import msgspec
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from dispatch.core.anchors import Anchor, is_genuine, read_anchors
from dispatch.core.fold import BrokenLog, Fold, collecting_rarely
from dispatch.core.memory import list_all_commitments
from dispatch.core.read_model import Key, RowFollower, digest_row
from dispatch.domain.kernel import FOLD_VERSION, StateHasher
from dispatch.domain.rows import ROW_KINDS, Row
from dispatch.store.connect import Connection, connect, translated
from dispatch.store.instance import Instance, get_instance
from dispatch.store.log import get_head, read_events
from dispatch.store.rows import list_commitments, read_rows
from dispatch.store.snapshots import list_state_hashes
from dispatch.store.tables.rows import KEPT_KINDS

_CHUNK = 5_000


class Finding(msgspec.Struct, frozen=True, kw_only=True):
    """Something wrong. `part`: log, anchor, snapshot, read_model. `seq` is the first bad event, where one is
    to blame; of an anchor it is the first event that nothing vouches for."""

    part: str
    seq: int | None
    vi: str
    en: str


class VerifyReport(msgspec.Struct, kw_only=True):
    """What was looked at, and what is wrong, the worst first."""

    head: int
    checked: int = 0
    anchors: int = 0
    snapshots: int = 0
    rows: int = 0
    findings: list[Finding] = msgspec.field(default_factory=list)

    @property
    def clean(self) -> bool:
        """Whether nothing is wrong."""
        return not self.findings

    @property
    def first_bad_seq(self) -> int | None:
        """The first event that is wrong or unvouched for."""
        return min((f.seq for f in self.findings if f.seq is not None), default=None)


async def verify(
    dsn: str,
    *,
    anchors: Path | None = None,
    key: Ed25519PublicKey | None = None,
    progress: Callable[[int, int], None] = lambda done, of: None,
) -> VerifyReport:
    """Check a centre's database as it is at this moment; a running writer goes on meanwhile.

    `anchors` is the anchor file and `key` its signer's. Raises DatabaseLost or InstanceMissing.
    """
    connection = await connect(dsn)
    try:
        with translated(), collecting_rarely():
            async with connection.transaction(isolation="repeatable_read", readonly=True):
                return await _Check(connection, progress).run(
                    list(read_anchors(anchors) if anchors else ()), key
                )
    finally:
        await connection.close(timeout=5)


class _Check:
    """One verification, in one snapshot of the database."""

    def __init__(self, connection: Connection, progress: Callable[[int, int], None]) -> None:
        self._connection = connection
        self._progress = progress
        self._rows = _Ledger()
        self._report = VerifyReport(head=0)

    async def run(self, anchors: list[Anchor], key: Ed25519PublicKey | None) -> VerifyReport:
        instance = await get_instance(self._connection)
        head = await get_head(self._connection)
        self._report.head = head.seq
        vouched = self._sort_anchors(anchors, key, instance, head.seq)
        if await self._walk(head.seq, vouched):
            await self._compare_rows()
        return self._report

    def _sort_anchors(
        self, anchors: list[Anchor], key: Ed25519PublicKey | None, instance: Instance, head: int
    ) -> dict[int, set[str]]:
        """Seq → hashes that were signed for it; forged and impossible anchors are findings."""
        vouched: dict[int, set[str]] = defaultdict(set)
        for anchor in anchors:
            if key is not None and not is_genuine(anchor, key):
                self._find(
                    "anchor", None, f"mốc {anchor.seq} không đúng chữ ký", f"anchor {anchor.seq} is forged"
                )
            elif anchor.log_id != instance.log_id and anchor.seq > instance.log_after:
                continue  # of a log that a restore has replaced
            elif anchor.seq > head:
                self._find(
                    "anchor", head + 1, f"nhật ký thiếu đến {anchor.seq}", f"the log ends before {anchor.seq}"
                )
            else:
                vouched[anchor.seq].add(anchor.hash)
                self._report.anchors += 1
        return vouched

    async def _walk(self, head: int, vouched: dict[int, set[str]]) -> bool:
        """Fold the whole log; False when it is broken and nothing behind the break can be told."""
        hashes = await list_state_hashes(self._connection, FOLD_VERSION)
        follower = RowFollower(Fold(), self._rows.note)
        hasher = StateHasher(follower.fold.state)
        self._rows.on_touched = hasher.update
        last_good = 0
        try:
            async for events in read_events(self._connection, 0, head, _CHUNK):
                for stored in events:
                    follower.fold.take(stored)
                    if stored.seq in vouched:
                        last_good = self._check_anchor(
                            stored.seq, vouched[stored.seq], stored.link, last_good
                        )
                    if stored.seq in hashes:
                        follower.flush()
                        self._check_snapshot(stored.seq, hashes[stored.seq], hasher.hexdigest())
                self._report.checked = follower.fold.seq
                self._progress(follower.fold.seq, head)
        except BrokenLog as broken:
            self._find("log", broken.seq, f"sự kiện {broken.seq}: {broken.why}", str(broken))
            return False
        if follower.fold.seq != head:
            self._find("log", follower.fold.seq + 1, "thiếu sự kiện", "events are missing")
            return False
        follower.flush()
        self._rows.commitments = set(list_all_commitments(follower.fold.state))
        return True

    def _check_anchor(self, seq: int, signed: set[str], link: bytes, last_good: int) -> int:
        if signed == {link.hex()}:
            return seq
        self._find(
            "anchor", last_good + 1,
            f"sự kiện đến {seq} không phải là những gì đã ký; mốc đúng cuối cùng là {last_good}",
            f"events up to {seq} are not those that were signed; the last anchor that holds is {last_good}",
        )  # fmt: skip
        return last_good

    def _check_snapshot(self, seq: int, kept: str, found: str) -> None:
        self._report.snapshots += 1
        if kept != found:
            self._find(
                "snapshot", None, f"ảnh chụp ở {seq} không khớp nhật ký",
                f"the snapshot at {seq} is not the fold of the log",
            )  # fmt: skip

    async def _compare_rows(self) -> None:
        for kind in ROW_KINDS:
            found = _Ledger()
            async for row, archived in read_rows(self._connection, kind):
                self._report.rows += 1
                found.note([row], [(kind, row.id)] if archived else [])
            if found.total(kind) != self._rows.total(kind):
                which = self._rows.find_difference(found, kind)
                self._find(
                    "read_model", None, f"bảng của {kind} không khớp nhật ký: {which}",
                    f"the read model of {kind} differs from the log: {which}",
                )  # fmt: skip
        if set(await list_commitments(self._connection)) != self._rows.commitments:
            self._find(
                "read_model", None, "bảng nhiệm vụ đang chạy không khớp nhật ký",
                "the active assignments differ from the log",
            )  # fmt: skip

    def _find(self, part: str, seq: int | None, vi: str, en: str) -> None:
        self._report.findings.append(Finding(part=part, seq=seq, vi=vi, en=en))


class _Ledger:
    """What rows say, by digest. Of archived rows only a sum per kind is kept: there may be very many."""

    def __init__(self) -> None:
        self.living: dict[Key, bytes] = {}
        self.commitments: set[tuple[str, str, str | None]] = set()
        self.on_touched: Callable[[list[Key]], None] = lambda keys: None
        self._archived: dict[str, int] = defaultdict(int)

    def note(self, rows: list[Row], gone: list[Key]) -> None:
        """Take in rows that changed and keys that are gone."""
        for row in rows:
            self.living[row.kind, row.id] = digest_row(row)
        for key in gone:
            digest = self.living.pop(key, None)
            if digest is not None and key[0] in KEPT_KINDS:
                self._archived[key[0]] += int.from_bytes(digest, "big")
        self.on_touched([*((row.kind, row.id) for row in rows), *gone])

    def total(self, kind: str) -> tuple[int, int]:
        """Sums over the digests of living and of archived rows of a kind."""
        living = sum(int.from_bytes(digest, "big") for key, digest in self.living.items() if key[0] == kind)
        return living, self._archived[kind]

    def find_difference(self, other: "_Ledger", kind: str) -> str:
        """The first row of a kind that differs."""
        keys = {key for key in self.living.keys() | other.living.keys() if key[0] == kind}
        different = sorted(id_ for k, id_ in keys if self.living.get((k, id_)) != other.living.get((k, id_)))
        return different[0] if different else "archived"
