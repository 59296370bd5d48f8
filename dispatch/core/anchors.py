"""Signed heads of the log in a file outside the database: who rewrites the log cannot rewrite these."""

import base64
import os
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

import msgspec
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey


class Anchor(msgspec.Struct, frozen=True, kw_only=True):
    """The log's head at one moment. `hash` is hex; `signature` (base64) is over all other fields."""

    centre_id: str
    log_id: str
    seq: int
    hash: str
    recorded_at: datetime | None
    signature: str = ""

    def signed_bytes(self) -> bytes:
        """What the signature is over: the fields in order as JSON, the signature empty."""
        return msgspec.json.encode(msgspec.structs.replace(self, signature=""))


class AnchorFile:
    """One anchor a line, only ever appended to, each flushed to the disk."""

    def __init__(self, path: Path, key: Ed25519PrivateKey) -> None:
        self._path = path
        self._key = key

    def append(self, anchor: Anchor) -> None:
        """Sign an anchor and keep it."""
        signature = base64.b64encode(self._key.sign(anchor.signed_bytes())).decode()
        line = msgspec.json.encode(msgspec.structs.replace(anchor, signature=signature)) + b"\n"
        self._path.parent.mkdir(parents=True, exist_ok=True)
        handle = os.open(self._path, os.O_WRONLY | os.O_APPEND | os.O_CREAT | os.O_CLOEXEC, 0o640)
        try:
            os.write(handle, line)
            os.fsync(handle)
        finally:
            os.close(handle)


def load_or_create_key(path: Path) -> Ed25519PrivateKey:
    """The signing key in a PEM file, made with mode 600 where there is none.

    Raises ValueError for a file that holds anything else.
    """
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        pem = Ed25519PrivateKey.generate().private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        )
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600)
        with os.fdopen(handle, "wb") as file:
            file.write(pem)
    key = serialization.load_pem_private_key(path.read_bytes(), password=None)
    if not isinstance(key, Ed25519PrivateKey):
        raise ValueError(f"{path} holds no Ed25519 key")
    return key


def read_anchors(path: Path) -> Iterator[Anchor]:
    """Every anchor in the file, in order; a last line cut short by a crash is passed over.

    Raises msgspec.DecodeError for a line that is no anchor.
    """
    if not path.exists():
        return
    with path.open("rb") as file:
        for line in file:
            if line.endswith(b"\n"):
                yield msgspec.json.decode(line, type=Anchor)


def is_genuine(anchor: Anchor, key: Ed25519PublicKey) -> bool:
    """Whether this key's owner signed the anchor as it stands."""
    try:
        key.verify(base64.b64decode(anchor.signature), anchor.signed_bytes())
    except (InvalidSignature, ValueError):
        return False
    return True
