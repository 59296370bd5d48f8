"""A typed line carried out: read on the server, its commands submitted in order, the line kept verbatim."""

from collections import OrderedDict
from collections.abc import Awaitable, Callable
from datetime import datetime
from hashlib import sha256
from typing import Any

import msgspec

from dispatch.core.port import Answer, CorePort, Submission
from dispatch.domain.codebook import CodeBook
from dispatch.domain.ids import derive_id
from dispatch.domain.model.messages import Actor, Command
from dispatch.domain.model.spread import SpreadPatients
from dispatch.domain.model.values import TimeSource
from dispatch.usecases.command_line.build_spread import say_advice
from dispatch.usecases.command_line.context import context_of
from dispatch.usecases.command_line.echo import name_command
from dispatch.usecases.command_line.faults import LineFault
from dispatch.usecases.command_line.parse import parse
from dispatch.usecases.command_line.reading import Reading, Seen
from dispatch.usecases.command_line.undo import UNDOABLE, Act, record_act
from dispatch.usecases.command_line.words import clean_line, split_line
from dispatch.usecases.hospitals.choose_hospital import (
    AdviceUnknown,
    AdviseHospital,
    AdviseMany,
    HospitalAdvice,
    HospitalAdviser,
    advise_nothing,
    spread_nothing,
)
from dispatch.usecases.hospitals.spread_patients import NoHospitals
from dispatch.usecases.picture import Picture

_KEPT = 10_000
"""Sent lines and last acts remembered, of all users together."""

MOST_ASKED = 200
"""Letters of a line in which units are looked for before it is read."""

Prepare = Callable[[dict[str, Any], str, Actor], Awaitable[Command]]


class SentLine(msgspec.Struct, frozen=True, kw_only=True):
    """A line as it was read and what the writer answered, command by command, up to the first refusal."""

    line: str
    actor_id: str
    at: datetime
    reading: Reading
    answers: tuple[Answer, ...] = ()


KeepLine = Callable[[SentLine], Awaitable[None]]
"""Keeps a line verbatim with who and when."""


