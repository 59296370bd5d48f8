"""The public report page: plain HTML that works without JavaScript, and the receipt."""

import asyncio
import secrets
from importlib import resources

from fastapi import APIRouter, Request
from jinja2 import Environment, PackageLoader, select_autoescape
from starlette.datastructures import UploadFile
from starlette.responses import HTMLResponse, RedirectResponse, Response
from uuid6 import uuid7

from dispatch.api.auth.principal import Principal
from dispatch.api.deps import ApiDeps
from dispatch.api.errors import ApiError, fill_error, find_row
from dispatch.api.http.guard import Deps
from dispatch.api.http.photos import add_photo, subject_of
from dispatch.api.http.sign_in import Gate, address_of
from dispatch.api.ws.intake import submit_body
from dispatch.channels.picture import PICTURE_LIMIT
from dispatch.channels.public_form import PublicForm
from dispatch.domain.ids import derive_id
from dispatch.domain.model.values import TimeSource
from dispatch.live.reports import STAGES as STAGE_NAMES
from dispatch.live.reports import ReportIndex
from dispatch.notify.reporters import STAGES
from dispatch.store.errors import StoreError

DEVICE_COOKIE = "centre_device"
DEVICE_COOKIE_S = 365 * 24 * 3600
SCRIPT = "report.js"
FIELDS_LIMIT = 256 * 1024
"""Bytes of a form beside its picture: the longest words, in letters of three bytes, and the frame."""

PHOTO_OF_FORM = 1
"""Which of the ids that follow from the form's own is its picture's."""

_STAGE_ORDER = STAGE_NAMES[:-1]


class Pages:
    """The rendered pages."""

    def __init__(self) -> None:
        self._templates = Environment(
            loader=PackageLoader("dispatch.api", "pages"),
            autoescape=select_autoescape(["html"]),
            trim_blocks=True,
            lstrip_blocks=True,
        )

    def show(self, template: str, deps: ApiDeps, status: int = 200, **values: object) -> Response:
        """A page in the centre's frame, with the instance's mode on it."""
        text = self._templates.get_template(template).render(
            mode=deps.settings.mode, city=deps.settings.city, lines=_lines(deps), **values
        )
        return HTMLResponse(text, status, headers={"cache-control": "no-store"})


def make_public_routes(gate: Gate, reports: ReportIndex) -> APIRouter:
    """The routes of this file."""
    router = APIRouter(include_in_schema=False)
    pages = Pages()
    script = resources.files("dispatch.api").joinpath("pages", SCRIPT).read_text(encoding="utf-8")

    @router.get("/bao-tin")
    async def form(request: Request, deps: Deps) -> Response:
        return _show_form(pages, deps, request, PublicForm(line=_clean_line(deps, request)), None)

    @router.post("/bao-tin")
    async def send(request: Request, deps: Deps) -> Response:
        sent, photo = PublicForm(), b""
        try:
            sent, photo = await _read_form(request)
            receipt, report_id, principal = await _receive(deps, gate, request, sent)
        except ApiError as error:
            return _show_form(pages, deps, request, sent, error)
        if not photo:
            return RedirectResponse(f"/bao-tin/{receipt}", 303)
        # The report stands, whatever becomes of its picture.
        told = await _add_photo(deps, principal, sent.command_id, report_id, photo)
        return RedirectResponse(f"/bao-tin/{receipt}?photo={told}", 303)

    @router.get(f"/bao-tin/{SCRIPT}")
    async def enhancement() -> Response:
        headers = {"cache-control": "no-cache"}
        return Response(script, media_type="text/javascript; charset=utf-8", headers=headers)

    @router.get("/bao-tin/{receipt}")
    async def receipt_page(receipt: str, request: Request, deps: Deps, photo: str = "") -> Response:
        wait_s = gate.addresses.take(address_of(request), 0.2)
        if wait_s > 0:
            error = ApiError("too_many_tickets", wait_s=round(wait_s + 1))
            return _show_receipt(pages, deps, receipt, None, error)
        stage = await _find_stage(deps, reports, receipt)
        return _show_receipt(pages, deps, receipt, stage, None, photo)

    return router


