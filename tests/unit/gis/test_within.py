"""Numbers of which only the ward is known narrow where the others of their street are."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from gis.geocode.placing import Known, Scale, place_along
from gis.geocode.within import Within, confine

STREET = Scale(zero_m=0.0, pace_m=3.0, fitted=False, length_m=4000.0)
FIRST, SECOND = (0.0, 2000.0), (2000.0, 4000.0)
metres = st.floats(-5000, 5000)


def _listed(low: tuple[float, float], high: tuple[float, float]) -> list[Within]:
    """Numbers up to 500 in one ward, from 520 on in the other."""
    return [Within(n, (low,)) for n in range(20, 501, 60)] + [
        Within(n, (high,)) for n in range(520, 1001, 60)
    ]


def test_numbers_of_wards_tell_which_way_a_street_counts_and_where_the_border_lies_in_its_numbers() -> None:
    up = place_along(510, [], STREET, listed=_listed(FIRST, SECOND))
    assert (up.along_m, up.basis) == (pytest.approx(2000, abs=120), "listed")
    down = place_along(750, [], STREET, listed=_listed(SECOND, FIRST))
    assert down.along_m < 1900
    assert place_along(250, [], STREET, listed=_listed(SECOND, FIRST)).along_m > 2100
    unlisted = place_along(510, [], STREET)
    assert up.most_m < 0.6 * unlisted.most_m


def test_a_number_in_the_wrong_ward_does_not_outweigh_the_others() -> None:
    listed = [*_listed(FIRST, SECOND), Within(100, (SECOND,))]
    assert place_along(130, [], STREET, listed=listed).along_m < 1500


def test_beside_a_known_number_lists_change_nothing() -> None:
    known = [Known(502, 1700.0), Known(400, 1400.0)]
    assert place_along(510, known, STREET, listed=_listed(FIRST, SECOND)) == place_along(510, known, STREET)


@given(metres, st.floats(20, 2000), metres, st.floats(10, 4000))
def test_a_stretch_draws_what_is_believed_towards_itself_and_never_makes_it_vaguer(
    mean_m: float, sd_m: float, start_m: float, length_m: float
) -> None:
    stretch = (start_m, start_m + length_m)
    mean, covariance, likely = confine(np.array([mean_m]), np.array([[sd_m**2]]), [[stretch]])
    middle = start_m + length_m / 2
    assert abs(mean[0] - middle) <= abs(mean_m - middle) + 1e-6
    assert 0 < covariance[0, 0] <= sd_m**2 * (1 + 1e-9)
    assert likely <= 1e-9
    same, vague, sure = confine(np.array([middle]), np.array([[25.0]]), [[(middle - 9000, middle + 9000)]])
    assert (same[0], vague[0, 0]) == (pytest.approx(middle), pytest.approx(25.0))
    assert sure == pytest.approx(0.0, abs=1e-6)
