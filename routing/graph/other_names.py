"""What a street is called beside its name: former and second names, numbers, its bridge or tunnel."""

from collections.abc import Iterator, Mapping
from enum import IntEnum


class NameKind(IntEnum):
    """In what way a street bears another name."""

    FORMER = 1
    SECOND = 2
    NUMBER = 3  # of a national or provincial road
    STRUCTURE = 4  # of the bridge or tunnel that this stretch is


OtherName = tuple[NameKind, str]

# English names are left out: signs are in Vietnamese, and English words in them are mostly made of the name.
_KEYS: tuple[tuple[NameKind, tuple[str, ...]], ...] = (
    (NameKind.FORMER, ("old_name", "old_name:vi", "was:name")),
    (NameKind.SECOND, ("alt_name", "official_name", "loc_name")),
    (NameKind.NUMBER, ("ref",)),
)


def clean_name(name: str) -> str:
    """A name as people write it: one kind of Đ (old data has the Icelandic Ð) and single blanks."""
    return " ".join(name.replace("Ð", "Đ").replace("ð", "đ").split())


def list_other_names(tags: Mapping[str, str], name: str) -> Iterator[OtherName]:
    """Every other name once, without what differs from the name in nothing but capitals."""
    told = {name.casefold()}
    over = [key for key in ("bridge", "tunnel") if tags.get(key, "no") != "no"]
    structures = tuple(f"{key}:name" for key in over)
    for kind, keys in (*_KEYS, (NameKind.STRUCTURE, structures)):
        for key in keys:
            for part in tags.get(key, "").split(";"):
                other = clean_name(part)
                if other and other.casefold() not in told:
                    told.add(other.casefold())
                    yield kind, other
