"""JSON Schemas of frames, commands and rows, from the classes themselves.

A sealed value is ciphertext inside the house; a reader sees its clear text, or null where it may not.
"""

from functools import cache
from typing import Any

import msgspec

from dispatch.api.protocol.client_commands import CLIENT_COMMANDS
from dispatch.api.protocol.commands import COMMANDS_BY_CHANNEL
from dispatch.api.protocol.frames import (
    Frame,
    FromConsole,
    FromExchange,
    FromReporter,
    FromUnit,
    Snapshot,
    ToConsole,
    ToExchange,
    ToReporter,
    ToUnit,
)
from dispatch.domain.model.assignment import Assignment, Delivery, Recommendation
from dispatch.domain.model.call import Call
from dispatch.domain.model.desk import Alert, Desk, Seat
from dispatch.domain.model.handover import Handover
from dispatch.domain.model.hospital import Hospital
from dispatch.domain.model.incident import Incident, Leg
from dispatch.domain.model.move import Move
from dispatch.domain.model.person import Person
from dispatch.domain.model.report import Report
from dispatch.domain.model.road_condition import RoadCondition
from dispatch.domain.model.unit import Crew, Station, Unit
from dispatch.domain.model.values import Sealed

Schema = dict[str, Any]

ROW_BODIES: dict[str, type] = {
    "call": Call,
    "report": Report,
    "incident": Incident,
    "leg": Leg,
    "assignment": Assignment,
    "delivery": Delivery,
    "recommendation": Recommendation,
    "station": Station,
    "unit": Unit,
    "crew": Crew,
    "desk": Desk,
    "seat": Seat,
    "alert": Alert,
    "person": Person,
    "handover": Handover,
    "road_condition": RoadCondition,
    "move": Move,
    "hospital": Hospital,
}
"""Kind of row → the entity its body is."""

CHANNEL_FRAMES: dict[str, tuple[Any, Any]] = {
    "console": (FromConsole, ToConsole),
    "unit": (FromUnit, ToUnit),
    "report": (FromReporter, ToReporter),
    "exchange": (FromExchange, ToExchange),
}
"""Channel → (frames to the server, frames from it)."""

REF = "#/components/schemas/{name}"
_OPENED: Schema = {
    "anyOf": [{"type": "string"}, {"type": "null"}],
    "description": "A personal value: its text, or null for readers who may not see it or after erasure.",
}


def list_frames(union: Any) -> list[type[Frame]]:
    """The frame classes of a union."""
    return list(union.__args__)


def tag_of(struct: type) -> str:
    """The value of the tag field that names a frame or command."""
    info = msgspec.inspect.type_info(struct)
    assert isinstance(info, msgspec.inspect.StructType)
    return str(info.tag)


@cache
def make_schemas() -> dict[str, Schema]:
    """Name → JSON Schema (draft 2020-12) of everything that crosses the edge."""
    types: list[Any] = [
        frame for pair in CHANNEL_FRAMES.values() for union in pair for frame in list_frames(union)
    ]
    types += list(CLIENT_COMMANDS.values())
    types += [Snapshot, *ROW_BODIES.values()]
    _, components = msgspec.json.schema_components(
        list(dict.fromkeys(types)), ref_template=REF, schema_hook=_any_value
    )
    schemas: dict[str, Schema] = dict(sorted(components.items()))
    for name, command in CLIENT_COMMANDS.items():
        schemas[command.__name__].setdefault("title", name)
    schemas[Sealed.__name__] = {**_OPENED, "title": Sealed.__name__}
    schemas["RowOut"]["properties"]["body"] = {
        "description": "The entity: by `kind`, the schema of that name.",
        "anyOf": [{"$ref": REF.format(name=struct.__name__)} for struct in ROW_BODIES.values()],
    }
    for field, struct in (("assignment", Assignment), ("incident", Incident), ("leg", Leg), ("move", Move)):
        schemas["DeliveryFrame"]["properties"][field] = {
            "anyOf": [{"$ref": REF.format(name=struct.__name__)}, {"type": "null"}],
            "default": None,
        }
    for channel, commands in COMMANDS_BY_CHANNEL.items():
        schemas[f"{channel.title()}Command"] = {
            "title": f"{channel.title()}Command",
            "description": f"What the body of a command may be on /ws/{channel}.",
            "anyOf": [{"$ref": REF.format(name=CLIENT_COMMANDS[tag].__name__)} for tag in sorted(commands)],
        }
    return schemas


def _any_value(kind: type) -> Schema:
    """`object` is any JSON value; nothing else lacks a schema of its own."""
    if kind is not object:
        raise TypeError(f"no schema for {kind}")
    return {"description": "any JSON value"}
