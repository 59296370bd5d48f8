"""Personal values: sealed under one key per subject, unreadable for ever once that key is erased.

A subject is whom a value is about; everything said from one telephone number shares one. The number itself
is kept nowhere: only an HMAC of it under the centre's secret leads to its subject.
"""

import base64
import hashlib
import hmac
import os
from collections import OrderedDict
from collections.abc import Iterable
from pathlib import Path

from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from uuid6 import uuid7

from dispatch.domain.model.values import Sealed
from dispatch.store.batch import NewKey
from dispatch.store.connect import Pool, translated

_NONCE_BYTES = 12
_CACHED_KEYS = 100_000


class KeyNotLoaded(LookupError):
    """A subject's key was not fetched before: `await vault.load([subject])` first."""


class UnsavedKeys:
    """Keys made for commands that are under way. The writer takes all there are into each commit, so that a
    key is durable when, and not later than, the events sealed under it are."""

    def __init__(self) -> None:
        self._keys: dict[str, NewKey] = {}

    def add(self, key: NewKey) -> None:
        """Keep a key until a commit takes it."""
        self._keys[key.subject] = key

    def take(self) -> tuple[NewKey, ...]:
        """All of them; they are kept here no longer."""
        taken = tuple(self._keys.values())
        self._keys.clear()
        return taken

    def put_back(self, keys: tuple[NewKey, ...]) -> None:
        """The commit failed, or its outcome is unknown: the next one takes them again."""
        self._keys = {key.subject: key for key in keys} | self._keys


class Vault:
    """Seals and opens personal values. `seal` and `open` need the subject's key in memory: `load` fetches it,
    and every way to a subject leaves it there.

    With `unsaved`, which a writer in this process empties, subjects of commands cost no commit of their own.
    """

    def __init__(self, pool: Pool, secret: bytes, unsaved: UnsavedKeys | None = None) -> None:
        self._pool = pool
        self._secret = secret
        self._unsaved = unsaved
        self._keys: OrderedDict[str, AESGCM | None] = OrderedDict()
        self._phones: OrderedDict[bytes, str] = OrderedDict()

    async def subject_for_command(self, phone: str = "") -> str:
        """The subject of a command's personal values: that of the (normalised) telephone number, or a new
        one. Its key is durable with the command, or before it."""
        if self._unsaved is None:
            return await (self.subject_for_phone(phone) if phone else self.new_subject())
        lookup = self._lookup(phone) if phone else None
        if lookup is not None:
            known = self._find_known(lookup)
            if known is None:
                with translated():
                    row = await self._pool.fetchrow(_FIND_PHONE, lookup)
                # Asked again: another call from this number may have come meanwhile.
                known = self._find_known(lookup)
                if row is not None and known is None:
                    self._remember(row["subject"], row["key"])
                    known = self._remember_phone(lookup, row["subject"])
            if known is not None:
                return known
        made = NewKey(str(uuid7()), lookup, os.urandom(32))
        self._unsaved.add(made)
        self._remember(made.subject, made.key)
        if lookup is not None:
            self._remember_phone(lookup, made.subject)
        return made.subject

    async def subject_for_phone(self, phone: str) -> str:
        """The subject of a telephone number, made when it calls for the first time. `phone` is normalised:
        the same number must always be written the same."""
        lookup = self._lookup(phone)
        with translated():
            row = await self._pool.fetchrow(_FIND_PHONE, lookup)
            if row is None:
                row = await self._pool.fetchrow(_ADD_PHONE, str(uuid7()), lookup, os.urandom(32))
        self._remember(row["subject"], row["key"])
        return str(row["subject"])

    async def find_subject(self, phone: str) -> str | None:
        """The subject of a normalised number that has called before, or None."""
        lookup = self._lookup(phone)
        with translated():
            row = await self._pool.fetchrow(_FIND_PHONE, lookup)
        return None if row is None else str(row["subject"])

    async def new_subject(self) -> str:
        """A subject for values that belong to no telephone number."""
        subject, key = str(uuid7()), os.urandom(32)
        with translated():
            await self._pool.execute(_ADD, subject, key)
        self._remember(subject, key)
        return subject

    async def load(self, subjects: Iterable[str]) -> None:
        """Fetch the keys of subjects that are not in memory; unknown subjects count as erased."""
        missing = {subject for subject in subjects if subject not in self._keys}
        if not missing:
            return
        with translated():
            rows = await self._pool.fetch(_FIND_KEYS, list(missing))
        for subject in missing:
            self._remember(subject, None)
        for row in rows:
            self._remember(row["subject"], row["key"])

    def seal(self, subject: str, text: str) -> Sealed:
        """Encrypt a value (AES-256-GCM, random nonce; the subject is authenticated with it).

        Raises KeyNotLoaded, and ValueError when the subject was erased.
        """
        box = self.seal_bytes(subject, text.encode())
        return Sealed(subject=subject, box=base64.b64encode(box).decode())

    def seal_bytes(self, subject: str, clear: bytes) -> bytes:
        """As `seal`, of bytes that are kept elsewhere: nonce and ciphertext."""
        cipher = self._get(subject)
        if cipher is None:
            raise ValueError(f"subject {subject} was erased")
        nonce = os.urandom(_NONCE_BYTES)
        return nonce + cipher.encrypt(nonce, clear, subject.encode())

    def open(self, sealed: Sealed) -> str | None:
        """The value, or None when its key was erased.

        Raises KeyNotLoaded, and cryptography.exceptions.InvalidTag for a box that was tampered with.
        """
        clear = self.open_bytes(sealed.subject, base64.b64decode(sealed.box))
        return None if clear is None else clear.decode()

    def open_bytes(self, subject: str, box: bytes) -> bytes | None:
        """What `seal_bytes` sealed, or None when its key was erased. Raises as `open`."""
        cipher = self._get(subject)
        if cipher is None:
            return None
        return cipher.decrypt(box[:_NONCE_BYTES], box[_NONCE_BYTES:], subject.encode())

    async def erase(self, subject: str) -> bool:
        """Destroy a subject's key and the way from its number to it; False when there was none.

        Other processes are told by the database (`store/erasures.py`).
        """
        with translated():
            status = await self._pool.execute(_ERASE, subject)
        self._remember(subject, None)
        return bool(status == "UPDATE 1")

    def forget(self, subject: str) -> None:
        """The subject was erased, here or elsewhere: its values open no more."""
        if subject in self._keys:
            self._remember(subject, None)

    async def forget_erased(self) -> None:
        """Look which of the keys in memory were erased, and forget them. Raises DatabaseLost."""
        with translated():
            rows = await self._pool.fetch(_FIND_ERASED, list(self._keys))
        for row in rows:
            self.forget(row["subject"])

    def _lookup(self, phone: str) -> bytes:
        return hmac.digest(self._secret, phone.encode(), hashlib.sha256)

    def _find_known(self, lookup: bytes) -> str | None:
        """The subject of a number, if it and its key are in memory."""
        subject = self._phones.get(lookup)
        return subject if subject is not None and self._keys.get(subject) is not None else None

    def _remember_phone(self, lookup: bytes, subject: str) -> str:
        self._phones[lookup] = subject
        while len(self._phones) > _CACHED_KEYS:
            self._phones.popitem(last=False)
        return subject

    def _get(self, subject: str) -> AESGCM | None:
        try:
            cipher = self._keys[subject]
        except KeyError:
            raise KeyNotLoaded(subject) from None
        self._keys.move_to_end(subject)
        return cipher

    def _remember(self, subject: str, key: bytes | None) -> None:
        self._keys[subject] = AESGCM(key) if key is not None else None
        self._keys.move_to_end(subject)
        while len(self._keys) > _CACHED_KEYS:
            self._keys.popitem(last=False)


