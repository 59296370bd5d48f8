"""Words as people send them, made fit to keep: one Unicode form, no control characters, a bound."""

import unicodedata

from dispatch.domain.model.messages import Refused

WORDS_LIMIT = 10_000
"""Characters of one account. Longer ones are refused, kept apart, and the sender is told the limit."""

PHONE_LIMIT = 32
NAME_LIMIT = 200
HEARD_LIMIT = 1_000
DETAIL_LIMIT = 500
"""Characters of what a caller adds to the answer of a key question."""


def clean_text(text: object, field: str, limit: int) -> str:
    """The text in NFC without control characters (line breaks and tabs stay), ends trimmed.

    Raises Refused `wrong_type` for anything but text and `too_long` with field, limit and length.
    """
    if not isinstance(text, str):
        raise Refused("wrong_type", field=field, wanted="text")
    if len(text) > limit:
        raise Refused("too_long", field=field, limit=limit, length=len(text))
    composed = unicodedata.normalize("NFC", text)
    # Cs: lone surrogates cannot be stored as UTF-8; Cc: control characters break logs and screens.
    kept = (c for c in composed if c in "\n\t" or unicodedata.category(c) not in ("Cc", "Cs"))
    return "".join(kept).strip()


def clean_phone(text: object) -> str:
    """A telephone number as dialled in Viet Nam: digits only, +84 and 0084 become 0.

    What holds no digit (a withheld number, "anonymous") gives "". Raises as `clean_text` does.
    """
    raw = clean_text(text, "phone", PHONE_LIMIT)
    digits = "".join(c for c in raw if c.isdigit() and c.isascii())
    if raw.startswith("+84") or digits.startswith("0084"):
        digits = "0" + digits.removeprefix("00").removeprefix("84")
    return digits
