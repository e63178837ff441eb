"""Answers from a file: by the names of the questions, every mistake at once, nothing repeated."""

from pathlib import Path

import pytest

from bot.compose.setup.answers import Answers
from bot.compose.setup.from_file import AnswersNotAccepted, FileAsker
from bot.compose.setup.interview import interview
from bot.compose.setup.written import school_toml
from bot.config import settings_from
from bot.domain.ids import Role

from .asked import TODAY

ROOT = Path(__file__).parents[2]
EXAMPLE = ROOT / "docs" / "init-answers.toml"
LEAST = """
name = "Hill Top"
head = "head@hilltop.example"
dsl = "dsl@hilltop.example"
chair = "chair@hilltop.example"
admin = "it@hilltop.example"
"""


def answers_of(path: Path) -> Answers:
    asker = FileAsker(path)
    found = interview(asker, TODAY)
    asker.end()
    return found


def written(tmp_path: Path, text: str) -> Path:
    path = tmp_path / "answers.toml"
    path.write_text(text, "utf-8")
    return path


def problems(tmp_path: Path, text: str) -> list[str]:
    with pytest.raises(AnswersNotAccepted) as wrong:
        answers_of(written(tmp_path, text))
    return [
        each.removeprefix(f"{tmp_path}/answers.toml, ") for each in str(wrong.value).split("\n")
    ]


def test_the_example_in_the_documentation_is_accepted() -> None:
    read = settings_from(school_toml(answers_of(EXAMPLE)), EXAMPLE, {})
    assert read.id == "hill-top"
    assert [each.email for each in read.holders[Role.CHAIR]][1] == "vice-chair@hilltop.example"
    assert len(read.contacts) == 7


def test_the_terms_of_the_example_are_accepted_without_their_remark(tmp_path: Path) -> None:
    text = EXAMPLE.read_text("utf-8").replace("# autumn", "autumn").replace("# inset", "inset")
    found = answers_of(written(tmp_path, text)).calendar
    assert found.terms[0] not in found.guessed
    assert len(found.inset) == 2


def test_answers_may_be_dates_lists_numbers_and_true(tmp_path: Path) -> None:
    more = 'under_13 = false\ngovernors = 7\ninset = [2027-01-04, "5 January 2027"]\n'
    answers = answers_of(written(tmp_path, LEAST + more))
    assert (answers.school.under_13, answers.school.governors) == (False, 7)
    assert len(answers.calendar.inset) == 2


def test_every_mistake_is_named_at_once(tmp_path: Path) -> None:
    text = (
        'name = ""\nhead = "Zq Marker"\nchair = "c@hilltop.example"\n'
        'countri = "Wales"\ngovernors = 1\n'
    )
    assert problems(tmp_path, text) == [
        "name: This is empty. Please type it.",
        "governors: This is too small or too large. Write it in digits, such as 9.",
        (
            "head: This is not one e-mail address, with or without a name. Write the e-mail "
            "address of each, with or without the name before it: Ada Grant "
            "<head@school.example>. Several people: a comma between them."
        ),
        'dsl: is missing. Add dsl = "head@school.example".',
        'admin: is missing. Add admin = "head@school.example".',
        'countri: is not asked. Did you mean "country"?',
    ]


def test_an_answer_that_may_be_somebodys_name_is_counted(tmp_path: Path) -> None:
    told = problems(tmp_path, f'{LEAST}"Zq Marker" = "x"\n')
    assert told[0].startswith("answer number 6: is not asked.")


def test_an_answer_that_is_a_table_is_no_text(tmp_path: Path) -> None:
    told = problems(tmp_path, f"{LEAST}\n[country]\nname = 1\n")
    assert told == ["country: is no text. Write in quotes what you would type."]


@pytest.mark.parametrize(
    ("content", "why"),
    [
        (b"name = 'Zq Marker", "cannot be read as TOML."),
        ("name = 'École'".encode("latin-1"), "is not written in UTF-8."),
        (None, "cannot be read (no such file or directory)."),
    ],
)
def test_a_file_that_cannot_be_read_is_told_without_its_content(
    tmp_path: Path, content: bytes | None, why: str
) -> None:
    path = tmp_path / "answers.toml"
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(AnswersNotAccepted) as wrong:
        FileAsker(path)
    assert str(wrong.value).startswith(f"{path}: {why}")
    assert "Marker" not in str(wrong.value)
