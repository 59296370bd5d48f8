"""The protocol as an AsyncAPI 3 document: enough for a stranger to write a working client."""

import json
from importlib import resources

import yaml

from dispatch.api.errors import load_errors
from dispatch.api.protocol.frames import PROTOCOL, Frame
from dispatch.api.protocol.schemas import CHANNEL_FRAMES, REF, Schema, list_frames, make_schemas, tag_of

SUMMARIES = {
    "console": "Screens of the room: what their agencies may see as numbered changes; positions; commands.",
    "unit": "Devices of units and stations: the outbox in order, statuses, positions.",
    "report": "Devices of reporters: send reports and later words, follow what became of them.",
    "exchange": "Telephone exchanges: calls ring, are answered, held, transferred, hung up.",
}


def describe_protocol() -> str:
    """The document as YAML. The same code always gives the same text."""
    guide = resources.files("dispatch.api.protocol").joinpath("guide.md").read_text(encoding="utf-8")
    document = {
        "asyncapi": "3.0.0",
        "info": {
            "title": "Emergency response centre: reports, units, consoles, telephone exchanges",
            "version": f"{PROTOCOL}.0.0",
            "license": {"name": "Apache-2.0", "url": "https://www.apache.org/licenses/LICENSE-2.0"},
            "description": f"{guide}\n{_describe_errors()}",
        },
        "defaultContentType": "application/json",
        "servers": {
            "centre": {
                "host": "{host}",
                "protocol": "wss",
                "description": "Plain `ws` only on the centre's own machine.",
                "variables": {"host": {"default": "127.0.0.1:8080"}},
            }
        },
        "channels": {channel: _describe_channel(channel) for channel in CHANNEL_FRAMES},
        "operations": _describe_operations(),
        "components": {"messages": _describe_messages(), "schemas": _describe_schemas()},
    }
    return yaml.dump(document, Dumper=_Dumper, allow_unicode=True, sort_keys=False, width=110)


def _describe_channel(channel: str) -> Schema:
    names = sorted({frame.__name__ for union in CHANNEL_FRAMES[channel] for frame in list_frames(union)})
    return {
        "address": f"/ws/{channel}",
        "summary": SUMMARIES[channel],
        "messages": {name: {"$ref": f"#/components/messages/{name}"} for name in names},
    }


def _describe_operations() -> Schema:
    operations: Schema = {}
    for channel, (to_server, from_server) in CHANNEL_FRAMES.items():
        # An AsyncAPI document speaks for its application, here the centre: it receives what clients send.
        for action, verb, union in (("receive", "Take", to_server), ("send", "Give", from_server)):
            operations[f"{channel}{verb}s"] = {
                "action": action,
                "channel": {"$ref": f"#/channels/{channel}"},
                "messages": [
                    {"$ref": f"#/channels/{channel}/messages/{frame.__name__}"}
                    for frame in list_frames(union)
                ],
            }
    return operations


def _list_all_frames() -> list[type[Frame]]:
    every = [frame for pair in CHANNEL_FRAMES.values() for union in pair for frame in list_frames(union)]
    return sorted(dict.fromkeys(every), key=lambda frame: frame.__name__)


def _describe_messages() -> Schema:
    return {
        frame.__name__: {
            "name": tag_of(frame),
            "title": frame.__name__,
            "summary": _flat(frame.__doc__ or "").partition(". ")[0],
            "payload": {"$ref": REF.format(name=frame.__name__)},
        }
        for frame in _list_all_frames()
    }


def _describe_schemas() -> Schema:
    schemas: Schema = json.loads(json.dumps(make_schemas()))
    for schema in schemas.values():
        if "description" in schema:
            schema["description"] = _flat(schema["description"])
    return schemas


def _describe_errors() -> str:
    """The error table as Markdown."""
    lines = [
        "## Error table",
        "",
        "`close` is the code the connection is closed with; without it the connection goes on. `retry` is",
        "the pause in seconds after which the same frame may be sent again; without it the answer is final.",
        "",
        "| code | HTTP | close | retry | text |",
        "|---|---|---|---|---|",
    ]
    for code, row in sorted(load_errors().items()):
        retry = "" if row.retry_s is None else f"{row.retry_s:g}"
        lines.append(f"| {code} | {row.http} | {row.close or ''} | {retry} | {row.en} |")
    return "\n".join(lines) + "\n"


def _flat(text: str) -> str:
    return " ".join(text.split())


class _Dumper(yaml.SafeDumper):
    """Long texts as blocks, everything else as usual; equal parts are written out, not referred to."""

    def ignore_aliases(self, data: object) -> bool:
        return True

    def represent_text(self, text: str) -> yaml.ScalarNode:
        return self.represent_scalar("tag:yaml.org,2002:str", text, style="|" if "\n" in text else None)


_Dumper.add_representer(str, _Dumper.represent_text)
