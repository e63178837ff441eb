"""Files that were sent into the chat are fetched from Microsoft, and not named to anybody."""

import pytest

from adapters.teams.attached import fetched
from bot.app.inbound import Upload
from bot.domain.uploads import MOST_BYTES

from .activities import pasted, uploaded
from .door import AtTheDoor, at_the_door
from .stand_in import Failure, Json


async def got(at: AtTheDoor, attachment: Json) -> Upload | None:
    return await fetched(at.client, attachment, at.chat, at.report)


async def test_a_pasted_picture_and_a_file_are_fetched() -> None:
    async with at_the_door() as at:
        picture = pasted(at.teams.add_file(b"a picture", pasted=True))
        file = uploaded(at.teams.add_file(b"a file", pasted=False))
        assert await got(at, picture) == Upload(b"a picture")
        assert await got(at, file) == Upload(b"a file")


async def test_one_that_is_too_large_comes_cut() -> None:
    async with at_the_door() as at:
        large = pasted(at.teams.add_file(b"x" * (MOST_BYTES + 5_000), pasted=True))
        upload = await got(at, large)
        assert upload is not None
        assert len(upload.content) == MOST_BYTES + 1


@pytest.mark.parametrize("pasted_there", [True, False])
async def test_one_that_does_not_come_is_none_and_is_reported(pasted_there: bool) -> None:
    async with at_the_door() as at:
        url = at.teams.add_file(b"a picture", pasted=pasted_there)
        at.teams.fails("file", Failure(403))
        assert await got(at, pasted(url) if pasted_there else uploaded(url)) is None
        ((what, error),) = at.failures
        assert what == "fetching a file from Teams"
        assert str(error) == "fetch: 403 http-403"


@pytest.mark.parametrize(
    "attachment",
    [
        {},
        {"contentType": "image/*", "contentUrl": None},
        {"contentType": "image/*", "contentUrl": "https://example.org/x.png"},
        {"contentType": "x", "content": {"downloadUrl": "https://example.org/x.png"}},
        {"contentType": "x", "content": {"downloadUrl": 5}},
        {"contentType": "x", "content": "https://example.org/x.png"},
    ],
    ids=str,
)
async def test_one_that_lies_elsewhere_is_never_asked_for(attachment: Json) -> None:
    async with at_the_door() as at:
        assert await got(at, attachment) is None
        assert at.teams.calls == []
