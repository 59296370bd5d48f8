"""A centre for each test."""

from collections.abc import AsyncIterator

import pytest

from tests.integration.api.centre import Centre, running_centre


@pytest.fixture
async def centre(database_url: str) -> AsyncIterator[Centre]:
    """A small centre on a real port, over a database of its own."""
    async with running_centre(database_url) as running:
        yield running
