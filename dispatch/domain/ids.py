"""Ids and numbers made by the rules: they follow from the command, so that no randomness is needed."""

import uuid
from datetime import datetime, timedelta, timezone
from hashlib import sha256

LOCAL_TIME = timezone(timedelta(hours=7), "Asia/Ho_Chi_Minh")
"""The city's time; Việt Nam has kept UTC+7 without summer time since 1975."""

LAST_NUMBER = 8999
"""Numbers 9000 to 9999 of a day belong to the paper kit."""


def derive_id(command_id: str, n: int, salt: str = "") -> str:
    """The n-th id that a command makes, shaped like a UUIDv7: the command's own timestamp, then a digest.

    `salt` (the actor) keeps apart two senders who use one command id.
    """
    digest = sha256(f"{salt}\0{command_id}\0{n}".encode()).digest()
    try:
        stamp = uuid.UUID(command_id).bytes[:6]
    except ValueError:
        stamp = bytes(6)
    raw = bytearray(stamp + digest[:10])
    raw[6] = 0x70 | (raw[6] & 0x0F)
    raw[8] = 0x80 | (raw[8] & 0x3F)
    return str(uuid.UUID(bytes=bytes(raw)))


def local_day(at: datetime) -> str:
    """The city's date as yymmdd."""
    return at.astimezone(LOCAL_TIME).strftime("%y%m%d")


def name_leg(incident_id: str, suffix: str) -> str:
    """The id of an agency's leg: the incident's id and the agency's suffix."""
    return f"{incident_id}-{suffix}"


def name_need(leg_id: str, level: int, capability: str) -> str:
    """The id of one line of a response plan on one leg."""
    return f"{leg_id}/{level}/{capability}"
