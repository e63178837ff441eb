"""*digest-here*, typed at the local page, whose digest has its channel already."""

import pytest

from bot.app.addresses import governors_channel
from bot.app.digest_record import digest_record
from bot.domain.ids import MessageKind
from bot.screens.say import Say
from tests.app.at_the_page import a_school
from tests.builders import school_time

ANSWERS = {
    "head": Say.DIGEST_IS_HERE,
    "admin": Say.DIGEST_IS_HERE,
    "staff": Say.NOT_FOR_YOU,
    "deputy": Say.NOT_FOR_YOU,
    "dsl": Say.NOT_FOR_YOU,
    "chair": Say.NOT_FOR_YOU,
    "guest": Say.NOT_A_MEMBER,
    "stranger": Say.NOT_A_MEMBER,
}


@pytest.mark.parametrize(("who", "says"), ANSWERS.items(), ids=ANSWERS)
def test_each_is_told_one_thing_and_nothing_is_registered(who: str, says: Say) -> None:
    with a_school() as world:
        me = world.at(who)
        for typed in ("digest-here", "/report-post digest-here", "Digest-Here"):
            me.type(typed)
            told = {each for each in ANSWERS.values() if me.shows(each.value)}
            assert (told, me.panel) == ({says}, ""), typed
        with world.core.school.store.reading() as reading:
            assert governors_channel(reading) is None


def test_the_digest_goes_to_the_governors_as_it_did() -> None:
    with a_school() as world:
        world.at("head").type("digest-here")
        world.move_to(school_time("2026-11-27T15:31"))
        with world.core.school.store.reading() as reading:
            assert len(digest_record(reading).printed) == 1
        sent = [box for box, each in world.post.messages if each.kind is MessageKind.DIGEST]
        assert sent == ["governors"]
