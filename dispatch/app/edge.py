"""What the edge works with."""

from dispatch.agencies.hospitals import load_hospital_rules
from dispatch.agencies.targets import load_targets
from dispatch.api.auth.passwords import Passwords
from dispatch.api.auth.tokens import Signer
from dispatch.api.deps import ApiDeps, EdgeSettings
from dispatch.app.parts import Parts
from dispatch.domain.model.caller_text import BY_HAND, GATEWAY
from dispatch.live.board import LiveBoard
from dispatch.live.positions import PositionHub
from dispatch.replay.audited import AuditedPast
from dispatch.settings import PROJECT, Settings
from dispatch.store.audit import Audit
from dispatch.store.clock_times import ClockTimes
from dispatch.store.day_counts import DayCounts
from dispatch.store.drafts import DraftStore
from dispatch.store.early_fixes import EarlyFixes
from dispatch.store.history import History
from dispatch.store.photos import PhotoFiles
from dispatch.store.rejected import RejectedLog
from dispatch.store.sessions import Sessions
from dispatch.store.timeline import Timelines
from dispatch.store.users import Users
from dispatch.usecases.command_line.keep import keep_in
from dispatch.usecases.command_line.send import CommandLine
from dispatch.usecases.command_line.weigh_hospitals import use_hospitals
from dispatch.usecases.cover.cover_around import CoverAround
from dispatch.usecases.cover.coverage import Coverage
from dispatch.usecases.entry.drafts import DraftBoard
from dispatch.usecases.entry.prepare import Preparer
from dispatch.usecases.hospitals.choose_hospital import HospitalAdviser
from dispatch.usecases.places.whose import WhoseFinder
from dispatch.usecases.planner import Planner
from dispatch.usecases.planning.who_could import WhoFinder
from dispatch.usecases.roads.find_reach import ReachFinder
from dispatch.usecases.roads.find_way import WayFinder
from dispatch.usecases.supervision.compare_policies import make_comparisons
from dispatch.usecases.supervision.keep_looks import keep_looks
from dispatch.usecases.supervision.look_back import LookBack
from dispatch.usecases.supervision.supervise import Supervision
from dispatch.usecases.tours.tour_work import TourPlanning, TourWork
from dispatch.usecases.unit_positions import find_position_in
from gis.city import CityPack
from gis.zones import load_zones


def make_deps(parts: Parts, planner: Planner) -> ApiDeps:
    """Every collaborator of the edge; `planner` answers always, by straight line where it must."""
    settings, pool, book, picture, client = (
        parts.settings,
        parts.pool,
        parts.book,
        parts.picture,
        parts.client,
    )
    now, positions, audit, timelines = parts.clock.now, PositionHub(), Audit(pool), Timelines(pool)
    geocode, find = parts.places.for_screen, find_position_in(positions)
    prepare = _make_preparer(parts).prepare
    line = CommandLine(parts.writer, picture, book, prepare=prepare, keep=keep_in(audit), now=now)
    hospitals = HospitalAdviser(picture, load_hospital_rules(), client, find_position=find, now=now)
    coverage = Coverage(lambda: load_zones(pool), find, parts.pack.folder, book).by_road(client)
    live = settings.instance.mode == "live"
    return ApiDeps(
        clock=parts.clock,
        core=parts.writer,
        board=LiveBoard(parts.writer, parts.vault, timelines.find_past_visibility),
        positions=positions,
        book=book,
        users=Users(pool),
        sessions=Sessions(pool),
        rejected=RejectedLog(pool),
        timelines=timelines,
        passwords=Passwords(),
        signer=Signer(parts.secret),
        prepare=use_hospitals(line, prepare, hospitals),
        geocode=geocode,
        learnt=parts.places.look_after(pool, audit, now),
        command_line=line,
        supervision=Supervision(ClockTimes(pool), DayCounts(pool), book, load_targets()),
        coverage=coverage,
        past=AuditedPast(parts.past, audit, parts.clock, live=live),
        photos=PhotoFiles(settings.photos.folder, parts.vault),
        keep_look=keep_looks(audit, now),
        drafts=DraftBoard(DraftStore(pool, parts.vault)),
        look_back=LookBack(parts.vault, History(pool), picture, now),
        comparisons=make_comparisons(settings.comparisons.folder, pool, audit, book, now, parts.past),
        tours=TourWork(TourPlanning(settings.tours.folder, now), geocode, audit, now),
        settings=_make_edge_settings(settings, parts.pack),
        find_way=WayFinder(client).find,
        find_who=WhoFinder(picture, book, geocode=geocode, planner=planner, find_position=find, now=now).find,
        find_reach=ReachFinder(picture, client, find_position=find, now=now).find,
        find_cover=CoverAround(picture, client, find_position=find, now=now).find,
        find_whose=WhoseFinder(pool, book, picture, now, made_up=not live).find,
        hospitals=hospitals,
    )


def _make_preparer(parts: Parts) -> Preparer:
    settings, box = parts.settings, parts.pack.bbox
    return Preparer(
        parts.vault,
        parts.picture,
        EarlyFixes(parts.pool, parts.clock.now),
        secret=parts.secret,
        line_agencies={agency.line: agency.id for agency in parts.book.agencies.values()},
        default_line=settings.instance.default_line,
        texts_go=GATEWAY if settings.notify.text_gateway_url else BY_HAND,
        bounds=(box.west, box.south, box.east, box.north),
    )


def _make_edge_settings(settings: Settings, pack: CityPack) -> EdgeSettings:
    public_url = settings.server.public_url
    return EdgeSettings(
        mode=settings.instance.mode,
        origins=frozenset({public_url} if public_url else ()),
        session_hours=settings.security.session_hours,
        secure_cookies=settings.server.tls_certificate is not None or public_url.startswith("https:"),
        frontend_dir=PROJECT / "frontend" / "dist",
        basemap=pack.basemap,
        bounds=(pack.bbox.west, pack.bbox.south, pack.bbox.east, pack.bbox.north),
        city={
            "name": pack.name,
            "generated": pack.generated,
            "osm_date": pack.osm_date.isoformat() if pack.osm_date else None,
            "attribution": pack.attribution,
            "bounds": list(pack.bbox),
        },
        trusted_proxies=settings.server.trusted_proxies,
    )
