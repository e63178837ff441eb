"""The made-up facts with which a template is tried: everything known, and next to nothing.

Each list has two entries, so that what stands between them is tried too.
"""

from datetime import date
from typing import Final

from bot.app.letter_fields import (
    Clause,
    Exhibit,
    Happened,
    LetterFields,
    Named,
    Site,
)
from bot.app.letterhead import Letterhead
from bot.domain.ids import Reference
from bot.domain.personal import Personal

FULL: Final = LetterFields(
    school="Derwent Vale Primary School",
    letterhead=Letterhead(
        ("Mill Lane", "Derwent Vale", "DV1 2AB"),
        "01632 960100",
        "office@derwentvale.example",
        "https://www.derwentvale.example",
    ),
    reference=Reference("2026-014"),
    written_on=date(2026, 12, 1),
    sender_title="Headteacher",
    sender_name=Personal("Ruth Calder"),
    poster=Personal("Pat Example"),
    poster_address=(Personal("7 Bridge Street"), Personal("Derwent Vale DV1 3CD")),
    poster_kind="A parent or carer",
    concerns=(
        "Negative or offensive comments",
        "Something untrue that could seriously harm a named person",
    ),
    place="A closed group",
    links=(
        Personal("https://www.facebook.com/groups/1234567890/posts/9876543210"),
        Personal("https://www.facebook.com/groups/1234567890/posts/1111111111"),
    ),
    seen_on=date(2026, 11, 23),
    still_up_on=date(2026, 11, 30),
    talks=(
        Happened(date(2026, 11, 25), "We spoke, and you agreed to remove the post."),
        Happened(date(2026, 11, 30), "The post was still up."),
    ),
    clauses=(
        Clause("P18", "Not all right: defaming the school or its staff."),
        Clause("P19", "Not all right: running down or insulting staff or other people."),
    ),
    remove_by=date(2026, 12, 8),
    proposed_times=("Tuesday 8 December 2026, 15:30", "Thursday 10 December 2026, 08:30"),
    complaints_route="https://www.derwentvale.example/complaints",
    site=Site("Facebook", "https://www.facebook.com/help/1380418588640631", date(2026, 11, 22)),
    events=(
        Happened(date(2026, 11, 23), "The school learnt of the post."),
        Happened(date(2026, 11, 25), "Speak with the parent: They agree to remove it"),
    ),
    evidence=(
        Exhibit(1, "PNG picture", 348_211, "3f" * 32, date(2026, 11, 23)),
        Exhibit(2, "PDF file", 1_482_110, "a7" * 32, date(2026, 11, 24)),
    ),
    contacts=(
        ("Ruth Calder, headteacher", "01632 960101"),
        ("Grace Linden, safeguarding lead", "07700 900103"),
    ),
    people=(
        Named("Another member of staff"),
        Named("Named in the post", Personal("Alex Sample")),
    ),
    sexual_image=True,
)
"""Everything that there is a field for."""

BARE: Final = LetterFields(
    school="Derwent Vale Primary School",
    letterhead=Letterhead(),
    reference=Reference("2026-015"),
    written_on=date(2026, 12, 1),
    sender_title="Chair of governors",
)
"""What is always known."""

TRIALS: Final = (FULL, BARE)
