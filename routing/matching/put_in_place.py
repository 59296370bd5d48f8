"""A file beside the road graph is there whole or not at all."""

import os
import tempfile
from pathlib import Path


def put_in_place(path: Path, content: bytes) -> None:
    """Writes a file in one step for whoever reads it meanwhile. Raises OSError."""
    descriptor, name = tempfile.mkstemp(prefix=f".{path.name}-", dir=path.parent)
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        Path(name).chmod(0o644)
        Path(name).replace(path)
    finally:
        Path(name).unlink(missing_ok=True)  # still there only where it could not be put in place