class CommandLine:
    """The command line of every desk of one server.

    What a person did last is remembered in memory for undo, and what a line was answered for senders that
    repeat it: a line read twice could mean two things.
    """

    def __init__(
        self,
        core: CorePort,
        picture: Picture,
        book: CodeBook,
        *,
        prepare: Prepare,
        keep: KeepLine,
        now: Callable[[], datetime],
        advise: AdviseHospital = advise_nothing,
    ) -> None:
        self._advise = advise
        self._advise_many: AdviseMany = spread_nothing
        self._core = core
        self._picture = picture
        self._book = book
        self._prepare = prepare
        self._keep = keep
        self._now = now
        self._acts: OrderedDict[str, Act] = OrderedDict()
        self._sent: OrderedDict[tuple[str, str], SentLine] = OrderedDict()

    def use_hospitals(self, hospitals: HospitalAdviser, prepare: Prepare) -> None:
        """From now on lines know of these, and keep with a choice what was weighed."""
        self._advise, self._advise_many = hospitals.for_assignment, hospitals.for_many
        self._prepare = prepare

    async def look(
        self, line: str, actor: Actor, line_id: str, *, selected: str | None = None, seen: Seen | None = None
    ) -> Reading:
        """As `read`, with what has to be asked of the roads first."""
        advice = await self._ask_hospitals(line, actor)
        reading = self.read(line, actor, line_id, selected=selected, seen=seen, advice=advice)
        return await self._ask_spread(reading)

    def read(
        self,
        line: str,
        actor: Actor,
        line_id: str,
        *,
        selected: str | None = None,
        seen: Seen | None = None,
        advice: dict[str, HospitalAdvice] | None = None,
    ) -> Reading:
        """What the line would do now, sent with `line_id` (a UUIDv7); nothing is sent or kept."""
        context = context_of(
            self._picture,
            self._book,
            agencies=actor.agencies,
            now=self._now(),
            new_id=derive_id(line_id, 0, actor.id),
            selected=selected,
            seen=seen,
            last_act=self._acts.get(actor.id),
            hospital_advice=advice,
        )
        return parse(line, context)

    async def _ask_hospitals(self, line: str, actor: Actor) -> dict[str, HospitalAdvice]:
        """Hospitals for every unit that a line with BV names: reading itself waits for nothing."""
        words = split_line(clean_line(line)[:MOST_ASKED])
        if not any(word.plain == "BV" for word in words):
            return {}
        context = context_of(self._picture, self._book, agencies=actor.agencies, now=self._now(), new_id="")
        found: dict[str, HospitalAdvice] = {}
        for word in words:
            for unit in context.list_units(word.plain):
                assignment = context.find_active(unit)
                if assignment is None or assignment.id in found:
                    continue
                try:
                    found[assignment.id] = await self._advise(assignment.id)
                except AdviceUnknown:
                    continue
        return found

    async def _ask_spread(self, reading: Reading) -> Reading:
        """A line that spreads patients says where they would go before it is sent."""
        spread = next((c for c in reading.commands if isinstance(c, SpreadPatients)), None)
        if spread is None or not sum(spread.count().values()):
            return reading
        try:
            advice = await self._advise_many(spread.incident_id, spread.count())
        except (AdviceUnknown, NoHospitals):
            return Reading(error=LineFault("no_hospitals").error())
        return msgspec.structs.replace(reading, echo=say_advice(reading.echo, advice))

    async def send(
        self, line: str, actor: Actor, line_id: str, *, selected: str | None = None, seen: Seen | None = None
    ) -> SentLine:
        """Read the line and carry it out. The same `line_id` again gives the first answer again.

        Raises `Refused` when the note in it is refused at the rim, and CoreUnavailable.
        """
        known = self._sent.get((actor.id, line_id))
        if known is not None and known.line == line:
            return known
        reading = await self.look(line, actor, line_id, selected=selected, seen=seen)
        bodies = reading.bodies()
        commands = [
            await self._prepare(body, _command_id(line_id, n), actor) for n, body in enumerate(bodies)
        ]
        act = record_act(tuple(commands), reading.echo, self._now(), self._picture)
        answers = await self._submit(commands, actor, line, line_id, reading.occurred_at)
        sent = SentLine(line=line, actor_id=actor.id, at=act.at, reading=reading, answers=answers)
        _remember(self._sent, (actor.id, line_id), sent)
        done = sum(answer.refused is None for answer in answers)
        if done:
            _remember(self._acts, actor.id, msgspec.structs.replace(act, commands=act.commands[:done]))
        await self._keep(sent)
        return sent

    def begin_act(self, command: Command, actor: Actor) -> Act | None:
        """What is to be kept of a command that a person gives by a button, taken before it is sent; None for
        one that has no opposite. `keep_act` keeps it once it is durable."""
        if type(command) not in UNDOABLE:
            return None
        return record_act((command,), name_command(command, self._picture), self._now(), self._picture)

    def keep_act(self, act: Act, actor: Actor) -> None:
        """This is what `U` undoes now."""
        _remember(self._acts, actor.id, act)

    def find_act(self, actor: Actor) -> Act | None:
        """What a person did last, if `U` can undo all of it."""
        act = self._acts.get(actor.id)
        return act if act is not None and UNDOABLE.issuperset(map(type, act.commands)) else None

    async def _submit(
        self, commands: list[Command], actor: Actor, line: str, line_id: str, occurred_at: datetime | None
    ) -> tuple[Answer, ...]:
        answers: list[Answer] = []
        for n, command in enumerate(commands):
            now = self._now()
            submission = Submission(
                command_id=_command_id(line_id, n),
                actor=actor,
                command=command,
                occurred_at=occurred_at or now,
                received_at=now,
                source=TimeSource.RADIO,
                digest=sha256(f"{n}\0{line}".encode()).hexdigest(),
            )
            answers.append(await self._core.submit(submission))
            if answers[-1].refused is not None:
                break
        return tuple(answers)


def _command_id(line_id: str, n: int) -> str:
    """The line's own id for its first command; ids derived from it for the others."""
    return line_id if n == 0 else derive_id(line_id, n, "line")


def _remember(table: OrderedDict[Any, Any], key: object, value: object) -> None:
    table[key] = value
    table.move_to_end(key)
    if len(table) > _KEPT:
        table.popitem(last=False)
