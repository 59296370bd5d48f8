"""The centre's state over HTTP: snapshots, codes, timelines, places, the command line."""

import asyncio
import gzip
from typing import cast

import msgspec
from fastapi import APIRouter, Request
from pydantic import BaseModel, Field
from starlette.responses import FileResponse, Response
from uuid6 import uuid7

from dispatch.api.auth.principal import Principal
from dispatch.api.deps import ApiDeps, Body
from dispatch.api.errors import ApiError, fill_error
from dispatch.api.http.guard import ChiefReader, Deps, Reader, RoomReader, RoomWriter, answer_json
from dispatch.api.protocol.frames import Snapshot
from dispatch.core.port import CoreUnavailable
from dispatch.domain.model.values import LonLat
from dispatch.live.board import LiveBoard
from dispatch.live.log_lines import draw_line, find_subject
from dispatch.live.positions import BadPosition, check_position
from dispatch.live.rights import Rights
from dispatch.live.wire import RowOut
from dispatch.usecases.command_line.reading import Seen


class GeocodeRequest(BaseModel):
    """Words as heard, and a position they are probably near: [lon, lat]."""

    text: str = Field(max_length=1000)
    near: tuple[float, float] | None = None


class SeenVersions(BaseModel):
    """The versions that stood on the screen when the line was echoed."""

    incident_id: str
    version: int
    recommendation_version: int | None = None


class LineRequest(BaseModel):
    """A typed line. `dry_run` only reads it; `line_id` (UUIDv7) makes a repeat harmless."""

    line: str = Field(max_length=4000)
    selected: str | None = None
    dry_run: bool = False
    line_id: str | None = None
    seen: SeenVersions | None = None


class Snapshots:
    """Compressed snapshots, shared by sessions of equal rights as long as nothing has changed."""

    def __init__(self, board: LiveBoard) -> None:
        self._board = board
        self._held: dict[frozenset[str], tuple[int, bytes]] = {}
        self._making: dict[frozenset[str], asyncio.Task[tuple[int, bytes]]] = {}
        board.when_forgetting(self._forget)

    async def get(self, rights: Rights, after: int) -> bytes:
        """gzip of a snapshot whose seq is at least `after`."""
        held = self._held.get(rights.agencies)
        while held is None or held[0] < min(after, self._board.head.seq):
            held = await self._make_shared(rights)
        return held[1]

    def _forget(self) -> None:
        """What is held, and what is being made, may hold words that were erased."""
        self._held.clear()
        self._making.clear()

    async def _make_shared(self, rights: Rights) -> tuple[int, bytes]:
        making = self._making.get(rights.agencies)
        if making is None:
            making = asyncio.create_task(self._make(rights))
            self._making[rights.agencies] = making
        return await making

    async def _make(self, rights: Rights) -> tuple[int, bytes]:
        try:
            head = self._board.head
            rows = cast(tuple[RowOut, ...], tuple(self._board.list_visible(rights)))
            snapshot = Snapshot(centre_id=head.centre_id, log_id=head.log_id, seq=head.seq, rows=rows)
            text = msgspec.json.encode(snapshot)
            made = (head.seq, await asyncio.to_thread(gzip.compress, text, 1))
            if self._making.get(rights.agencies) is asyncio.current_task():
                self._held[rights.agencies] = made
            return made
        finally:
            if self._making.get(rights.agencies) is asyncio.current_task():
                del self._making[rights.agencies]


def make_state_routes(board: LiveBoard) -> APIRouter:
    """What is and was: snapshots, codes, timelines."""
    router = APIRouter()
    snapshots = Snapshots(board)

    @router.get("/api/snapshot")
    async def snapshot(request: Request, principal: RoomReader, after: int = 0) -> Response:
        """Every row the session may see, as of a seq ≥ `after`."""
        packed = await snapshots.get(principal.rights, after)
        headers = {"cache-control": "no-store", "vary": "accept-encoding"}
        if "gzip" in request.headers.get("accept-encoding", ""):
            return Response(packed, headers={**headers, "content-encoding": "gzip"}, media_type=_JSON)
        return Response(gzip.decompress(packed), headers=headers, media_type=_JSON)

    @router.get("/api/codes")
    async def codes(principal: Reader, deps: Deps) -> Response:
        """The code tables: agencies, types, plans, capabilities, outcomes, reasons."""
        return answer_json(deps.book)

    @router.get("/api/incidents/{incident_id}/timeline")
    async def timeline(incident_id: str, principal: RoomReader, deps: Deps) -> Response:
        """Every event of an incident, as the session may see it."""
        return answer_json(
            {"incident_id": incident_id, "log": await draw_timeline(deps, principal, incident_id)}
        )

    return router


