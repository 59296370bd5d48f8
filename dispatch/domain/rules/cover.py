"""Level zero: an agency has no free unit left in a zone. An alarm while it lasts, by count."""

from dispatch.domain.model.cover import RecordCover
from dispatch.domain.model.desk import AlertCleared, AlertRaised
from dispatch.domain.model.messages import Refused
from dispatch.domain.rules.conditions import LEVEL_ZERO, ZONE
from dispatch.domain.rules.draft import Draft
from dispatch.domain.rules.registry import decides


@decides(RecordCover)
def record(draft: Draft, command: RecordCover) -> None:
    """Raise the alarm once, and clear it once units are back."""
    cover = draft.book.get_agency(command.agency_id).cover
    zone = next((zone for zone in cover.zones if zone.code == command.zone), None)
    if zone is None:
        raise Refused("unknown_zone", agency_id=command.agency_id, zone=command.zone)
    about = (ZONE, f"{command.agency_id}/{zone.code}")
    standing = [
        alert_id
        for alert_id in draft.state.alerts_about.get("/".join(about), ())
        if draft.state.alerts[alert_id].kind == LEVEL_ZERO
    ]
    if command.free > 0:
        for alert_id in standing:
            draft.emit(AlertCleared(alert_id=alert_id))
    elif not standing:
        params = {"zone_vi": zone.label.vi, "zone_en": zone.label.en, "line": command.agency_id}
        draft.emit(
            AlertRaised(
                alert_id=draft.new_id(),
                kind=LEVEL_ZERO,
                level="A",
                agency_id=command.agency_id,
                incident_id=None,
                about=about,
                params=params,
            )
        )
