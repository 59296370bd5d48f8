"""Commands as clients write them. Most are the rules' own; those with personal values or ids that the centre
makes have a form of their own here: text in clear, sealed at the edge."""

from datetime import datetime

import msgspec

from dispatch.domain.kernel import COMMANDS
from dispatch.domain.model.values import HandsetFix, LonLat


class ToldPlace(msgspec.Struct, frozen=True, kw_only=True):
    """Where, as told: the words used, and the device's own circle. `lon_lat` is [longitude, latitude]."""

    heard: str = ""
    lon_lat: LonLat | None = None
    radius_m: float | None = None


class ClientCommand(msgspec.Struct, frozen=True, kw_only=True, tag_field="type"):
    """Base of the commands that are written differently by clients."""


class SendReport(ClientCommand, frozen=True, kw_only=True, tag="report.receive"):
    """Something is told. `line` is the service wanted (113, 114, 115, 112), `channel` the way it came (phone,
    web, app, sensor …). The answer's data carry report_id and receipt_code; `notices` tell of a position that
    was no place in the city and was kept as words. Words up to 10,000 characters."""

    channel: str
    words: str = ""
    place: ToldPlace = ToldPlace()
    phone: str = ""
    name: str = ""
    line: str | None = None
    type_code: str | None = None
    call_id: str | None = None
    test: bool = False


class SendWords(ClientCommand, frozen=True, kw_only=True, tag="report.add_words"):
    """A later line of the same reporter, up to 10,000 characters."""

    report_id: str
    words: str


class ReleaseIncident(ClientCommand, frozen=True, kw_only=True, tag="incident.open"):
    """An incident from a report (or none). Legs come from the plan of type, priority and level; `agencies`
    names legs to add or, with `only_agencies`, the only ones wanted. The answer's data carry incident_id
    and number."""

    type_code: str
    incident_id: str | None = None
    priority: int | None = None
    report_id: str | None = None
    place: ToldPlace | None = None
    restricted: bool = False
    agencies: tuple[str, ...] = ()
    only_agencies: bool = False
    test: bool = False


class WriteNote(ClientCommand, frozen=True, kw_only=True, tag="incident.note"):
    """A note to the incident, up to 10,000 characters; it reaches the units as an update. `kind`: note,
    caution, trapped, access. A caution is acknowledged apart, by units sent later too, until `expires_at`;
    `source` says who knows it."""

    incident_id: str
    text: str
    kind: str = "note"
    source: str = ""
    expires_at: datetime | None = None


class RememberCaution(ClientCommand, frozen=True, kw_only=True, tag="caution.keep"):
    """A danger to crews that outlasts its incident, up to 10,000 characters. `scope`: place (where the
    incident is) or number (of its newest caller). Every incident there, or from that number, gets it as a
    standing caution until `expires_at`, at most five years ahead; `source` says who knows it. The answer's
    data carry caution_id, which is also the note's."""

    incident_id: str
    scope: str
    text: str
    expires_at: datetime
    source: str = ""


class PutOnRoad(ClientCommand, frozen=True, kw_only=True, tag="road_condition.put"):
    """What holds on the streets: `kind` closed, slow (`factor`, driving takes so many times as long), flood
    (`depth_m`), or, of a point, unfit or fits (`vehicle_class` does not, or does, get through); `form` point,
    line or area with [longitude, latitude] in `lon_lats`, at most 200. It holds from `from_at`, else from
    now, until `until`; without an end a desk is asked at `review_at`, else in two hours, but never about what
    fits. The answer's data carry condition_id and the number by which people speak of it."""

    kind: str
    form: str
    lon_lats: tuple[LonLat, ...]
    reason: str
    factor: float = 1.0
    depth_m: float = 0.0
    where: str = ""
    source: str = ""
    from_at: datetime | None = None
    until: datetime | None = None
    review_at: datetime | None = None
    vehicle_class: str = ""


class TellOfRoad(ClientCommand, frozen=True, kw_only=True, tag="road_condition.report"):
    """What a crew finds where it stands: `kind` closed, flood (`depth_m`), or unfit or fits for vehicles like
    its own. It holds at once for an hour, as unconfirmed, and the desk is asked to confirm it. The answer's
    data carry condition_id and number."""

    unit_id: str
    kind: str
    lon_lat: LonLat
    depth_m: float = 0.5
    reason: str = ""


class TextCaller(ClientCommand, frozen=True, kw_only=True, tag="report.text_caller"):
    """Ask the caller of a report for something by text. `kind`: alley_mouth (send somebody to the alley's
    mouth). The answer's data say `how`: gateway, or by_hand where no gateway is set up."""

    report_id: str
    kind: str


class SayHospital(ClientCommand, frozen=True, kw_only=True, tag="assignment.choose_hospital"):
    """Crew or desk: the patients of this assignment go there; null takes a choice back. `travel_s` and
    `proposed` (ids, the best first) are what the chooser had before their eyes; the centre keeps what those
    were made of."""

    assignment_id: str
    hospital_id: str | None
    travel_s: float | None = None
    proposed: tuple[str, ...] = ()


class CountPatients(ClientCommand, frozen=True, kw_only=True, tag="incident.spread_patients"):
    """So many patients of each triage class are still to be brought, at most 500: the centre spreads them
    over hospitals, and proposes its crews theirs. All zero takes the spread back."""

    incident_id: str
    red: int = 0
    yellow: int = 0
    green: int = 0


class ToldAnswer(msgspec.Struct, frozen=True, kw_only=True):
    """The answer to one key question: a choice of the set, and the caller's own words where they matter."""

    question: str
    choice: str
    text: str = ""


class TellAnswers(ClientCommand, frozen=True, kw_only=True, tag="report.answer"):
    """Key questions answered; a question answered before has the new answer from now on. The answer's data
    carry the determinant that follows."""

    report_id: str
    set_code: str
    version: int
    answers: tuple[ToldAnswer, ...]


class LeaveShift(ClientCommand, frozen=True, kw_only=True, tag="handover.write"):
    """The handover of a desk, written and signed by the one who goes; what stands open is listed by the
    centre. Notes up to 10,000 characters. The answer's data carry handover_id."""

    desk_id: str
    notes: str = ""


class TellRinging(ClientCommand, frozen=True, kw_only=True, tag="call.ring"):
    """A call rings on a line. `call_id` is the exchange's own id for it, or made by the centre."""

    line: str
    call_id: str | None = None
    number: str = ""
    recording_ref: str | None = None
    test: bool = False


class TellWhereabouts(ClientCommand, frozen=True, kw_only=True, tag="call.locate"):
    """Where the telephone of a call says it is. The call is named by `call_id`, or by its number: then the
    newest of that number is meant, or the next one if none has come yet. The answer's data say with `kept`
    whether this is newer than what was known."""

    fix: HandsetFix
    call_id: str | None = None
    number: str = ""


_OWN: tuple[type[msgspec.Struct], ...] = (
    SendReport,
    SendWords,
    TellAnswers,
    ReleaseIncident,
    WriteNote,
    TellRinging,
    TellWhereabouts,
)

CLIENT_COMMANDS: dict[str, type[msgspec.Struct]] = {
    **COMMANDS,
    **{str(kind.__struct_config__.tag): kind for kind in _OWN},
    "assignment.choose_hospital": SayHospital,
    "incident.spread_patients": CountPatients,
    "handover.write": LeaveShift,
    "report.text_caller": TextCaller,
    "caution.keep": RememberCaution,
    "road_condition.put": PutOnRoad,
    "road_condition.report": TellOfRoad,
}
"""Type of a command → the class that describes how a client writes it."""
