"""What simulated people tell: emergencies, and calls that need no unit. The tables beside hold the texts."""

import tomllib
from functools import cache
from importlib import resources

import msgspec


class Kind(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One kind of emergency; the head of `emergencies.toml` says what the fields mean."""

    type: str
    line: str
    weight: float
    scene_min: tuple[float, float]
    ends: tuple[str, ...]
    words: tuple[str, ...]
    also: tuple[str, ...]
    later: tuple[str, ...]
    aboard: float = 0.0
    fire: bool = False


class OtherCall(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A call that ends without an incident, with a code of the end reasons."""

    ends: str
    weight: float
    lines: tuple[str, ...]
    words: tuple[str, ...]


class _Kinds(msgspec.Struct):
    kind: list[Kind]


class _Calls(msgspec.Struct):
    call: list[OtherCall]


@cache
def load_kinds() -> list[Kind]:
    """Every kind of emergency."""
    return msgspec.convert(tomllib.loads(_read("emergencies.toml")), _Kinds).kind


@cache
def load_other_calls() -> list[OtherCall]:
    """Every kind of call that needs no unit."""
    return msgspec.convert(tomllib.loads(_read("other_calls.toml")), _Calls).call


@cache
def load_streets() -> list[str]:
    """Names of streets that simulated people may live in, if the city has them."""
    return [line.strip() for line in _read("streets.txt").splitlines() if line.strip()]


def find_kind(type_code: str) -> Kind | None:
    """The kind told of by this incident type, if there is one."""
    return next((kind for kind in load_kinds() if kind.type == type_code), None)


def guess_kind(words: str) -> Kind | None:
    """The kind whose texts share most words with what somebody else told; None when hardly any is shared."""
    told = set(words.casefold().split())
    scored = [(len(told & _vocabulary(kind.type)), kind) for kind in load_kinds()]
    best = max(scored, key=lambda pair: pair[0])
    return best[1] if best[0] >= 2 else None


@cache
def _vocabulary(type_code: str) -> frozenset[str]:
    kind = next(kind for kind in load_kinds() if kind.type == type_code)
    texts = " ".join((*kind.words, *kind.also)).casefold().replace(",", " ")
    return frozenset(word for word in texts.split() if len(word) > 2)


def _read(name: str) -> str:
    return resources.files("dispatch.client.demo").joinpath(name).read_text(encoding="utf-8")
