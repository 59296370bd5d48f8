"""A command frame → the writer → its answer. The same for every channel and for the public page."""

import re
from datetime import datetime
from typing import cast

import msgspec

from dispatch.api.auth.principal import Principal
from dispatch.api.deps import ApiDeps, Body
from dispatch.api.errors import ApiError, fill_error, find_row
from dispatch.api.protocol.frames import Ack, CommandFrame, RefusedFrame
from dispatch.api.ws.channel import Channel
from dispatch.channels.told_place import soften_place
from dispatch.core.port import Answer, CoreUnavailable, Submission
from dispatch.domain.model.messages import Refused
from dispatch.domain.model.values import TimeSource
from dispatch.store.errors import NotStorable, StoreError

_UUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.IGNORECASE)
_CANONICAL = msgspec.json.Encoder(order="sorted")
_NUL = rb"\u0000"
"""The one character that JSON can say and PostgreSQL cannot keep. It is cleaned out of words; elsewhere it
would only be found out by the commit."""


async def submit_frame(
    deps: ApiDeps,
    channel: Channel,
    principal: Principal,
    frame: CommandFrame,
    occurred_at: datetime,
    received_at: datetime,
) -> Ack | RefusedFrame:
    """Carry one command out. Raises ApiError for what the edge itself turns down."""
    tag = frame.body.get("type")
    if tag not in channel.commands:
        raise ApiError("command_not_here", type=str(tag)[:80])
    source = _find_source(channel, frame.source)
    undoable = channel.name == "console"
    answer, notices = await submit_body(
        deps, principal, frame.command_id, frame.body, occurred_at, received_at, source, undoable=undoable
    )
    if answer.refused is not None:
        error = fill_error(answer.refused, answer.data)
        retry_s = find_row(answer.refused).retry_s
        return RefusedFrame(command_id=frame.command_id, error=error, retry_s=retry_s)
    data = {**answer.data, "notices": notices} if notices else answer.data
    return Ack(command_id=frame.command_id, seq_first=answer.seq_first, seq_last=answer.seq_last, data=data)


async def submit_body(
    deps: ApiDeps,
    principal: Principal,
    command_id: str,
    body: Body,
    occurred_at: datetime,
    received_at: datetime,
    source: TimeSource,
    *,
    undoable: bool = False,
) -> tuple[Answer, list[Body]]:
    """Prepare and submit; gives the writer's answer and notices for the sender. With `undoable` the act is
    kept for undo, and the answer's data say in `undo` what would be undone.

    Raises ApiError for a malformed id or body and when the writer cannot answer now.
    """
    if not _UUID.fullmatch(command_id):
        raise ApiError("malformed_command_id")
    softened, fault, (lon, lat) = soften_place(body, deps.settings.bounds)
    notices = [] if fault is None else [_to_notice(fault, lon, lat)]
    content = _CANONICAL.encode(body)
    try:
        command = await deps.prepare(softened, command_id, principal.actor)
        if _NUL in content and _NUL in msgspec.json.encode(command):
            raise ApiError("malformed_command", type=body.get("type"), fault="U+0000")
        act = deps.command_line.begin_act(command, principal.actor) if undoable else None
        answer = await deps.core.submit(
            Submission(
                command_id=command_id.lower(),
                actor=principal.actor,
                command=command,
                occurred_at=occurred_at,
                received_at=received_at,
                source=source,
                digest=deps.signer.digest(content),
            )
        )
    except Refused as refusal:
        raise ApiError(refusal.code, **refusal.data) from refusal
    except CoreUnavailable as unavailable:
        raise ApiError(unavailable.code, wait_s=unavailable.retry_after_s) from unavailable
    except NotStorable as error:
        raise ApiError("malformed_command", type=body.get("type"), fault="U+0000") from error
    except StoreError as error:
        raise ApiError("storage_unavailable") from error
    if act is not None and answer.refused is None:
        deps.command_line.keep_act(act, principal.actor)
        answer = msgspec.structs.replace(answer, data={**answer.data, "undo": msgspec.to_builtins(act.echo)})
    return answer, notices


def _to_notice(code: str, lon: object, lat: object) -> Body:
    return cast(Body, msgspec.to_builtins(fill_error(code, {"lon": lon, "lat": lat})))


def _find_source(channel: Channel, claimed: str | None) -> TimeSource:
    """Who says when it happened; the channel's own source unless another of its sources is claimed."""
    if claimed is None:
        return channel.sources[0]
    for source in channel.sources:
        if source.value == claimed:
            return source
    raise ApiError("malformed_frame", fault=f"source `{claimed[:40]}` - at `$.source`")
