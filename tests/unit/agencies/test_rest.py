"""Rules of rest and of staffing that cannot be meant are refused when they are loaded."""

from math import inf, nan

import msgspec
import pytest

from dispatch.agencies.errors import CodeTableError
from dispatch.agencies.loader import load_codebook
from dispatch.agencies.rest import check_least_crew, check_rest
from dispatch.domain.codebook import RestRule


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"price_s_per_h": -1.0}, "price_s_per_h is a number"),
        ({"most_s": nan}, "most_s is a number"),
        ({"most_s": inf}, "most_s is a number"),
        ({"after_on_h": 0.0}, "after_on_h is a number of hours"),
        ({"after_on_h": nan}, "after_on_h is a number of hours"),
        ({"last_out_h": inf}, "last_out_h is a number of hours"),
        ({"last_on_h": 8.0}, "last_on_h comes before after_on_h"),
        ({"break_min": 0.0}, "break_min is a number"),
        ({"after_on_h": None}, "needs hours"),
    ],
)
def test_a_rule_that_cannot_be_meant_is_refused(changes: dict[str, float | None], said: str) -> None:
    rule = RestRule(price_s_per_h=20.0, most_s=60.0, after_on_h=12.0)
    agency = load_codebook().agencies["115"]
    check_rest(msgspec.structs.replace(agency, rest=rule))
    wrong = msgspec.structs.replace(rule, **changes)  # type: ignore[arg-type]
    with pytest.raises(CodeTableError, match=said):
        check_rest(msgspec.structs.replace(agency, rest=wrong))


@pytest.mark.parametrize("least", [("ladder", 2), ("als", 0), ("als", 31)])
def test_a_least_crew_of_nobody_or_for_what_the_unit_cannot_do_is_refused(least: tuple[str, int]) -> None:
    check_least_crew("115", "'als_ambulance'", ("als", "bls"), [("als", 3)])
    with pytest.raises(CodeTableError, match="least_crew"):
        check_least_crew("115", "'als_ambulance'", ("als", "bls"), [least])
