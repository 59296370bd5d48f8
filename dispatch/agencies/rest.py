"""Whether an agency's rules of rest and of staffing can be meant."""

from collections.abc import Sequence
from math import inf

from dispatch.agencies.errors import CodeTableError
from dispatch.domain.codebook import Agency

MOST_PRICE_S = 3_600.0
MOST_HOURS = 72.0
MOST_PEOPLE = 30


def check_rest(agency: Agency) -> None:
    """Raises `CodeTableError` for a figure out of its bounds, a price that nothing begins, and a limit before
    the price."""
    where, rule = f"{agency.id}/agency.toml: rest", agency.rest
    if rule is None:
        return
    for name in ("price_s_per_h", "most_s"):
        if not 0 <= getattr(rule, name) <= MOST_PRICE_S:
            raise CodeTableError(where, f"{name} is a number from 0 to {MOST_PRICE_S:g}")
    if not 0 < rule.break_min < inf:
        raise CodeTableError(where, "break_min is a number of minutes above 0")
    pairs = (("after_on_h", "last_on_h"), ("after_out_h", "last_out_h"))
    for after, last in pairs:
        for name in (after, last):
            hours = getattr(rule, name)
            if hours is not None and not 0 < hours <= MOST_HOURS:
                raise CodeTableError(where, f"{name} is a number of hours above 0, to {MOST_HOURS:g}")
        begins, ends = getattr(rule, after), getattr(rule, last)
        if begins is not None and ends is not None and ends < begins:
            raise CodeTableError(where, f"{last} comes before {after}")
    if all(getattr(rule, name) is None for pair in pairs for name in pair):
        raise CodeTableError(where, "needs hours: after_on_h, after_out_h, last_on_h or last_out_h")


def check_least_crew(
    where: str, what: str, capabilities: Sequence[str], least_crew: Sequence[tuple[str, int]]
) -> None:
    """Raises `CodeTableError` for something that the unit type cannot do, and a number that is no crew."""
    for capability, people in least_crew:
        if capability not in capabilities:
            raise CodeTableError(where, f"{what}: least_crew names {capability!r}, which it cannot do")
        if not 1 <= people <= MOST_PEOPLE:
            raise CodeTableError(where, f"{what}: least_crew is a number of people from 1 to {MOST_PEOPLE}")
