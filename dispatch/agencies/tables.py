"""The files of an agency as they are written (TOML), before they are checked against each other."""

import tomllib
from pathlib import Path
from typing import TypeVar

import msgspec

from dispatch.agencies.errors import CodeTableError
from dispatch.domain.model.values import Phase, PlaceState

T = TypeVar("T")

NEIGHBOUR_PRICE_S = 900.0
"""A neighbour is asked where that saves a quarter of an hour, unless an agency's table says otherwise: a
first choice, what services have agreed on is not public."""


class Text(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    vi: str
    en: str


class StatusLine(Text, frozen=True, kw_only=True, forbid_unknown_fields=True):
    code: str
    phase: Phase
    in_quarters: bool = False


class TurnoutHoursLine(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Hours of the city's day, from_h until before to_h, past midnight where that is the smaller."""

    from_h: float
    to_h: float
    turnout_s: float


class UnitTypeLine(Text, frozen=True, kw_only=True, forbid_unknown_fields=True):
    code: str
    prefix: str
    capabilities: tuple[str, ...]
    vehicle_class: str
    turnout_s: float
    turnout_hours: tuple[TurnoutHoursLine, ...] = ()
    at_once: tuple[str, ...] = ()
    least_crew: dict[str, int] = msgspec.field(default_factory=dict)


class RestLine(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """As `RestRule`."""

    price_s_per_h: float = 0.0
    most_s: float = 0.0
    after_on_h: float | None = None
    after_out_h: float | None = None
    last_on_h: float | None = None
    last_out_h: float | None = None
    break_min: float = 30.0


class StationTurnoutLine(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """`unit_types` empty: all of the agency's."""

    station_id: str
    turnout_s: float
    turnout_hours: tuple[TurnoutHoursLine, ...] = ()
    unit_types: tuple[str, ...] = ()


class MinimumCoverLine(Text, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """`free` units with a capability ("" = any) that must stay in an area, written as a zone's; `source` says
    who demands it."""

    code: str
    free: int
    capability: str = ""
    centre: tuple[float, float] | None = None
    radius_m: float | None = None
    source: str


class NeighbourLine(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Stations of the same service of a neighbouring province; a price in seconds, as `Neighbour`."""

    name: str
    stations: tuple[str, ...]
    price_s: float = NEIGHBOUR_PRICE_S


class ZoneLine(Text, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A circle: `centre` lon, lat and `radius_m`; neither of them: the whole city."""

    code: str
    centre: tuple[float, float] | None = None
    radius_m: float | None = None


class CoverLine(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """How the agency wants its free units spread; without `move_gain_s` nobody is moved."""

    policy: str
    move_gain_s: float | None = None
    moves_per_shift: int = 3
    zones: tuple[ZoneLine, ...] = ()


class AutomaticLine(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Incidents whose plan goes by itself after a countdown; as `AutomaticRule`."""

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


class ShiftsLine(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """As `Shifts`."""

    begin_h: tuple[float, ...]
    overlap_min: float = 0.0


class AgencyFile(Text, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """agency.toml. `public`: what people in need ask it for, in two or three words; without it its name."""

    id: str
    line: str
    suffix: str
    public: Text | None = None
    statuses: tuple[StatusLine, ...]
    unit_types: tuple[UnitTypeLine, ...]
    cover: CoverLine
    minimum_cover: tuple[MinimumCoverLine, ...] = ()
    automatic: tuple[AutomaticLine, ...] = ()
    station_turnouts: tuple[StationTurnoutLine, ...] = ()
    rest: RestLine | None = None
    neighbours: tuple[NeighbourLine, ...] = ()
    shifts: ShiftsLine | None = None


class TypeLine(Text, frozen=True, kw_only=True, forbid_unknown_fields=True):
    code: str
    priority: int
    radius_m: float = 300.0
    kin: str = ""
    restricted: bool = False
    hot: bool = True
    staging: bool = False


class TypesFile(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """types.toml"""

    types: tuple[TypeLine, ...]


class NeedLine(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """`substitutes`: capability → price in seconds. Lines of one `package` come whole or not at all."""

    capability: str
    count: int
    minimum: int = 1
    substitutes: dict[str, float] = msgspec.field(default_factory=dict)
    package: str = ""


class PlanLine(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """`types` is a list, or "all" for every type of the agency; `level` is written once for each level."""

    code: str
    types: tuple[str, ...] | str
    priorities: tuple[int, ...] = (1, 2, 3, 4)
    level: tuple[dict[str, tuple[NeedLine, ...]], ...]


class PlansFile(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """plans.toml"""

    plan: tuple[PlanLine, ...]


def read(path: Path, shape: type[T]) -> T:
    """A TOML file in the shape it must have; raises `CodeTableError`."""
    where = f"{path.parent.name}/{path.name}"
    try:
        return msgspec.convert(tomllib.loads(path.read_text("utf-8")), shape)
    except FileNotFoundError:
        raise CodeTableError(where, "missing") from None
    except (tomllib.TOMLDecodeError, msgspec.ValidationError, UnicodeDecodeError) as error:
        raise CodeTableError(where, str(error)) from error
