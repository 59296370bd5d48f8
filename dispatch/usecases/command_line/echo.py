"""What a line was understood as, said back before it is sent."""

from datetime import datetime

from dispatch.domain.codebook import Label
from dispatch.domain.ids import LOCAL_TIME
from dispatch.domain.model.incident import Incident
from dispatch.domain.model.messages import Command
from dispatch.domain.model.road_condition import PutRoadCondition
from dispatch.domain.model.unit import Unit
from dispatch.usecases.command_line.context import LineContext
from dispatch.usecases.picture import Picture


def name_incident(incident: Incident, context: LineContext) -> Label:
    """For example "0457 CHÁY NHÀ 654/3 Lạc Long Quân, P1"."""
    kind = context.book.types.get(incident.type_code)
    label = kind.label if kind is not None else Label(vi=incident.type_code, en=incident.type_code)
    place = incident.place.label or incident.place.heard
    vi, en = (
        f"{' '.join(filter(None, (incident.number[-4:], text.upper(), place)))}, P{incident.priority}"
        for text in (label.vi, label.en)
    )
    return Label(vi=vi, en=en)


def name_units(units: list[Unit]) -> str:
    """Call signs in the order typed."""
    return ", ".join(unit.call_sign for unit in units)


def name_busy(units: list[Unit], incident: Incident, context: LineContext) -> Label:
    """Who of them is on another incident, as an addition to the echo; empty when nobody is."""
    busy = []
    for unit in units:
        active = context.find_active(unit)
        other = context.find_incident(active.incident_id) if active is not None else None
        if other is not None and other.id != incident.id:
            busy.append((unit.call_sign, other.number[-4:]))
    if not busy:
        return Label(vi="", en="")
    return Label(
        vi=" (" + ", ".join(f"{sign} đang ở {number}" for sign, number in busy) + ")",
        en=" (" + ", ".join(f"{sign} is on {number}" for sign, number in busy) + ")",
    )


def with_time(echo: Label, at: datetime | None, now: datetime, counted: datetime | None = None) -> Label:
    """The echo with the time of a backdated line, local, with its date when that is not today's; `counted`
    is the later one that the rules will take instead, because something came before."""
    if at is None:
        return echo
    clock = _clock(at, now, "%H:%M")
    if counted is None:
        return Label(vi=f"{echo.vi} · lúc {clock}", en=f"{echo.en} · at {clock}")
    then = _clock(counted, now, "%H:%M:%S")
    return Label(
        vi=f"{echo.vi} · giờ đã nhập {clock} sớm hơn việc trước đó, tính là {then}",
        en=f"{echo.en} · {clock} typed is before what came earlier, counts as {then}",
    )


def _clock(at: datetime, now: datetime, form: str) -> str:
    local, today = at.astimezone(LOCAL_TIME), now.astimezone(LOCAL_TIME).date()
    return local.strftime(form if local.date() == today else f"{form} %d/%m")


DID: dict[str, Label] = {
    "recommendation.accept": Label(vi="nhận đề xuất", en="accept recommendation"),
    "assignment.dispatch": Label(vi="điều động", en="dispatch"),
    "assignment.stand_down": Label(vi="hủy điều động", en="stand down"),
    "assignment.queue": Label(vi="xếp hàng chờ", en="queue"),
    "assignment.reassign": Label(vi="chuyển", en="reassign"),
    "assignment.phase": Label(vi="ghi trạng thái", en="status"),
    "unit.status": Label(vi="ghi trạng thái", en="status"),
    "incident.change_priority": Label(vi="đổi mức ưu tiên", en="change priority"),
    "incident.change_type": Label(vi="đổi loại", en="change type"),
    "incident.change_place": Label(vi="đổi vị trí", en="change place"),
    "incident.hold": Label(vi="giữ lại", en="hold"),
    "report.attach": Label(vi="gộp tin báo", en="attach report"),
    "move.order": Label(vi="đứng chờ nơi khác", en="wait elsewhere"),
    "leg.close": Label(vi="kết thúc phần việc", en="close part"),
    "crew.sign_on": Label(vi="lên ca", en="sign on"),
    "road_condition.put": Label(vi="tình trạng đường", en="road condition"),
    "road_condition.change": Label(vi="sửa tình trạng đường", en="change road condition"),
    "road_condition.lift": Label(vi="gỡ tình trạng đường", en="lift road condition"),
}


def name_command(command: Command, picture: Picture) -> Label:
    """What a command given by a button did, in a few words: "hủy điều động CC-12 · 0457"."""
    did = DID[str(command.__struct_config__.tag)]
    assignment = picture.assignments.get(getattr(command, "assignment_id", ""))
    leg = picture.legs.get(getattr(command, "leg_id", None) or "")
    unit_ids = [*getattr(command, "unit_ids", ()), getattr(command, "unit_id", None)]
    incident_id = getattr(command, "incident_id", None)
    if assignment is not None:
        unit_ids, incident_id = [assignment.unit_id], assignment.incident_id
    elif leg is not None and incident_id is None:
        incident_id = leg.incident_id
    signs = ", ".join(picture.units[id_].call_sign for id_ in unit_ids if id_ in picture.units)
    incident = picture.incidents.get(incident_id or "")
    road = picture.road_conditions.get(getattr(command, "condition_id", ""))
    street = "" if road is None else str(road.number)
    if isinstance(command, PutRoadCondition):
        street = command.where or command.reason
    about = " · ".join(filter(None, (signs, incident.number[-4:] if incident is not None else "", street)))
    return Label(vi=f"{did.vi} {about}".strip(), en=f"{did.en} {about}".strip())
