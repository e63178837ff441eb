"""The guide for staff: one page on what to do with a post about the school, and what not to do."""
# ruff: noqa: E501 - a paragraph stands in one line, to be found and read

from collections.abc import Iterator
from typing import Final

from bot.app.privacy.about import About
from bot.app.privacy.blocks import Decide, PackDocument, Points, Rows, Text, Title
from bot.domain.ids import ContactId

_RING: Final = tuple(
    ContactId(each)
    for each in (
        "dsl",
        "head",
        "deputy",
        "chair",
        "social-care-day",
        "social-care-night",
    )
)


def staff_guide(about: About) -> PackDocument:
    """One page, to be handed out and pinned up."""
    return PackDocument(
        "guide-for-staff",
        "You saw a post about our school. What now?",
        (
            Text("Ring 999. All this can wait.", "Is anyone in danger?"),
            *_numbers(about),
            Title("Do"),
            Points(
                (
                    "Report it: /report-post in Slack, or write report-post to the bot in Teams. It takes a minute.",
                    "“Not sure” is a good answer. You do not have to decide if the post is true.",
                    "Add one screenshot if you have it. Then delete the link and the picture from the chat: what you type there stays until you delete it.",
                    "Is it about an adult at school who may have harmed a child? Ring the head at once, or the chair if it is about the head. That comes before the post.",
                    "Tell the head if a post upsets you. You can ask for support.",
                )
            ),
            Title("Do not"),
            Points(
                (
                    "Do not reply to the post, like it, share it or argue with the parent.",
                    "Do not save, copy or show a sexual image of a child. Ring the safeguarding lead.",
                    "Do not look through the person’s profile, and do not go back to it. Watching somebody can be surveillance. Look at the link you came across, once.",
                    "Do not use a false account, and do not ask a pupil or a friend to look.",
                    "Do not tell a parent that a family photo is a “data breach”. What people share in private family life is outside data protection law.",
                    "Do not talk about it in the staff room. Those named need it kept quiet.",
                )
            ),
            Title("Good to know"),
            Text(
                "Only those who work on the case see your name, and it is in no letter. It cannot be kept secret from a court, and sometimes not from the police or from a person who asks for their own data."
            ),
            Decide("Who answers questions about this page? Write the name here:"),
            Text(about.made_from),
        ),
    )


def _numbers(about: About) -> Iterator[Rows]:
    known = [about.contacts[each] for each in _RING if each in about.contacts]
    if known:
        yield Rows(
            ("Who", "Number"),
            tuple((each.label, each.number) for each in known),
            "Whom to ring",
            (2, 1),
        )
