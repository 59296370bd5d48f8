"""/ws/report: a reporter's device sends reports and later words, and is told what became of them."""

from datetime import datetime

import msgspec

from dispatch.api.auth.limits import Bucket
from dispatch.api.auth.principal import Principal
from dispatch.api.deps import ApiDeps
from dispatch.api.protocol.commands import COMMANDS_BY_CHANNEL
from dispatch.api.protocol.frames import FromReporter, Hello, ReportStatus
from dispatch.api.ws.channel import Channel
from dispatch.api.ws.session import Session, encode_frame
from dispatch.api.ws.socket import Socket
from dispatch.domain.model.messages import Role
from dispatch.domain.model.values import TimeSource
from dispatch.live.reports import ReportIndex, ReportPart
from dispatch.notify.reporters import STAGES

REPORT = Channel(
    name="report",
    decoder=msgspec.json.Decoder(FromReporter),
    # Ten thousand Vietnamese letters, three bytes each, and an address.
    frame_limit=64 * 1024,
    rate=1.0,
    burst=20.0,
    commands=COMMANDS_BY_CHANNEL["report"],
    sources=(TimeSource.SYSTEM,),
    roles=frozenset((Role.REPORTER,)),
    head_s=0.0,
)


class ReportSession(Session):
    """A device. It sees its own reports and nothing else."""

    channel = REPORT

    def __init__(
        self, socket: Socket, principal: Principal, deps: ApiDeps, bucket: Bucket, index: ReportIndex
    ) -> None:
        super().__init__(socket, principal, deps, bucket)
        self._index = index
        self._told: dict[str, str] = {}
        self._changed: dict[str, None] = {}

    def begin(self, hello: Hello, resumed_rights: bool) -> str | None:
        """All reports of the device are told anew."""
        self._changed = {report.id: None for report in self._index.list_of_device(self.principal.id)}
        return None

    def notice(self, report_ids: set[str]) -> None:
        """Something of these reports of the device may have changed."""
        self._changed.update(dict.fromkeys(sorted(report_ids)))
        self.wake()

    def pull(self) -> bytes | None:
        """The next report whose stage the device does not know yet."""
        while self._changed:
            report_id = next(iter(self._changed))
            del self._changed[report_id]
            report = self._index.find(report_id)
            if report is None:
                continue
            stage = self._index.find_stage(report)
            if self._told.get(report.id) != stage:
                self._told[report.id] = stage
                return encode_frame(tell_stage(report, stage, self.deps.clock.now()))
        return None


def tell_stage(report: ReportPart, stage: str, now: datetime) -> ReportStatus:
    """The frame for one report."""
    vi, en = STAGES[stage]
    return ReportStatus(
        report_id=report.id, receipt_code=report.receipt_code, stage=stage, vi=vi, en=en, at=now
    )
