"""A file beside the road graph is there whole or not at all, and is believed only as it was written."""

import hashlib
import os
import tempfile
from pathlib import Path

_DIGEST_BYTES = hashlib.sha256().digest_size


class FileDamaged(Exception):
    """A file is not what `put_in_place` wrote: damaged since, or of another version."""


def put_in_place(path: Path, content: bytes) -> None:
    """Writes a file in one step for whoever reads it meanwhile. Raises OSError."""
    descriptor, name = tempfile.mkstemp(prefix=f".{path.name}-", dir=path.parent)
    try:
        with os.fdopen(descriptor, "wb") as file:
            # What the disk does to a number between two others, nothing but a digest finds out.
            file.write(hashlib.sha256(content).digest())
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        Path(name).chmod(0o644)
        Path(name).replace(path)
    finally:
        Path(name).unlink(missing_ok=True)  # still there only where it could not be put in place


def read_back(path: Path) -> bytes:
    """The content of a file that `put_in_place` wrote. Raises OSError and FileDamaged."""
    whole = path.read_bytes()
    digest, content = whole[:_DIGEST_BYTES], whole[_DIGEST_BYTES:]
    if hashlib.sha256(content).digest() != digest:
        raise FileDamaged("damaged, or of another version")
    return content