def load_or_create_secret(path: Path) -> bytes:
    """The centre's secret (32 bytes as hex) in a file, made with mode 600 where there is none.

    Without it no telephone number leads to its subject any more. Raises ValueError for anything else.
    """
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600)
        with os.fdopen(handle, "w") as file:
            file.write(os.urandom(32).hex() + "\n")
    secret = bytes.fromhex(path.read_text().strip())
    if len(secret) != 32:
        raise ValueError(f"{path} holds no secret of 32 bytes")
    return secret


_FIND_PHONE = "SELECT subject, key FROM centre.subject_keys WHERE phone_lookup = $1"

# Two first calls from one number may meet here: the later one is given what the earlier one made.
_ADD_PHONE = """
    INSERT INTO centre.subject_keys AS k (subject, phone_lookup, key, created_at)
    VALUES ($1, $2, $3, clock_timestamp())
    ON CONFLICT (phone_lookup) DO UPDATE SET phone_lookup = k.phone_lookup
    RETURNING subject, key
"""

_ADD = "INSERT INTO centre.subject_keys (subject, key, created_at) VALUES ($1, $2, clock_timestamp())"

_FIND_KEYS = (
    "SELECT subject, key FROM centre.subject_keys WHERE subject = ANY($1::text[]) AND key IS NOT NULL"
)

_FIND_ERASED = "SELECT subject FROM centre.subject_keys WHERE subject = ANY($1::text[]) AND key IS NULL"

_ERASE = """
    UPDATE centre.subject_keys SET key = NULL, phone_lookup = NULL, erased_at = clock_timestamp()
    WHERE subject = $1 AND erased_at IS NULL
"""
