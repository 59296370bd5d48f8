"""TypeScript types of everything that crosses the edge, from the same schemas as the documents."""

import json

from dispatch.api.errors import load_errors
from dispatch.api.protocol.client_commands import CLIENT_COMMANDS
from dispatch.api.protocol.frames import PROTOCOL
from dispatch.api.protocol.schemas import (
    CHANNEL_FRAMES,
    ROW_BODIES,
    Schema,
    list_frames,
    make_schemas,
)

_PRIMITIVES = {
    "string": "string",
    "integer": "number",
    "number": "number",
    "boolean": "boolean",
    "null": "null",
}

_HEAD = """\
// Made by `python -m dispatch.api.protocol.generate` from the frames of the server. Do not edit.
/* eslint-disable */
"""


def write_types() -> str:
    """The whole file."""
    schemas = make_schemas()
    written_by_clients = _list_written_by_clients(schemas)
    parts = [_HEAD, f"export const PROTOCOL = {PROTOCOL};\n"]
    for name, schema in sorted(schemas.items()):
        parts.append(_declare(name, schema, name in written_by_clients))
    parts.append(_declare_rows())
    parts.append(_declare_unions())
    codes = " |\n  ".join(json.dumps(code) for code in sorted(load_errors()))
    parts.append(f"/** Codes of the error table. */\nexport type ErrorCode =\n  {codes};\n")
    return "\n".join(parts)


def _list_written_by_clients(schemas: dict[str, Schema]) -> set[str]:
    """Names whose fields with defaults a client may leave out; from the server every field comes."""
    inbound = {frame.__name__ for to_server, _ in CHANNEL_FRAMES.values() for frame in list_frames(to_server)}
    inbound |= {kind.__name__ for kind in CLIENT_COMMANDS.values()}
    # Values that only clients write; those that rows carry too come whole.
    return inbound | {"ToldPlace", "Fix", "Have"}


def _declare(name: str, schema: Schema, written_by_client: bool) -> str:
    comment = _comment(schema.get("description", ""))
    if schema.get("type") != "object" or "properties" not in schema:
        return f"{comment}export type {name} = {_type(schema)};\n"
    required = set(schema.get("required", ()))
    lines = []
    for field, of in schema["properties"].items():
        # What has no default either is left out where there is nothing of it.
        may_lack = field not in required and (written_by_client or "default" not in of)
        mark = "?" if may_lack else ""
        lines.append(f"  {field}{mark}: {_type(of)};\n")
    return f"{comment}export interface {name} {{\n{''.join(lines)}}}\n"


def _comment(text: str) -> str:
    flat = " ".join(text.split()).replace("*/", "* /")
    return f"/** {flat} */\n" if flat else ""


def _type(schema: Schema) -> str:
    if "$ref" in schema:
        return str(schema["$ref"]).rpartition("/")[2]
    if "anyOf" in schema:
        return " | ".join(dict.fromkeys(_type(one) for one in schema["anyOf"]))
    if "enum" in schema:
        return " | ".join(json.dumps(value) for value in schema["enum"])
    kind = schema.get("type")
    if kind == "array":
        return _array(schema)
    if kind == "object":
        values = schema.get("additionalProperties")
        return f"Record<string, {_type(values) if isinstance(values, dict) else 'unknown'}>"
    return _PRIMITIVES.get(str(kind), "unknown")


def _array(schema: Schema) -> str:
    if "prefixItems" in schema:
        return f"[{', '.join(_type(item) for item in schema['prefixItems'])}]"
    item = _type(schema["items"]) if isinstance(schema.get("items"), dict) else "unknown"
    return f"({item})[]" if " | " in item else f"{item}[]"


def _declare_rows() -> str:
    lines = "".join(f"  {kind}: {body.__name__};\n" for kind, body in ROW_BODIES.items())
    return (
        f"/** Kind of a row → its body. */\nexport interface RowBodies {{\n{lines}}}\n\n"
        "export type RowKind = keyof RowBodies;\n\n"
        "/** A row whose kind tells its body. */\n"
        "export type Row = { [K in RowKind]: { kind: K; id: string; version: number; body: RowBodies[K] } }"
        "[RowKind];\n"
    )


def _declare_unions() -> str:
    lines = []
    for channel, (to_server, from_server) in CHANNEL_FRAMES.items():
        for way, union in (("From", to_server), ("To", from_server)):
            names = " | ".join(frame.__name__ for frame in list_frames(union))
            lines.append(f"export type {way}{channel.title()} = {names};\n")
    return "".join(lines)
