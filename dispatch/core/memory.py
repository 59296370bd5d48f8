"""The centre in memory while it is being written: commands in, one batch for the database out.

Nothing here waits or asks the database. A batch is applied to the state at once, so that the next command
of the same batch is decided on it; rows and head move on only when the batch is durable (`confirm`).
"""

import hashlib
import logging
from collections.abc import Iterable
from datetime import datetime

import msgspec

from dispatch.core.about import list_subjects
from dispatch.core.fold import ARCHIVING, Fold
from dispatch.core.port import Answer, Board, Commit, Head, Submission
from dispatch.domain.codebook import CodeBook
from dispatch.domain.kernel import StateHasher, apply, decide, decode_event
from dispatch.domain.model.desk import RunTimers
from dispatch.domain.model.messages import Actor, Envelope, Event, Meta, Refused
from dispatch.domain.rows import ROW_KINDS, Row, project
from dispatch.domain.state import CentreState, get_table
from dispatch.store.batch import About, Batch, Commitment, NewEvent, StoredAnswer
from dispatch.store.instance import Instance
from dispatch.store.log import chain_hash

log = logging.getLogger(__name__)

Key = tuple[str, str]

HASH_SLICE = 256
"""So many changed entities are hashed at once while writing, so that a snapshot need not hash them all."""

_to_json = msgspec.json.Encoder()
_answers = msgspec.json.Decoder(Answer)


def digest_of(submission: Submission) -> bytes:
    """What makes a repeat the same: the sender's own digest, or the command's bytes."""
    if submission.digest:
        return bytes.fromhex(submission.digest)
    return hashlib.sha256(_to_json.encode(submission.command)).digest()


def decode_answer(data: bytes) -> Answer:
    """The answer as it is kept."""
    return _answers.decode(data)


class Proposal(msgspec.Struct):
    """A batch that the state already holds and the database does not yet."""

    batch: Batch
    commit: Commit
    answers: dict[Key, tuple[bytes, Answer]]
    link: bytes


