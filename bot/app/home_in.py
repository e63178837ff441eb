"""Whose home somebody sees, where several schools are served together: one school's at a time."""

from collections.abc import Iterator, Sequence
from dataclasses import replace

from bot.app.home import Home, Which, home_of, home_press
from bot.app.inbound import Person
from bot.app.school import School
from bot.app.schools import Schools
from bot.app.which_school import IN_A_ROW, words_of
from bot.screens.facts import NamedSchool, plain
from bot.screens.nodes import Action, Actions, Heading, MessageNode, Paragraph
from bot.screens.of_school import carrying, nodes_of
from bot.screens.say import Say


def home_in(
    schools: Schools, person: Person, which: Which = Which.ALL, page: int = 0, school: str = ""
) -> Home:
    """As ``home_of``, of that school if the person belongs to it, else of their first."""
    if not schools.are_several:
        return home_of(schools.first, person, which, page)
    theirs = schools.of(person)
    if not theirs:
        return Home((Paragraph(plain(Say.NOT_A_MEMBER)),), schools.first.words())
    shown = next((each for each in theirs if each.id == school), theirs[0])
    home = home_of(shown, person, which, page)
    others = [each for each in theirs if each is not shown]
    return Home(
        (*nodes_of(home.nodes, shown.id), *_others(others)),
        replace(home.words, schools=words_of(theirs).schools),
        carrying(home_press(which, page), shown.id),
    )


def _others(others: Sequence[School]) -> Iterator[MessageNode]:
    if not others:
        return
    yield Heading(plain(Say.HOME_OTHER_SCHOOLS))
    buttons = [
        Action(
            plain(Say.OF_SCHOOL, school=NamedSchool(each.id)),
            carrying(home_press(Which.ALL), each.id),
        )
        for each in others
    ]
    for at in range(0, len(buttons), IN_A_ROW):
        yield Actions(tuple(buttons[at : at + IN_A_ROW]))
