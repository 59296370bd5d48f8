"""The code tables as the rules see them. Loaded from data by `dispatch.agencies`; frozen while running."""

import msgspec

from dispatch.domain.model.messages import Refused
from dispatch.domain.model.questions import ExtraNeed
from dispatch.domain.model.values import Phase, PlaceState


class Label(msgspec.Struct, frozen=True):
    """A text in both languages, Vietnamese first."""

    vi: str
    en: str


class IncidentType(msgspec.Struct, frozen=True, kw_only=True):
    """`radius_m` is how far reports of this type may lie from the event and still be it (R3: smoke 2 km).
    Types of one `kin` may be told of one event: smoke and a fire, a crash and somebody trapped in a car."""

    code: str
    label: Label
    agency_id: str
    priority: int
    radius_m: float = 300.0
    kin: str = ""
    restricted: bool = False
    hot: bool = True
    staging: bool = False


class PlanNeed(msgspec.Struct, frozen=True, kw_only=True):
    """One line of a plan. Lines of one leg and `package` come in full, all of them, or not at all."""

    capability: str
    count: int
    minimum: int = 1
    substitutes: tuple[tuple[str, float], ...] = ()
    package: str = ""


class PlanLeg(msgspec.Struct, frozen=True, kw_only=True):
    """What one agency sends at one alarm level; level n stands for the whole, not the difference."""

    agency_id: str
    needs: tuple[PlanNeed, ...]


class ResponsePlan(msgspec.Struct, frozen=True, kw_only=True):
    """`levels[0]` is level 1. Chosen by type and priority; the most specific plan wins (D1)."""

    code: str
    types: tuple[str, ...]
    priorities: tuple[int, ...] = (1, 2, 3, 4)
    levels: tuple[tuple[PlanLeg, ...], ...]


class Status(msgspec.Struct, frozen=True, kw_only=True):
    """An agency's own status code and the phase it maps to. `in_quarters` only for available ones."""

    code: str
    phase: Phase
    label: Label
    in_quarters: bool = False


class TurnoutHours(msgspec.Struct, frozen=True, kw_only=True):
    """Hours of the city's day from `from_h` until before `to_h`, past midnight where that is the smaller, in
    which it takes `turnout_s` from the order until a unit that stands in quarters rolls."""

    from_h: float
    to_h: float
    turnout_s: float

    def contains(self, hour: float) -> bool:
        """Whether the hour of a day (0 ≤ hour < 24) is one of them."""
        if self.from_h < self.to_h:
            return self.from_h <= hour < self.to_h
        return hour >= self.from_h or hour < self.to_h


class StationTurnout(msgspec.Struct, frozen=True, kw_only=True):
    """A station whose people take other times to turn out (volunteers, a shared station), for all unit types
    or for some: the same as a unit type says it, in its place."""

    station_id: str
    turnout_s: float
    turnout_hours: tuple[TurnoutHours, ...] = ()
    unit_types: tuple[str, ...] = ()


class UnitType(msgspec.Struct, frozen=True, kw_only=True):
    """`at_once`: what such a unit can do at the same time, and so serves a need each of one leg. `turnout_s`
    holds outside of `turnout_hours`; `dispatch.domain.turnout` says which counts. `least_crew`: how many
    people a capability needs."""

    code: str
    agency_id: str
    label: Label
    capabilities: tuple[str, ...]
    vehicle_class: str
    turnout_s: float
    call_sign_prefix: str
    at_once: tuple[str, ...] = ()
    turnout_hours: tuple[TurnoutHours, ...] = ()
    least_crew: tuple[tuple[str, int], ...] = ()


