"""How the suite is shared among workers."""

import pytest


@pytest.mark.xdist_group("kept_together")
def test_tests_of_a_group_stay_with_one_worker(request: pytest.FixtureRequest) -> None:
    """The scheduler reads the group from the test's id: where it is not there, every worker starts every
    file's centre and browser, and nothing says so."""
    is_shared_by_group = bool(getattr(request.config.option, "loadgroup", False))
    assert request.node.nodeid.endswith("@kept_together") == is_shared_by_group