def make_work_routes() -> APIRouter:
    """Places, the command line, what was rejected."""
    router = APIRouter()

    @router.post("/api/geocode")
    async def geocode(wanted: GeocodeRequest, principal: RoomWriter, deps: Deps) -> Response:
        """Places the words may mean, best first."""
        near = check_near(wanted.near) if wanted.near else None
        return answer_json({"candidates": await deps.geocode(wanted.text, near)})

    @router.post("/api/command-line")
    async def command_line(wanted: LineRequest, principal: RoomWriter, deps: Deps) -> Response:
        """Read a typed line, and carry it out unless `dry_run`."""
        return answer_json(await run_line(deps, principal, wanted))

    @router.get("/api/rejected")
    async def rejected(principal: ChiefReader, deps: Deps) -> Response:
        """What could not be accepted lately, for supervisors and administrators."""
        kept = await deps.rejected.list_recent()
        return answer_json(
            [{**msgspec.structs.asdict(r), "frame": r.frame.decode(errors="replace")} for r in kept]
        )

    return router


def make_city_routes() -> APIRouter:
    """What anybody may know of the city."""
    router = APIRouter()

    @router.get("/api/city")
    async def city(deps: Deps) -> Response:
        """The city's name, bounds, sources and their dates; whether it is generated."""
        return answer_json({**deps.settings.city, "mode": deps.settings.mode})

    @router.get("/basemap.pmtiles")
    async def basemap(deps: Deps) -> Response:
        """The map's tiles in one file, read in ranges."""
        path = deps.settings.basemap
        if path is None or not path.exists():
            raise ApiError("not_found", what="basemap.pmtiles")
        return FileResponse(path, media_type="application/octet-stream")

    return router


_JSON = "application/json"


def check_near(lon_lat: tuple[float, float]) -> LonLat:
    """The position itself. Raises ApiError `bad_position`, for one that is swapped too."""
    lon, lat = lon_lat
    try:
        check_position(lon, lat)
    except BadPosition as fault:
        raise ApiError("bad_position", lon=lon, lat=lat) from fault
    return LonLat(lon, lat)


async def draw_timeline(deps: ApiDeps, principal: Principal, incident_id: str) -> list[object]:
    """Log lines of an incident. Raises ApiError `not_found` for one the rights do not show."""
    row = await deps.timelines.find_incident(incident_id)
    rights = principal.rights
    if row is None or not rights.sees(row):
        raise ApiError("not_found", what=incident_id)
    events = await deps.timelines.list_events("incident", incident_id)
    opener = deps.board.opener if rights.opens(row) else None
    await deps.board.load_keys(event.payload for event in events)
    return [draw_line(event, find_subject(event, deps.board.find_row), row, opener) for event in events]


async def run_line(deps: ApiDeps, principal: Principal, wanted: LineRequest) -> Body:
    """Read or carry out a line; what the writer refused is told by the error table."""
    line_id = wanted.line_id or str(uuid7())
    seen = Seen(**wanted.seen.model_dump()) if wanted.seen else None
    actor = principal.actor
    if wanted.dry_run:
        reading = await deps.command_line.look(
            wanted.line, actor, line_id, selected=wanted.selected, seen=seen
        )
        return {"line_id": line_id, "reading": reading, "answers": []}
    try:
        sent = await deps.command_line.send(wanted.line, actor, line_id, selected=wanted.selected, seen=seen)
    except CoreUnavailable as unavailable:
        raise ApiError(unavailable.code, wait_s=unavailable.retry_after_s) from unavailable
    answers: list[Body] = [
        {
            "command_id": answer.command_id,
            "seq_first": answer.seq_first,
            "seq_last": answer.seq_last,
            "data": answer.data,
            "error": fill_error(answer.refused, answer.data) if answer.refused else None,
        }
        for answer in sent.answers
    ]
    act = deps.command_line.find_act(actor)
    undo = act.echo if act is not None and act.at == sent.at and answers else None
    return {"line_id": line_id, "reading": sent.reading, "answers": answers, "undo": undo}
