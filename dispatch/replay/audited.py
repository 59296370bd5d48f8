"""The past as the edge asks for it: who looked at what is kept before anything is answered."""

from dataclasses import dataclass
from datetime import datetime

import msgspec

from dispatch.core.clock import Clock
from dispatch.live.rights import Rights
from dispatch.replay.process import ReplayProcess
from dispatch.replay.questions import (
    AskChanges,
    AskExport,
    AskOverview,
    AskState,
    AskTracks,
    File,
)
from dispatch.store.audit import Audit, AuditEntry


@dataclass(frozen=True)
class Viewer:
    """Who looks, with which rights, and why (in their own words; may be empty)."""

    id: str
    name: str
    rights: Rights
    reason: str = ""

    @property
    def role(self) -> str:
        """As a question carries it."""
        return self.rights.role

    @property
    def agencies(self) -> tuple[str, ...]:
        """As a question carries them."""
        return tuple(sorted(self.rights.agencies))


class AuditedPast:
    """Every question is kept in the audit as `read_replay` or `export`, then answered by the replay process.

    Methods raise what that raises: Refused, BrokenLog, DatabaseLost, ReplayLost; and DatabaseLost when the
    look could not be kept.
    """

    def __init__(self, past: ReplayProcess, audit: Audit, clock: Clock, *, live: bool) -> None:
        self._past = past
        self._audit = audit
        self._clock = clock
        self._live = live

    async def state(
        self, viewer: Viewer, at: datetime | None, seq: int | None, incident: str | None
    ) -> msgspec.Raw:
        """JSON of a ReplayState."""
        await self._keep(viewer, {"at": at, "seq": seq, "incident": incident})
        return await self._past.ask(
            AskState(role=viewer.role, agencies=viewer.agencies, at=at, seq=seq, incident=incident)
        )

    async def changes(self, viewer: Viewer, after: int, until: datetime) -> msgspec.Raw:
        """JSON of Changes."""
        await self._keep(viewer, {"after": after, "until": until})
        return await self._past.ask(
            AskChanges(role=viewer.role, agencies=viewer.agencies, after=after, until=until)
        )

    async def tracks(self, viewer: Viewer, start: datetime, end: datetime) -> msgspec.Raw:
        """JSON of Tracks."""
        await self._keep(viewer, {"tracks": True, "start": start, "end": end})
        return await self._past.ask(
            AskTracks(role=viewer.role, agencies=viewer.agencies, start=start, end=end)
        )

    async def overview(
        self, viewer: Viewer, start: datetime, end: datetime, bucket_s: float, incident: str | None
    ) -> msgspec.Raw:
        """JSON of an Overview."""
        await self._keep(viewer, {"overview": True, "start": start, "end": end, "incident": incident})
        return await self._past.ask(
            AskOverview(
                role=viewer.role,
                agencies=viewer.agencies,
                start=start,
                end=end,
                bucket_s=bucket_s,
                incident=incident,
            )
        )

    async def export(
        self,
        viewer: Viewer,
        format_: str,
        *,
        incident: str | None,
        start: datetime | None,
        end: datetime | None,
        redacted: bool,
        lang: str,
    ) -> File:
        """A file. Made in a process of its own, so that nobody's playing waits for it."""
        detail: dict[str, object] = {
            "format": format_, "incident": incident, "start": start, "end": end, "redacted": redacted,
        }  # fmt: skip
        await self._keep(viewer, detail, act="export")
        question = AskExport(
            role=viewer.role, agencies=viewer.agencies, format=format_,
            by=viewer.name, now=self._clock.now(), incident=incident, start=start, end=end, redacted=redacted,
            reason=viewer.reason, lang=lang, test=not self._live,
        )  # fmt: skip
        maker = self._past.another()
        try:
            return await maker.make_file(question)
        finally:
            await maker.close()

    async def _keep(self, viewer: Viewer, detail: dict[str, object], act: str = "read_replay") -> None:
        told = detail | ({"reason": viewer.reason} if viewer.reason else {})
        await self._audit.keep(AuditEntry(at=self._clock.now(), actor=viewer.id, act=act, detail=told))
