"""Alerts: claimed by the first to acknowledge, shelved with reason and end, gone with their condition."""

from dispatch.domain.model.desk import (
    Alert,
    AlertClaimed,
    AlertCleared,
    AlertRaised,
    AlertReturned,
    AlertShelved,
    ClaimAlert,
    ShelveAlert,
)
from dispatch.domain.model.messages import Envelope, Refused, Role
from dispatch.domain.rules.draft import Draft
from dispatch.domain.rules.registry import ROOM, applies, decides
from dispatch.domain.rules.touch import touch
from dispatch.domain.state import CentreState

# ── deciding ──


@decides(ClaimAlert, *ROOM, Role.STATION)
def claim(draft: Draft, command: ClaimAlert) -> None:
    """The first has it; the next is told the name. Claiming one's own again changes nothing."""
    alert = _get(draft, command.alert_id)
    if alert.claimed_by is None:
        draft.emit(AlertClaimed(alert_id=alert.id))
    elif alert.claimed_by != draft.actor.id:
        raise Refused("alert_claimed", by=draft.name_of(alert.claimed_by), at=alert.claimed_at)


@decides(ShelveAlert, *ROOM)
def shelve(draft: Draft, command: ShelveAlert) -> None:
    """Out of the way until a time, with a reason; never a mayday."""
    alert = _get(draft, command.alert_id)
    if not command.reason.strip():
        raise Refused("reason_missing")
    if alert.kind == "mayday":
        raise Refused("alert_not_shelved", kind=alert.kind)
    if command.until <= draft.now:
        raise Refused("bad_time", field="until")
    draft.emit(AlertShelved(alert_id=alert.id, until=command.until, reason=command.reason))


def _get(draft: Draft, alert_id: str) -> Alert:
    alert = draft.state.alerts.get(alert_id)
    if alert is None:
        raise Refused("unknown_alert", alert_id=alert_id)
    incident = draft.state.incidents.get(alert.incident_id or "")
    if not alert.agency_id:
        return alert
    if alert.agency_id not in draft.actor.agencies and (incident is None or not draft.has_part(incident)):
        draft.require_agency(alert.agency_id)
    return alert


# ── applying ──


@applies(AlertRaised)
def apply_raised(state: CentreState, event: AlertRaised, recorded: Envelope) -> None:
    alert = Alert(
        id=event.alert_id,
        kind=event.kind,
        level=event.level,
        agency_id=event.agency_id,
        incident_id=event.incident_id,
        about=event.about,
        raised_at=recorded.recorded_at,
        params=event.params,
    )
    state.alerts[alert.id] = alert
    state.alerts_about.setdefault("/".join(event.about), []).append(alert.id)
    _changed(state, alert, recorded)


@applies(AlertClaimed)
def apply_claimed(state: CentreState, event: AlertClaimed, recorded: Envelope) -> None:
    alert = state.alerts[event.alert_id]
    alert.claimed_by = recorded.actor
    alert.claimed_at = recorded.recorded_at
    alert.shelved_until = None
    alert.shelved_reason = None
    _changed(state, alert, recorded)


@applies(AlertReturned)
def apply_returned(state: CentreState, event: AlertReturned, recorded: Envelope) -> None:
    alert = state.alerts[event.alert_id]
    alert.claimed_by = None
    alert.claimed_at = None
    alert.shelved_until = None
    alert.shelved_reason = None
    _changed(state, alert, recorded)


@applies(AlertShelved)
def apply_shelved(state: CentreState, event: AlertShelved, recorded: Envelope) -> None:
    alert = state.alerts[event.alert_id]
    alert.claimed_by = None
    alert.claimed_at = None
    alert.shelved_until = event.until
    alert.shelved_reason = event.reason
    _changed(state, alert, recorded)


@applies(AlertCleared)
def apply_cleared(state: CentreState, event: AlertCleared, _recorded: Envelope) -> None:
    alert = state.alerts.pop(event.alert_id)
    key = "/".join(alert.about)
    state.alerts_about[key].remove(alert.id)
    if not state.alerts_about[key]:
        del state.alerts_about[key]
    state.touched.add(("alert", alert.id))
    state.unwatched.add(alert.about)


def _changed(state: CentreState, alert: Alert, recorded: Envelope) -> None:
    touch(state, "alert", alert, recorded)
    state.unwatched.add(alert.about)
