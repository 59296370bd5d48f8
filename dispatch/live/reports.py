"""What became of each report, for the person who sent it."""

from collections.abc import Iterable

import msgspec

from dispatch.domain.rows import Row
from dispatch.live.units import UnitIndex

STAGES = ("received", "opened", "accepted", "sent", "on_scene", "closed", "ended")
"""How far a report may have come, in order; `ended` is the other end, without an incident."""

_ARRIVED = ("on_scene", "at_patient", "transporting", "at_hospital")


class ReportPart(msgspec.Struct, frozen=True, kw_only=True):
    """The part of a report by which its sender is told of it."""

    id: str
    receipt_code: str
    status: str
    received_at: str
    device: str | None = None
    incident_id: str | None = None
    opened_at: str | None = None


class _IncidentPart(msgspec.Struct, frozen=True, kw_only=True):
    id: str
    state: str


_REPORT = msgspec.json.Decoder(ReportPart)
_INCIDENT = msgspec.json.Decoder(_IncidentPart)


class ReportIndex:
    """Reports by device, receipt code and incident, kept from rows as they change."""

    def __init__(self, units: UnitIndex) -> None:
        self._units = units
        self._reports: dict[str, ReportPart] = {}
        self._of_device: dict[str, set[str]] = {}
        self._of_incident: dict[str, set[str]] = {}
        self._of_receipt: dict[str, str] = {}
        self._states: dict[str, str] = {}

    def take(self, rows: Iterable[Row], gone: Iterable[tuple[str, str]] = ()) -> dict[str, set[str]]:
        """Take changed rows in (after the units' index did); gives the devices that should be told, each with
        its reports in question."""
        touched: set[str] = set()
        for row in rows:
            touched |= self._take_row(row)
        for kind, id_ in gone:
            self._remove(kind, id_)
        concerned: dict[str, set[str]] = {}
        for id_ in touched:
            report = self._reports.get(id_)
            if report is not None and report.device is not None:
                concerned.setdefault(report.device, set()).add(id_)
        return concerned

    def list_of_device(self, device_id: str) -> list[ReportPart]:
        """What this device sent, oldest first."""
        reports = (self._reports[id_] for id_ in self._of_device.get(device_id, ()))
        return sorted(reports, key=lambda report: report.received_at)

    def find(self, report_id: str) -> ReportPart | None:
        """A report that is still on the board."""
        return self._reports.get(report_id)

    def find_by_receipt(self, receipt_code: str) -> ReportPart | None:
        """The report of a receipt code that is still on the board."""
        return self._reports.get(self._of_receipt.get(receipt_code, ""))

    def find_stage(self, report: ReportPart) -> str:
        """How far it has come: one of STAGES."""
        if report.status == "ended":
            return "ended"
        if report.incident_id is None:
            return "received" if report.opened_at is None else "opened"
        if self._states.get(report.incident_id, "open") != "open":
            return "closed"
        parts = self._units.list_assignments_of_incident(report.incident_id)
        if any(phase in part.times for part in parts for phase in _ARRIVED):
            return "on_scene"
        return "sent" if any(part.state != "queued" for part in parts) else "accepted"

    def _take_row(self, row: Row) -> set[str]:
        if row.kind == "report":
            return self._take_report(_REPORT.decode(row.body))
        if row.kind == "incident":
            self._states[row.id] = _INCIDENT.decode(row.body).state
            return self._of_incident.get(row.id, set())
        if row.kind == "assignment" and (part := self._units.find_assignment(row.id)) is not None:
            return self._of_incident.get(part.incident_id, set())
        return set()

    def _take_report(self, report: ReportPart) -> set[str]:
        before = self._reports.get(report.id)
        if before is not None and before.incident_id is not None:
            self._of_incident.get(before.incident_id, set()).discard(report.id)
        self._reports[report.id] = report
        self._of_receipt[report.receipt_code] = report.id
        if report.incident_id is not None:
            self._of_incident.setdefault(report.incident_id, set()).add(report.id)
        if report.device is not None:
            self._of_device.setdefault(report.device, set()).add(report.id)
        return {report.id}

    def _remove(self, kind: str, id_: str) -> None:
        if kind == "incident":
            self._states.pop(id_, None)
            self._of_incident.pop(id_, None)
        report = self._reports.pop(id_, None) if kind == "report" else None
        if report is not None:
            self._of_receipt.pop(report.receipt_code, None)
            if report.device is not None:
                self._of_device[report.device].discard(id_)
            if report.incident_id in self._of_incident:
                self._of_incident[report.incident_id].discard(id_)
