"""The published protocol is what the code speaks."""

import ast
import inspect
from typing import Any

import msgspec
import pytest
import yaml
from jsonschema import Draft202012Validator

from dispatch import client
from dispatch.api.errors import load_errors
from dispatch.api.protocol.commands import COMMANDS_BY_CHANNEL
from dispatch.api.protocol.frames import Ack, Changes, CommandFrame, Hello, Welcome
from dispatch.api.protocol.generate import list_stale, make_files
from dispatch.api.protocol.schemas import CHANNEL_FRAMES, list_frames, make_schemas, tag_of
from dispatch.domain.kernel import COMMANDS
from dispatch.live.wire import RowOut

THE_CENTRES_OWN = {
    "timers.run", "recommendation.record", "recommendation.suggest", "recommendation.confirm",
    "report.note_duplicates",
    "report.finish_text",
    "assignment.revise_eta", "road_condition.count", "move.propose", "cover.record",
    "assignment.record_arrival",
        "hospital.register",
    "automatic.arm", "automatic.take_up",
}  # fmt: skip
BY_HTTP = {"incident.add_photo", "report.add_photo"}
"""Pictures are too large for a frame: the upload asks for these."""


def document() -> dict[str, Any]:
    """The AsyncAPI document as a stranger reads it."""
    text = next(text for path, text in make_files().items() if path.suffix == ".yaml")
    parsed = yaml.safe_load(text)
    assert isinstance(parsed, dict)
    return parsed


def validator(name: str) -> Draft202012Validator:
    """Of one schema of the document, with its references."""
    schemas = document()["components"]["schemas"]
    return Draft202012Validator({"$ref": f"#/components/schemas/{name}", "components": {"schemas": schemas}})


def test_the_generated_files_are_what_the_code_writes() -> None:
    assert list_stale() == [], "run python -m dispatch.api.protocol.generate"


def test_every_frame_of_every_channel_stands_in_the_document() -> None:
    described = document()
    for channel, unions in CHANNEL_FRAMES.items():
        frames = {frame.__name__ for union in unions for frame in list_frames(union)}
        assert described["channels"][channel]["messages"].keys() == frames
        assert described["channels"][channel]["address"] == f"/ws/{channel}"
    names = {message["name"] for message in described["components"]["messages"].values()}
    assert len(names) == len(described["components"]["messages"])


def test_every_reference_of_the_document_leads_somewhere() -> None:
    described = document()

    def walk(value: object) -> None:
        if isinstance(value, dict):
            target = value.get("$ref")
            if isinstance(target, str):
                found: Any = described
                for step in target.removeprefix("#/").split("/"):
                    found = found[step]
            for item in value.values():
                walk(item)
        elif isinstance(value, list):
            for item in value:
                walk(item)

    walk(described)


def test_every_schema_is_a_valid_json_schema() -> None:
    for schema in make_schemas().values():
        Draft202012Validator.check_schema(schema)


def test_every_error_code_stands_in_the_document() -> None:
    text = document()["info"]["description"]
    assert [code for code in load_errors() if f"| {code} |" not in text] == []


def test_every_command_of_the_rules_has_a_channel_or_an_upload_or_is_the_centres_own() -> None:
    taken = {tag for commands in COMMANDS_BY_CHANNEL.values() for tag in commands}
    assert taken | THE_CENTRES_OWN | BY_HTTP == COMMANDS.keys()
    assert not taken & (THE_CENTRES_OWN | BY_HTTP)


@pytest.mark.parametrize(
    "frame",
    [
        Hello(protocol=1, ticket="x"),
        CommandFrame(command_id="x", body={"type": "leg.see", "leg_id": "x"}),
        Ack(command_id="x", seq_first=1, seq_last=2),
        Changes(prev=1, seq=2, gone=(("unit", "u0"),)),
    ],
)
def test_encoded_frames_satisfy_their_schemas(frame: msgspec.Struct) -> None:
    validator(type(frame).__name__).validate(msgspec.json.decode(msgspec.json.encode(frame)))


def test_a_schema_refuses_a_frame_of_another_shape() -> None:
    assert list(validator("Welcome").iter_errors({"t": "welcome", "session": 5}))
    assert tag_of(Welcome) == "welcome"


def test_a_row_names_its_body() -> None:
    row = RowOut(kind="unit", id="u0", version=1, body=msgspec.Raw(b"{}"))
    assert list(validator("RowOut").iter_errors(msgspec.json.decode(msgspec.json.encode(row))))


def test_the_client_knows_nothing_of_the_house() -> None:
    for name in ("account", "link", "console", "unit", "reporter", "exchange", "telephone_double"):
        source = inspect.getsource(getattr(client, name))
        for node in ast.walk(ast.parse(source)):
            if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("dispatch"):
                assert (node.module or "").startswith("dispatch.client"), (name, node.module)
