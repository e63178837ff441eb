"""People of the sample school who sit at Teams, and what they do there most often."""

from io import BytesIO

from PIL import Image

from adapters.teams.carried import OURS
from bot.app.drafts import begin_draft, file_from_draft, keep_file
from bot.domain.ids import CaseId
from bot.domain.personal import Personal
from tests.builders import SchoolAtWork, a_report
from tests.desk_fields import Typed
from tests.teams_screen import Screen

from .at_work import AtWork
from .client_cards import texts_in
from .stand_in import Json, Posted

LINK = "https://www.facebook.com/groups/1/posts/2"
FIRST: Typed = {"safety": ("none",), "content": ("offensive",), "about": ("staff-member",)}
SECOND: Typed = {"place": "closed-group", "poster": "parent-or-carer"}


def sits(
    at: AtWork,
    school: SchoolAtWork,
    label: str = "staff",
    *,
    opens_windows: bool = True,
    knows_execute: bool = True,
) -> Screen:
    """Somebody at their screen, who opens whatever only waits to be opened."""
    user = at.user(label, opens_windows=opens_windows, knows_execute=knows_execute)
    return Screen(label, user, at, school.school.pack.policy)


async def to_the_second_page(me: Screen, **more: object) -> None:
    """Begins a report of a link, and answers the first page; ``more`` instead of usual answers."""
    await me.type(f"report-post {LINK}")
    me.fill({**FIRST, **more})  # type: ignore[dict-item]
    await me.submit(begins=True)


async def report(me: Screen, place: str = "closed-group", **texts: str) -> None:
    """A whole report with these texts on its second page."""
    await to_the_second_page(me)
    typed: Typed = {name: Personal(text) for name, text in texts.items()}
    me.fill({**SECOND, "place": place, **typed})
    await me.submit(begins=True)


def said_in_chat(me: Screen) -> str:
    """Everything that stands in somebody's chat with the bot."""
    return "\n".join(text for each in me.user.cards for text in texts_in(each))


def title_of(button: Json) -> str:
    """What stands on a button."""
    return str(button["title"])


def ours_of(button: Json) -> Json:
    """What of a button's data is ours."""
    found: Json = button.get("data", {}).get(OURS, {})
    return found


def posted_with(me: Screen, sentence: str) -> Posted:
    """The newest card of the chat that says so."""
    for each in reversed(me.user.messages):
        if any(sentence in text for text in texts_in(each.card_for(me.account))):
            return each
    raise AssertionError(f"{sentence!r} was not said in {said_in_chat(me)}")


def cases(school: SchoolAtWork) -> int:
    """How many there are."""
    with school.school.store.reading() as reading:
        return len(reading.case_rows())


def drafts(school: SchoolAtWork, label: str = "staff") -> int:
    """How many reports somebody has begun."""
    with school.school.store.reading() as reading:
        return len(reading.drafts_of(school.id_of(label)))


def entries(school: SchoolAtWork, name: str) -> int:
    """How often that is on the record of a case."""
    with school.school.store.reading() as reading:
        rows = reading.case_rows()
    found = [each for row in rows for each in school.file(row.case).entries]
    return sum(type(each.event).__name__ == name for each in found)


def the_case(school: SchoolAtWork) -> CaseId:
    """The only one."""
    with school.school.store.reading() as reading:
        (row,) = reading.case_rows()
    return row.case


def with_pictures(school: SchoolAtWork, *contents: bytes) -> CaseId:
    """A report with these files, which came from elsewhere."""
    with school.acting("staff") as act:
        draft = begin_draft(act, a_report())
        for each in contents:
            draft = keep_file(act, draft, each)
        return file_from_draft(act, draft).case


def a_picture() -> bytes:
    """A small screenshot."""
    made = BytesIO()
    Image.new("RGB", (60, 40), "navy").save(made, "PNG")
    return made.getvalue()