class RestRule(msgspec.Struct, frozen=True, kw_only=True):
    """What a long day costs a crew's unit in a plan: `price_s_per_h` for each hour that it has been on beyond
    `after_on_h`, or out without a break of `break_min` beyond `after_out_h`, `most_s` at most. From
    `last_on_h` or `last_out_h` on it is proposed only where nobody else can serve. None: never."""

    price_s_per_h: float = 0.0
    most_s: float = 0.0
    after_on_h: float | None = None
    after_out_h: float | None = None
    last_on_h: float | None = None
    last_out_h: float | None = None
    break_min: float = 30.0


class CoverZone(msgspec.Struct, frozen=True, kw_only=True):
    """A part of the city that must not be left without a free unit: a circle (lon, lat and metres), or the
    whole city without one."""

    code: str
    label: Label
    centre: tuple[float, float] | None = None
    radius_m: float = 0.0


class CoverRules(msgspec.Struct, frozen=True, kw_only=True):
    """How an agency wants its free units spread.

    `policy` prices their absence ("closest": not at all). From a gain of `move_gain_s` on, seconds of
    response for the next call, a crew may be moved to wait elsewhere `moves_per_shift` times; None: never,
    its units always return to their own stations.
    """

    policy: str = "default"
    move_gain_s: float | None = None
    moves_per_shift: int = 3
    zones: tuple[CoverZone, ...] = ()


class AutomaticRule(msgspec.Struct, frozen=True, kw_only=True):
    """Incidents whose plan an agency sends by itself, `countdown_s` after it stands, unless that is stopped.

    The place is known at least as `place_state`, within `place_radius_m`, and with `place_confidence` as long
    as nobody has read it back. `type_sure`: chosen (by a person) or assessed (by answers to the key questions
    of the type). A unit may leave its crew `most_carry_m` on foot. `straight_line` and `shortfall` let plans
    go that were made without the planner, or that lack units. `unattended`: what happens at the end of a
    countdown that nobody at a desk could have stopped, stop or send.
    """

    types: tuple[str, ...]
    countdown_s: float
    priorities: tuple[int, ...] = (1, 2, 3, 4)
    place_state: PlaceState = PlaceState.READ_BACK
    place_confidence: float = 0.9
    place_radius_m: float = 100.0
    type_sure: str = "assessed"
    most_carry_m: float = 100.0
    straight_line: bool = False
    shortfall: bool = False
    unattended: str = "stop"


class MinimumCover(msgspec.Struct, frozen=True, kw_only=True):
    """So many free units with a capability ("" = any) must stay in an area, a circle or the whole city as in
    `CoverZone`, unless nothing else can serve; `source` says who demands it."""

    code: str
    label: Label
    free: int
    capability: str = ""
    centre: tuple[float, float] | None = None
    radius_m: float = 0.0
    source: str = ""


class Neighbour(msgspec.Struct, frozen=True, kw_only=True):
    """The same service of a neighbouring province, by `name`: units that belong to its `stations` are not
    ours. They help where that saves `price_s`, or where nobody of ours is left."""

    name: str
    stations: tuple[str, ...]
    price_s: float


class Agency(msgspec.Struct, frozen=True, kw_only=True):
    """`suffix` ends the leg's number (-3 -4 -5 -2); `line` is the telephone number it answers; `public` is
    what people in need ask it for, None its name; `automatic` is empty where nothing ever goes by itself."""

    id: str
    line: str
    suffix: str
    label: Label
    public: Label | None = None
    statuses: dict[str, Status]
    unit_types: dict[str, UnitType]
    cover: CoverRules = CoverRules()
    minimum_cover: tuple[MinimumCover, ...] = ()
    automatic: tuple[AutomaticRule, ...] = ()
    station_turnouts: tuple[StationTurnout, ...] = ()
    rest: RestRule | None = None
    neighbours: tuple[Neighbour, ...] = ()
    shifts: "Shifts | None" = None

    def find_neighbour(self, station_id: str) -> Neighbour | None:
        """Whose station this is, None for our own."""
        return next((n for n in self.neighbours if station_id in n.stations), None)


