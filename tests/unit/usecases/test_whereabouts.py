"""Positions of telephones that are no place of the city."""

import pytest

from dispatch.domain.model.messages import Refused
from dispatch.usecases.places.whereabouts import require_inside

CITY = (106.3, 10.3, 107.1, 11.2)


def test_a_position_of_another_city_is_refused_and_what_is_no_position_is_left_to_the_rules() -> None:
    with pytest.raises(Refused, match="handset_outside"):
        require_inside({"lon_lat": [105.83, 21.03]}, CITY)
    for fix in ({"lon_lat": [106.7, 10.77]}, {"lon_lat": [900, 10]}, {"lon_lat": "x"}, {}, None, 3):
        require_inside(fix, CITY)
