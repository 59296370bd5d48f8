"""Writes what is made from the frames: `python -m dispatch.api.protocol.generate`."""

import json
import sys
from pathlib import Path

from dispatch.api.protocol.asyncapi import describe_protocol
from dispatch.api.protocol.place import PROJECT
from dispatch.api.protocol.schemas import make_schemas
from dispatch.api.protocol.typescript import write_types


def make_files() -> dict[Path, str]:
    """Path in the project → text."""
    schemas = json.dumps(
        {"$schema": "https://json-schema.org/draft/2020-12/schema", "$defs": _local(make_schemas())},
        ensure_ascii=False,
        indent=1,
    )
    return {
        PROJECT / "docs" / "protocol" / "asyncapi.yaml": describe_protocol(),
        PROJECT / "docs" / "protocol" / "schemas.json": schemas + "\n",
        PROJECT / "frontend" / "src" / "protocol" / "types.gen.ts": write_types(),
    }


def list_stale() -> list[Path]:
    """Files that are not what the code would write now."""
    return [
        path
        for path, text in make_files().items()
        if not path.exists() or path.read_text(encoding="utf-8") != text
    ]


def _local(schemas: dict[str, dict[str, object]]) -> object:
    """The schemas with references into one file of definitions."""
    return json.loads(json.dumps(schemas).replace("#/components/schemas/", "#/$defs/"))


def main() -> None:
    """Write every file that is stale, and name it."""
    files = make_files()
    for path in list_stale():
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(files[path], encoding="utf-8")
        sys.stdout.write(f"{path.relative_to(PROJECT)}\n")


if __name__ == "__main__":
    main()