class Memory:
    """State, rows and head of one writer under one epoch."""

    def __init__(self, instance: Instance, epoch: int, fold: Fold, book: CodeBook) -> None:
        self.state = fold.state
        self.state.touched.clear()
        self.instance = instance
        self.epoch = epoch
        self.head_seq = fold.seq
        self.head_link = fold.link
        self.head_recorded_at = fold.state.recorded_at
        self.rows = {(row.kind, row.id): row for row in list_rows(fold.state)}
        self._book = book
        self._hasher: StateHasher | None = None
        self._unhashed: set[Key] = set()
        self._link = fold.link
        self._clear()

    def _clear(self) -> None:
        """Begin a proposal."""
        self._events: list[tuple[NewEvent, Envelope]] = []
        self._about: list[About] = []
        self._stored: list[StoredAnswer] = []
        self._answers: dict[Key, tuple[bytes, Answer]] = {}
        self._touched: set[Key] = set()
        self._last_rows: dict[Key, Row] = {}

    @property
    def head(self) -> Head:
        """The last durable seq."""
        return Head(
            centre_id=self.instance.centre_id,
            log_id=self.instance.log_id,
            seq=self.head_seq,
            epoch=self.epoch,
        )

    def board(self) -> Board:
        """Every row as of the head."""
        return Board(head=self.head, rows=tuple(self.rows.values()))

    def propose(self, submissions: Iterable[tuple[Submission, bytes]], now: datetime) -> Proposal:
        """Decide commands (with their digests) in order and apply what they make happen.

        `now` never steps back behind what was recorded before. A command that came twice is decided once.
        """
        self._clear()
        at = max(now, self.state.recorded_at or now)
        for submission, digest in submissions:
            key = (submission.actor.id, submission.command_id)
            if key not in self._answers:
                self._decide(submission, digest, at)
        return self._wrap_up()

    def confirm(self, proposal: Proposal) -> None:
        """The proposal is durable: head and rows move on."""
        self.head_seq = proposal.commit.seq
        self.head_link = proposal.link
        if proposal.commit.events:
            self.head_recorded_at = proposal.commit.events[-1].recorded_at
        for row in proposal.commit.rows:
            self.rows[row.kind, row.id] = row
            self._unhashed.add((row.kind, row.id))
        for key in proposal.commit.gone:
            self.rows.pop(key, None)
            self._unhashed.add(key)
        if len(self._unhashed) >= HASH_SLICE:
            self.hash_state()

    def refuse(self, submission: Submission, digest: bytes, now: datetime, code: str) -> Proposal:
        """A proposal that only refuses one command, which must not be tried again."""
        self._clear()
        self._answer(
            submission, digest, self.state.seq + 1, max(now, self.state.recorded_at or now), code, {}
        )
        return self._wrap_up()

    def hash_state(self) -> str:
        """The state's hash; only what changed since the last time is looked at again."""
        if self._hasher is None:
            self._hasher = StateHasher(self.state)
        self._hasher.update(self._unhashed)
        self._unhashed.clear()
        return self._hasher.hexdigest()

    def _decide(self, submission: Submission, digest: bytes, at: datetime) -> None:
        meta = Meta(
            command_id=submission.command_id,
            actor=submission.actor,
            occurred_at=submission.occurred_at,
            received_at=submission.received_at,
            now=at,
            source=submission.source,
        )
        first = self.state.seq + 1
        try:
            decision = decide(self.state, submission.command, meta, self._book)
        except Refused as refusal:
            self._answer(submission, digest, first, at, refusal.code, refusal.data)
            return
        except Exception:
            # One command that the rules cannot digest must not stop the centre. Nothing has changed yet.
            log.exception("rules failed on %s of %s", type(submission.command).__name__, submission.actor.id)
            self._answer(submission, digest, first, at, "internal_error", {})
            return
        for event in decision.events:
            self._record(event, meta)
        if decision.events or not isinstance(submission.command, RunTimers):
            self._answer(submission, digest, first, at, None, decision.answer)

    def _record(self, event: Event, meta: Meta) -> None:
        envelope = Envelope(
            centre_id=self.instance.centre_id,
            log_id=self.instance.log_id,
            seq=self.state.seq + 1,
            epoch=self.epoch,
            command_id=meta.command_id,
            type=event.TYPE,
            type_version=event.VERSION,
            actor=meta.actor.id,
            agency=_agency_of(meta.actor),
            occurred_at=meta.occurred_at,
            received_at=meta.received_at,
            recorded_at=meta.now,
            payload=msgspec.Raw(_to_json.encode(event)),
        )
        raw = _to_json.encode(envelope)
        if envelope.type in ARCHIVING:
            self._keep_last_rows()
        # The event is applied as the log gives it back, so that a replay cannot differ in the least.
        read_back = decode_event(envelope.type, envelope.type_version, envelope.payload)
        apply(self.state, read_back, envelope)
        self._link = chain_hash(self._link, raw)
        self._events.append((NewEvent(event.TYPE, meta.now, raw, self._link), envelope))
        subjects = list_subjects(self.state, read_back)
        self._about.extend(About(envelope.seq, kind, id_) for kind, id_ in subjects)

    def _answer(
        self,
        submission: Submission,
        digest: bytes,
        first: int,
        at: datetime,
        refused: str | None,
        data: dict[str, object],
    ) -> None:
        command_id, actor = submission.command_id, submission.actor.id
        answer = Answer(
            command_id=command_id, seq_first=first, seq_last=self.state.seq, refused=refused, data=data
        )
        kept = _to_json.encode(answer)
        self._stored.append(StoredAnswer(actor, command_id, digest, first, self.state.seq, refused, kept, at))
        # Given as it will be read back, so that a repeat gets the very same.
        self._answers[actor, command_id] = (digest, decode_answer(kept))

    def _keep_last_rows(self) -> None:
        """Before something is archived: what this batch changed may be read no more afterwards."""
        touched, self.state.touched = self.state.touched, set()
        self._touched |= touched
        rows = (project(self.state, kind, id_) for kind, id_ in touched)
        self._last_rows.update({(row.kind, row.id): row for row in rows if row is not None})

    def _wrap_up(self) -> Proposal:
        touched = self._touched | self.state.touched
        self.state.touched = set()
        rows, gone, last_rows = [], [], []
        for kind, id_ in sorted(touched):
            row = project(self.state, kind, id_)
            if row is not None:
                rows.append(row)
                continue
            last = self._last_rows.get((kind, id_))
            if last is not None:
                last_rows.append(last)
            if last is not None or (kind, id_) in self.rows:
                gone.append((kind, id_))
        freed, commitments = _list_commitments(self.state, touched)
        commit = Commit(
            prev=self.head_seq,
            seq=self.state.seq,
            events=tuple(envelope for _, envelope in self._events),
            rows=tuple(rows),
            gone=tuple(gone),
        )
        new_events = [event for event, _ in self._events]
        batch = Batch(
            self.head_seq + 1,
            new_events,
            self._about,
            self._stored,
            rows + last_rows,
            gone,
            freed,
            commitments,
        )
        return Proposal(batch, commit, self._answers, self._link)


def list_rows(state: CentreState) -> Iterable[Row]:
    """Every row of a state."""
    for kind in ROW_KINDS:
        for id_ in get_table(state, kind):
            row = project(state, kind, id_)
            if row is not None:
                yield row


def list_all_commitments(state: CentreState) -> list[Commitment]:
    """Every active assignment with its unit and crew."""
    touched = {("assignment", id_) for id_ in state.assignments}
    return _list_commitments(state, touched)[1]


def _list_commitments(state: CentreState, touched: set[Key]) -> tuple[list[str], list[Commitment]]:
    """Assignments whose commitment may have changed, and those of them that are active."""
    ids = {id_ for kind, id_ in touched if kind == "assignment"}
    for kind, id_ in touched:
        if kind == "unit" and (unit := state.units.get(id_)) is not None and unit.assignment_id:
            ids.add(unit.assignment_id)
    commitments = []
    for id_ in ids:
        assignment = state.assignments.get(id_)
        if assignment is not None and assignment.state == "active":
            unit = state.units[assignment.unit_id]
            commitments.append(Commitment(id_, unit.id, unit.crew_id))
    return sorted(ids), commitments


def _agency_of(actor: Actor) -> str:
    return actor.agencies[0] if actor.agencies else ""
