"""What the edge needs of the rest of the house. The composition root fills it; nothing is built here."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from dispatch.api.auth.passwords import Passwords
from dispatch.api.auth.tokens import Signer
from dispatch.core.clock import Clock
from dispatch.core.port import CorePort
from dispatch.domain.codebook import CodeBook
from dispatch.domain.model.messages import Actor, Command
from dispatch.domain.model.values import LonLat, PlaceCandidate
from dispatch.live.board import LiveBoard
from dispatch.live.positions import PositionHub
from dispatch.replay.audited import AuditedPast
from dispatch.store.photos import PhotoFiles
from dispatch.store.rejected import RejectedLog
from dispatch.store.sessions import Sessions
from dispatch.store.timeline import Timelines
from dispatch.store.users import Users
from dispatch.usecases.command_line.send import CommandLine
from dispatch.usecases.cover.cover_around import FindCover, find_no_cover
from dispatch.usecases.cover.coverage import Coverage
from dispatch.usecases.entry.drafts import DraftBoard
from dispatch.usecases.hospitals.choose_hospital import HospitalAdviser, know_no_hospitals
from dispatch.usecases.places.learnt_places import LearntPlaces
from dispatch.usecases.places.whose import FindWhose, know_nothing
from dispatch.usecases.planning.who_could import FindWho, WhoCould
from dispatch.usecases.roads.find_reach import FindReach, find_no_reach
from dispatch.usecases.roads.find_way import FindWay, WayFinder
from dispatch.usecases.supervision.compare_policies import PolicyComparisons
from dispatch.usecases.supervision.look_back import LookBack
from dispatch.usecases.supervision.supervise import Supervision
from dispatch.usecases.tours.tour_work import TourWork

Body = dict[str, object]

Prepare = Callable[[Body, str, Actor], Awaitable[Command]]
"""(body as sent, command_id, actor) → the command as the rules take it; raises Refused."""

Geocode = Callable[[str, LonLat | None], Awaitable[tuple[PlaceCandidate, ...]]]
"""(words, near) → candidates, best first."""

KeepLook = Callable[[str, Body], Awaitable[None]]
"""(who, at what): a look at a picture is kept."""


@dataclass(frozen=True)
class EdgeSettings:
    """How this centre is reached and named. `origins` are the pages that may open sockets; the address a
    request came to is always one of them. `bounds` is west, south, east, north of the city, if known."""

    mode: str = "demo"
    origins: frozenset[str] = frozenset()
    session_hours: int = 13
    secure_cookies: bool = False
    frontend_dir: Path | None = None
    basemap: Path | None = None
    bounds: tuple[float, float, float, float] | None = None
    city: Body = field(default_factory=dict)
    trusted_proxies: tuple[str, ...] = ()


async def find_nobody(words: str, near: LonLat | None, agencies: Sequence[str]) -> WhoCould:
    """Where no fleet is known yet."""
    return WhoCould(place=None, others=0, arrivals=(), degraded=False)


@dataclass(frozen=True)
class ApiDeps:
    """Every collaborator of the edge."""

    clock: Clock
    core: CorePort
    board: LiveBoard
    positions: PositionHub
    book: CodeBook
    users: Users
    sessions: Sessions
    rejected: RejectedLog
    timelines: Timelines
    passwords: Passwords
    signer: Signer
    prepare: Prepare
    geocode: Geocode
    learnt: LearntPlaces
    command_line: CommandLine
    supervision: Supervision
    coverage: Coverage
    past: AuditedPast
    photos: PhotoFiles
    keep_look: KeepLook
    drafts: DraftBoard
    look_back: LookBack
    comparisons: PolicyComparisons
    tours: TourWork
    settings: EdgeSettings
    find_way: FindWay = WayFinder(None).find
    find_who: FindWho = find_nobody
    find_reach: FindReach = find_no_reach
    find_cover: FindCover = find_no_cover
    find_whose: FindWhose = know_nothing
    hospitals: HospitalAdviser = field(default_factory=know_no_hospitals)
