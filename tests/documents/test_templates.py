"""The templates that come with the bot: made anew by ``pytest --golden``, and as good as made."""

from io import BytesIO
from pathlib import Path
from zipfile import ZipFile

import pytest

from adapters.documents.make_templates import templates
from bot.app.letter_fields import LETTERS

TEMPLATES = Path(__file__).parents[2] / "adapters" / "documents" / "templates"


def parts_of(word: bytes) -> dict[str, bytes]:
    with ZipFile(BytesIO(word)) as packed:
        return {name: packed.read(name) for name in packed.namelist()}


def test_the_templates_are_those_that_their_words_and_looks_make(
    request: pytest.FixtureRequest,
) -> None:
    made = templates()
    if request.config.getoption("--golden"):
        TEMPLATES.mkdir(exist_ok=True)
        for letter, word in made.items():
            (TEMPLATES / f"{letter}.docx").write_bytes(word)

    assert set(made) == set(LETTERS)
    assert {path.stem for path in TEMPLATES.glob("*")} == set(LETTERS)
    for letter, word in made.items():
        # Part by part: how well a zip is packed may differ from one machine to the next.
        assert parts_of((TEMPLATES / f"{letter}.docx").read_bytes()) == parts_of(word), letter
