"""Reads every agency's folder and the shared tables into the code book that the rules work with."""

from collections.abc import Iterable
from pathlib import Path

import msgspec

from dispatch.agencies.automatic import replace_automatic
from dispatch.agencies.checks import check_book, require_unique
from dispatch.agencies.errors import CodeTableError
from dispatch.agencies.questions import check_question_sets, load_question_sets
from dispatch.agencies.tables import (
    AgencyFile,
    CoverLine,
    NeedLine,
    PlanLine,
    PlansFile,
    Text,
    TurnoutHoursLine,
    TypeLine,
    TypesFile,
    UnitTypeLine,
    read,
)
from dispatch.codes import FOLDER as CODES
from dispatch.domain.codebook import (
    Agency,
    AutomaticRule,
    CodeBook,
    CoverRules,
    CoverZone,
    IncidentType,
    Label,
    MinimumCover,
    Neighbour,
    PlanLeg,
    PlanNeed,
    ResponsePlan,
    RestRule,
    Shifts,
    StationTurnout,
    Status,
    TurnoutHours,
    UnitType,
)

AGENCIES = Path(__file__).parent


def load_codebook(agencies: Path = AGENCIES, codes: Path = CODES, automatic: Path | None = None) -> CodeBook:
    """The code book of all agencies; raises `CodeTableError` naming the file and entry that is wrong.

    `automatic` is a file that takes the place of what the agencies' own tables send by themselves.
    """
    folders = sorted(path for path in agencies.iterdir() if (path / "agency.toml").exists())
    files = [(folder, read(folder / "agency.toml", AgencyFile)) for folder in folders]
    require_unique("agencies", (file.id for _, file in files))
    if automatic is not None:
        files = replace_automatic(files, automatic)
    types: list[IncidentType] = []
    plans: list[ResponsePlan] = []
    for folder, file in files:
        own = [_type(file.id, line) for line in read(folder / "types.toml", TypesFile).types]
        types += own
        written = read(folder / "plans.toml", PlansFile).plan
        plans += [_plan(folder.name, line, [t.code for t in own]) for line in written]
    require_unique("types.toml", (t.code for t in types))
    book = CodeBook(
        agencies={file.id: _agency(file) for _, file in files},
        types={t.code: t for t in types},
        plans=tuple(plans),
        capabilities=_labels(codes / "capabilities.toml"),
        outcomes=_labels(codes / "outcomes.toml"),
        end_reasons=_labels(codes / "end_reasons.toml"),
        question_sets=load_question_sets(codes / "questions"),
    )
    check_book(book)
    check_question_sets(book)
    return book


def _labels(path: Path) -> dict[str, Label]:
    return {code: _label(text) for code, text in read(path, dict[str, Text]).items()}


def _label(text: Text) -> Label:
    return Label(vi=text.vi, en=text.en)


def _agency(file: AgencyFile) -> Agency:
    where = f"{file.id}/agency.toml"
    require_unique(f"{where}: statuses", (s.code for s in file.statuses))
    require_unique(f"{where}: unit_types", (u.code for u in file.unit_types))
    return Agency(
        id=file.id,
        line=file.line,
        suffix=file.suffix,
        label=_label(file),
        public=None if file.public is None else _label(file.public),
        statuses={
            s.code: Status(code=s.code, phase=s.phase, label=_label(s), in_quarters=s.in_quarters)
            for s in file.statuses
        },
        unit_types={u.code: _unit_type(file.id, u) for u in file.unit_types},
        cover=_cover(file.cover),
        minimum_cover=tuple(
            MinimumCover(
                code=m.code,
                label=_label(m),
                free=m.free,
                capability=m.capability,
                centre=m.centre,
                radius_m=m.radius_m or 0.0,
                source=m.source,
            )
            for m in file.minimum_cover
        ),
        automatic=tuple(AutomaticRule(**msgspec.structs.asdict(line)) for line in file.automatic),
        station_turnouts=tuple(
            StationTurnout(
                station_id=line.station_id,
                turnout_s=line.turnout_s,
                turnout_hours=_turnout_hours(line.turnout_hours),
                unit_types=line.unit_types,
            )
            for line in file.station_turnouts
        ),
        rest=None if file.rest is None else RestRule(**msgspec.structs.asdict(file.rest)),
        neighbours=tuple(Neighbour(**msgspec.structs.asdict(line)) for line in file.neighbours),
        shifts=None if file.shifts is None else Shifts(**msgspec.structs.asdict(file.shifts)),
    )


def _unit_type(agency_id: str, line: UnitTypeLine) -> UnitType:
    return UnitType(
        code=line.code,
        agency_id=agency_id,
        label=_label(line),
        capabilities=line.capabilities,
        vehicle_class=line.vehicle_class,
        turnout_s=line.turnout_s,
        call_sign_prefix=line.prefix,
        at_once=line.at_once,
        turnout_hours=_turnout_hours(line.turnout_hours),
        least_crew=tuple(line.least_crew.items()),
    )


def _turnout_hours(lines: Iterable[TurnoutHoursLine]) -> tuple[TurnoutHours, ...]:
    return tuple(TurnoutHours(**msgspec.structs.asdict(line)) for line in lines)


def _cover(line: CoverLine) -> CoverRules:
    zones = (
        CoverZone(code=z.code, label=_label(z), centre=z.centre, radius_m=z.radius_m or 0.0)
        for z in line.zones
    )
    return CoverRules(
        policy=line.policy,
        move_gain_s=line.move_gain_s,
        moves_per_shift=line.moves_per_shift,
        zones=tuple(zones),
    )


def _type(agency_id: str, line: TypeLine) -> IncidentType:
    return IncidentType(
        code=line.code,
        label=_label(line),
        agency_id=agency_id,
        priority=line.priority,
        radius_m=line.radius_m,
        kin=line.kin,
        restricted=line.restricted,
        hot=line.hot,
        staging=line.staging,
    )


def _plan(folder: str, line: PlanLine, own_types: list[str]) -> ResponsePlan:
    if isinstance(line.types, str) and line.types != "all":
        raise CodeTableError(f"{folder}/plans.toml", f'{line.code}: types is a list or "all"')
    levels = tuple(
        tuple(PlanLeg(agency_id=agency_id, needs=_needs(needs)) for agency_id, needs in level.items())
        for level in line.level
    )
    types = tuple(own_types) if isinstance(line.types, str) else line.types
    return ResponsePlan(code=line.code, types=types, priorities=line.priorities, levels=levels)


def _needs(lines: Iterable[NeedLine]) -> tuple[PlanNeed, ...]:
    return tuple(
        PlanNeed(
            capability=line.capability,
            count=line.count,
            minimum=line.minimum,
            substitutes=tuple(line.substitutes.items()),
            package=line.package,
        )
        for line in lines
    )
