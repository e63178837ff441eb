"""A school at work in Teams."""

from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest
import pytest_asyncio

from tests.builders import SchoolAtWork, a_school

from .at_work import AtWork, at_work


@pytest.fixture
def school(tmp_path: Path) -> Iterator[SchoolAtWork]:
    """The sample school."""
    made = a_school(tmp_path)
    yield made
    made.school.store.close()


@pytest_asyncio.fixture
async def at(school: SchoolAtWork) -> AsyncIterator[AtWork]:
    """The adapter between the school and the stand-in for Microsoft."""
    async with at_work(school.school) as running:
        yield running
