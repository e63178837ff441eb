"""Decides what a school reads that changes its letters: every field, and how to write it."""

from typing import Final

from adapters.documents.word import WordDocument
from bot.app.letter_fields import LETTERS, Field, Shape, fields_of

_ROW: Final = "each"


def guide() -> bytes:
    """A Word document that names every field of every letter."""
    page = WordDocument("How to change these letters", note="Report Post")
    page.paragraph(
        "Open a letter in Word and change what you like: the words, the look, the letterhead, a "
        "logo. Save it under the name that it has, in the folder of your letters that "
        "school.toml names. From then on the bot uses yours. Take it away, and it uses its own "
        "again."
    )
    page.paragraph("Then let the bot look at it. It names everything that it cannot use:")
    page.bullets(["report-post policy check --letters FOLDER derwent-vale"])
    _how_to_write(page)
    for letter, title in LETTERS.items():
        page.heading(f"{title}: {letter}.docx")
        page.table(
            ("Field", "What it is"),
            [(_written(field), _meaning(field)) for field in fields_of(letter).values()],
            widths=(2, 3),
            about=f"The fields of {letter}.docx",
        )
    return page.bytes()


def _how_to_write(page: WordDocument) -> None:
    page.heading("Three things to know")
    page.paragraph("{{ date }} is a field: the bot writes the day there.", bold_start="Fields. ")
    page.paragraph(
        "{%p if seen_on %} and {%p endif %} stand around what is left out if nothing is known. "
        "Each has a paragraph of its own, which the letter does not have.",
        bold_start="Leaving out. ",
    )
    page.paragraph(
        "{%p for each in links %} and {%p endfor %} stand around what is written once for every "
        "link; {{ each }} is the link. In a table it is {%tr for each in evidence %} and "
        "{%tr endfor %}, each in a row of its own.",
        bold_start="Lists. ",
    )
    page.paragraph(
        "There is no field for who reported a post, and there never will be. The bot sends no "
        "letter: you read it, change it and send it yourself."
    )


def _written(field: Field) -> str:
    match field.shape:
        case Shape.TEXT:
            return f"{{{{ {field.name} }}}}"
        case Shape.YES_NO:
            return f"{{%p if {field.name} %}}"
        case Shape.LIST | Shape.ROWS:
            return f"{{%p for {_ROW} in {field.name} %}}"


def _meaning(field: Field) -> str:
    meaning = f"{field.meaning[0].upper()}{field.meaning[1:]}."
    parts = [f"{{{{ {_ROW}.{name} }}}} is {what}." for name, what in field.columns.items()]
    return "\n".join([meaning, *parts])