class Shifts(msgspec.Struct, frozen=True, kw_only=True):
    """Hours of the city's day at which the next crews begin; those before them stay `overlap_min` longer."""

    begin_h: tuple[float, ...]
    overlap_min: float = 0.0


class Choice(msgspec.Struct, frozen=True, kw_only=True):
    """One answer to a key question, chosen by its digit. `says` names the text to be read to the caller then;
    with `detail` the caller's own words may stand beside (which floor, how many)."""

    code: str
    key: str
    label: Label
    says: str | None = None


class Question(msgspec.Struct, frozen=True, kw_only=True):
    code: str
    label: Label
    choices: tuple[Choice, ...]
    detail: Label | None = None


class Advice(msgspec.Struct, frozen=True, kw_only=True):
    """A text to be read to the caller before help arrives. `approved_by` is empty until the agency's own
    service has approved it; `beat` is a rhythm to keep, strokes per minute."""

    code: str
    text: Label
    approved_by: str = ""
    beat: int | None = None


class Determinant(msgspec.Struct, frozen=True, kw_only=True):
    """Kind and severity: `when` (question → choices that fit) holds, and this follows."""

    code: str
    label: Label
    when: dict[str, tuple[str, ...]]
    priority: int
    type_code: str | None = None


class NeedRule(msgspec.Struct, frozen=True, kw_only=True):
    when: dict[str, tuple[str, ...]]
    need: ExtraNeed


class QuestionSet(msgspec.Struct, frozen=True, kw_only=True):
    """The key questions of some types, at most six. The first determinant that fits is the one. Answers are
    kept with the `version` they were given under."""

    code: str
    version: int
    label: Label
    agency_id: str
    types: tuple[str, ...]
    questions: tuple[Question, ...]
    determinants: tuple[Determinant, ...]
    needs: tuple[NeedRule, ...]
    advice: tuple[Advice, ...]


class CodeBook(msgspec.Struct, frozen=True, kw_only=True):
    """Every table the rules read. `outcomes` and `end_reasons` are code → label."""

    agencies: dict[str, Agency]
    types: dict[str, IncidentType]
    plans: tuple[ResponsePlan, ...]
    capabilities: dict[str, Label]
    outcomes: dict[str, Label]
    end_reasons: dict[str, Label]
    question_sets: dict[str, QuestionSet] = msgspec.field(default_factory=dict)

    def get_type(self, code: str) -> IncidentType:
        """The incident type of a code; refuses `unknown_type`."""
        found = self.types.get(code)
        if found is None:
            raise Refused("unknown_type", type_code=code)
        return found

    def get_agency(self, agency_id: str) -> Agency:
        """The agency of an id; refuses `unknown_agency`."""
        found = self.agencies.get(agency_id)
        if found is None:
            raise Refused("unknown_agency", agency_id=agency_id)
        return found

    def find_neighbour(self, agency_id: str, station_id: str) -> Neighbour | None:
        """The neighbour to which an agency's station belongs, with all of its units; None: it is ours."""
        agency = self.agencies.get(agency_id)
        return agency.find_neighbour(station_id) if agency is not None and agency.neighbours else None

    def find_agency_of_line(self, line: str) -> Agency | None:
        """The agency that answers a telephone line, or None."""
        return next((a for a in self.agencies.values() if a.line == line), None)

    def get_status(self, agency_id: str, code: str) -> Status:
        """The status of an agency; refuses `unknown_status`."""
        found = self.get_agency(agency_id).statuses.get(code)
        if found is None:
            raise Refused("unknown_status", agency_id=agency_id, status_code=code)
        return found

    def find_plan(self, type_code: str, priority: int) -> ResponsePlan | None:
        """The most specific plan: fewest types, then fewest priorities; the first listed among equals."""
        fitting = [p for p in self.plans if type_code in p.types and priority in p.priorities]
        return min(fitting, key=lambda p: (len(p.types), len(p.priorities)), default=None)