async def _read_form(request: Request) -> tuple[PublicForm, bytes]:
    """The fields and the picture, if one was chosen. Raises ApiError `photo_too_large` before a body is read
    that can only be too large."""
    length = request.headers.get("content-length", "")
    if not length.isdigit() or int(length) > PICTURE_LIMIT + FIELDS_LIMIT:
        raise ApiError("photo_too_large", limit_mb=PICTURE_LIMIT // 1024**2)
    async with request.form(max_files=1, max_fields=20) as fields:
        photo = fields.get("photo")
        return PublicForm.read(fields), await photo.read() if isinstance(photo, UploadFile) else b""


async def _receive(
    deps: ApiDeps, gate: Gate, request: Request, sent: PublicForm
) -> tuple[str, str, Principal]:
    """Submit the form; gives receipt code, report and sender. The form's own id makes a second click
    harmless."""
    if sent.is_empty:
        raise ApiError("empty_report")
    sent.command_id = sent.command_id or str(uuid7())
    key = sent.device or request.cookies.get(DEVICE_COOKIE) or secrets.token_urlsafe(24)
    principal = gate.admit_device(key, address_of(request))
    now = deps.clock.now()
    answer, _ = await submit_body(
        deps, principal, sent.command_id, sent.to_body(), now, now, TimeSource.SYSTEM
    )
    if answer.refused is not None:
        raise ApiError(answer.refused, **answer.data)
    return str(answer.data["receipt_code"]), str(answer.data["report_id"]), principal


async def _add_photo(
    deps: ApiDeps, principal: Principal, command_id: str, report_id: str, photo: bytes
) -> str:
    """Add the form's picture to its report; gives `kept`, or the code of what stood in the way."""
    body: dict[str, object] = {"type": "report.add_photo", "report_id": report_id}
    photo_id = derive_id(command_id, PHOTO_OF_FORM, principal.id)
    try:
        # The board may be a moment behind the log.
        row = await deps.timelines.find_row("report", report_id)
        if row is None:
            return "not_found"
        await add_photo(deps, principal, body, subject_of(row), photo_id, photo, deps.clock.now())
    except ApiError as error:
        return error.code
    except StoreError:
        return "storage_unavailable"
    return "kept"


async def _find_stage(deps: ApiDeps, reports: ReportIndex, receipt: str) -> str | None:
    """How far the report has come; None for a code nobody was given."""
    report = reports.find_by_receipt(receipt)
    if report is not None:
        return reports.find_stage(report)
    try:
        past = await asyncio.wait_for(deps.timelines.find_past_report(receipt), 5)
    except StoreError as error:
        raise ApiError("storage_unavailable") from error
    if past is None:
        return None
    return "ended" if past.status == "ended" else "closed" if past.status == "attached" else "received"


def _show_form(
    pages: Pages, deps: ApiDeps, request: Request, form: PublicForm, error: ApiError | None
) -> Response:
    form.command_id = form.command_id or str(uuid7())
    known = request.cookies.get(DEVICE_COOKIE) or ""
    form.device = form.device or (known if len(known) >= 16 else secrets.token_urlsafe(24))
    said = fill_error(error.code, error.data) if error else None
    status = find_row(error.code).http if error else 200
    answer = pages.show("form.html", deps, status, form=form, error=said)
    if error is not None and error.retry_s is not None:
        answer.headers["retry-after"] = str(max(1, round(error.retry_s)))
    if form.device != known:
        answer.set_cookie(
            DEVICE_COOKIE,
            form.device,
            max_age=DEVICE_COOKIE_S,
            httponly=True,
            samesite="lax",
            secure=deps.settings.secure_cookies,
            path="/bao-tin",
        )
    return answer


def _show_receipt(
    pages: Pages, deps: ApiDeps, receipt: str, stage: str | None, error: ApiError | None, photo: str = ""
) -> Response:
    if stage is None and error is None:
        error = ApiError("unknown_receipt", receipt=receipt[:40])
    said = fill_error(error.code, error.data) if error else None
    status = find_row(error.code).http if error else 200
    steps = [(name, *STAGES[name], _is_reached(name, stage)) for name in _STAGE_ORDER]
    lost = fill_error(photo, {"limit_mb": PICTURE_LIMIT // 1024**2}) if photo not in ("", "kept") else None
    return pages.show(
        "receipt.html", deps, status, receipt=receipt[:40], stage=stage, error=said, steps=steps,
        told=STAGES.get(stage or ""), photo=photo, photo_lost=lost,
    )  # fmt: skip


def _is_reached(name: str, stage: str | None) -> bool:
    if stage not in _STAGE_ORDER:
        return name == "received" and stage is not None
    return _STAGE_ORDER.index(name) <= _STAGE_ORDER.index(stage)


def _lines(deps: ApiDeps) -> list[tuple[str, str, str]]:
    return [(a.line, (a.public or a.label).vi, (a.public or a.label).en) for a in deps.book.agencies.values()]


def _clean_line(deps: ApiDeps, request: Request) -> str:
    """The line asked for in the address (?line=114), if it exists."""
    line = request.query_params.get("line", "")
    return line if deps.book.find_agency_of_line(line) is not None else ""
