"""How ways that stand beside each other are told apart."""

from dispatch.usecases.roads.find_way import name_apart
from routing.terms.ways import Route, Step

HERE = (106.7, 10.8)


def along(**metres: float) -> Route:
    """A way over streets of one letter; N has no name."""
    steps = [
        Step("straight", "", "", "" if name == "N" else name, long, 60.0, HERE)
        for name, long in metres.items()
    ]
    return Route(60.0, sum(metres.values()), 0.0, [HERE, HERE], steps=steps)


def test_a_way_is_told_by_the_street_on_which_it_is_longest_without_the_others() -> None:
    assert name_apart([along(A=500, B=900, N=4000), along(A=450, C=300, B=200)]) == ["B", "C"]


def test_a_way_without_a_street_of_its_own_and_one_that_is_alone_have_no_name() -> None:
    assert name_apart([along(A=500, B=900), along(A=510, B=880, N=300), along(C=700)]) == ["", "", "C"]
    assert name_apart([along(A=500)]) == [""]
