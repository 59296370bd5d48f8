"""What each agency measures itself by, as data: `targets.toml` in its folder, with source and edition."""

from pathlib import Path

import msgspec

from dispatch.agencies.errors import CodeTableError
from dispatch.agencies.loader import AGENCIES
from dispatch.agencies.tables import read
from dispatch.domain.clocks import CLOCKS


class Target(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A clock that shall end within `within_s` for `share` of the times; None where the source names no
    share, and then the 90th percentile is held against it."""

    clock: str
    within_s: float
    share: float | None = None
    source: str
    edition: str


class TargetsFile(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """targets.toml"""

    target: tuple[Target, ...] = ()


def load_targets(agencies: Path = AGENCIES) -> dict[str, tuple[Target, ...]]:
    """Agency → its targets, those it is judged by first. An agency without the file has none.

    Raises CodeTableError naming the file and what is wrong in it.
    """
    found: dict[str, tuple[Target, ...]] = {}
    for folder in sorted(path.parent for path in agencies.glob("*/agency.toml")):
        path = folder / "targets.toml"
        targets = read(path, TargetsFile).target if path.exists() else ()
        for target in targets:
            _check(f"{folder.name}/targets.toml", target)
        found[folder.name] = targets
    return found


def _check(where: str, target: Target) -> None:
    if target.clock not in CLOCKS:
        raise CodeTableError(where, f"unknown clock {target.clock!r}")
    if target.within_s <= 0:
        raise CodeTableError(where, f"{target.clock}: within_s must be more than 0")
    if target.share is not None and not 0 < target.share <= 1:
        raise CodeTableError(where, f"{target.clock}: share is more than 0 and at most 1")
    if not target.source.strip() or not target.edition.strip():
        raise CodeTableError(where, f"{target.clock}: source and edition say where the figure is from")
