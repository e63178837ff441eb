"""What ``school.toml`` and the environment may not say: each mistake, as it is told."""

import json
import tomllib
from collections.abc import Mapping
from pathlib import Path

import pytest

from bot.config import read_settings, settings_from
from bot.domain.errors import SettingsNotAccepted
from tests.school_files import PLACE, SAMPLE, changed, problems

MISTAKES: Mapping[str, tuple[tuple[str, str], str]] = {
    "a school without an id": (
        ('id = "derwent-vale"', ""),
        'school.id: is missing. Add id = "derwent-vale".',
    ),
    "an id that is no short name": (
        ('id = "derwent-vale"', 'id = "Derwent Vale!"'),
        (
            "school.id: is not a short name in small letters. Use up to 40 small letters, digits "
            'and hyphens, such as "derwent-vale".'
        ),
    ),
    "an empty name": (
        ('name = "Derwent Vale Primary School"', 'name = " "'),
        'school.name: is empty. Write a text, such as "Derwent Vale Primary School".',
    ),
    "a name of two lines": (
        ('name = "Derwent Vale Primary School"', r'name = "Derwent\nVale"'),
        "school.name: holds line breaks or characters that cannot be seen. Type it anew.",
    ),
    "a name without end": (
        ('name = "Derwent Vale Primary School"', f'name = "{"Vale " * 50}"'),
        "school.name: is longer than 200 characters. Shorten it.",
    ),
    "a country that is none": (
        ('country = "England"', 'country = "Englant"'),
        'school.country: is not known. Did you mean "England"?',
    ),
    "an age that is a text": (
        ("pupils_under_13 = true", 'pupils_under_13 = "yes"'),
        "school.pupils_under_13: is a text. Write true or false, without quotes.",
    ),
    "a misspelt key": (
        ("pupils_under_13 = true", "pupils_under_31 = true\npupils_under_13 = true"),
        'school.pupils_under_31: is not known here. Did you mean "pupils_under_13"?',
    ),
    "a pack that is not there": (
        ('policy = "derwent-vale"', 'policy = "derwent"'),
        (
            "school.policy: is not a pack that comes with the bot. Did you mean "
            '"derwent-vale"? For a pack of your own, write its file: "….toml".'
        ),
    ),
    "a pack whose file is not there": (
        ('policy = "derwent-vale"', 'policy = "ours.toml"'),
        (
            "school.policy: names a file that is not there. Correct the path; it starts from the "
            f"folder of {PLACE}."
        ),
    ),
    "a date that does not exist": (
        ("last = 2026-12-18", "last = 2026-02-30"),
        (
            "calendar.terms[1].last: 2026-02-30 is not a date that exists. Write a date without "
            "quotes, such as 2026-09-02: year, month, day."
        ),
    ),
    "a month that does not exist": (
        ("first = 2027-05-31", "first = 2027-13-31"),
        (
            "calendar.terms[3].half_term.first: 2027-13-31 is not a date that exists. Write a date "
            "without quotes, such as 2026-09-02: year, month, day."
        ),
    ),
    "a date as one writes it by hand": (
        ("last = 2027-03-25", "last = 25/03/2027"),
        (
            "calendar.terms[2].last: 25/03/2027 is not a date that exists. Write a date without "
            "quotes, such as 2026-09-02: year, month, day."
        ),
    ),
    "a date in quotes": (
        ("last = 2027-03-25", 'last = "2027-03-25"'),
        "calendar.terms[2].last: 2027-03-25 is a text. Write it without quotes: 2027-03-25.",
    ),
    "a date with a time": (
        ("last = 2027-03-25", "last = 2027-03-25T16:00:00"),
        (
            "calendar.terms[2].last: is a date with a time. Write a date without quotes, such as "
            "2026-09-02."
        ),
    ),
    "a year of another century": (
        ("last = 2027-07-20", "last = 2207-07-20"),
        "calendar.terms[3].last: 2207-07-20 is not between 2000 and 2099. Correct the year.",
    ),
    "a missing date": (
        ("last = 2027-07-20", ""),
        (
            "calendar.terms[3].last: is missing. Add last = and a date without quotes, such as "
            "2026-09-02."
        ),
    ),
    "a term that ends before it begins": (
        ("first = 2026-09-02", "first = 2026-12-20"),
        (
            "calendar.terms[1]: ends on 2026-12-18, before it begins on 2026-12-20. Exchange first "
            "and last, or correct the year."
        ),
    ),
    "a term that is longer than any": (
        ("last = 2027-07-20", "last = 2028-07-20"),
        (
            "calendar.terms[3]: is longer than 200 days, from 2027-04-12 to 2028-07-20. Is a year "
            "wrong? Give each term a table of its own."
        ),
    ),
    "terms that overlap": (
        ("last = 2026-12-18", "last = 2027-01-04"),
        (
            "calendar.terms[2]: begins on 2027-01-04, but the term above it ends on 2027-01-04. "
            "Put the terms in order of date, none beginning before the last has ended."
        ),
    ),
    "two terms of one name in one year": (
        ('name = "summer"', 'name = "Spring"'),
        (
            "calendar.terms[3].name: has the name of another term that begins in 2027. Give it one "
            "of its own."
        ),
    ),
    "a half-term that ends before it begins": (
        ("first = 2027-02-15, last = 2027-02-19", "first = 2027-02-19, last = 2027-02-15"),
        (
            "calendar.terms[2].half_term: ends on 2027-02-15, before it begins on 2027-02-19. "
            "Exchange first and last, or correct the year."
        ),
    ),
    "a half-term outside its term": (
        ("first = 2026-10-26, last = 2026-10-30", "first = 2026-12-14, last = 2026-12-19"),
        (
            "calendar.terms[1].half_term: 2026-12-14 to 2026-12-19 is not inside its term. Write "
            "days between 2026-09-02 and 2026-12-18."
        ),
    ),
    "a half-term that is one date": (
        ("{ first = 2027-02-15, last = 2027-02-19 }", "2027-02-15"),
        "calendar.terms[2].half_term: is a date. Write half_term = { first = …, last = … }.",
    ),
    "an INSET day in the holidays": (
        ("[2026-09-02, 2027-01-04, ", "[2026-09-02, 2027-01-03, "),
        (
            "calendar.inset[2]: 2027-01-03 is in none of the terms above. Correct the day or the "
            "term, or take the day out."
        ),
    ),
    "INSET days that are no list": (
        ("[2026-09-02, 2027-01-04, 2027-06-07]", "2026-09-02"),
        "calendar.inset: is a date. Write a list of dates, such as [2026-09-02, 2027-01-04].",
    ),
    "a head whom nobody is": (
        ('head = ["Ruth Calder <head@derwentvale.example>"]', ""),
        (
            "roles.head: is held by nobody, and the bot cannot work without. Add "
            'head = ["Ada Grant <head@school.example>"].'
        ),
    ),
    "an address without a domain": (
        ("<dsl@derwentvale.example>", "<dsl@derwentvale>"),
        (
            "roles.dsl[1]: is not one e-mail address, with or without a name. Write "
            '"head@school.example" or "Ada Grant <head@school.example>"; several people as a list: '
            '["…", "…"].'
        ),
    ),
    "two addresses in one text": (
        (
            '["Tom Ashby <deputy@derwentvale.example>"]',
            '"tom@derwentvale.example, di@derwentvale.example"',
        ),
        (
            "roles.deputy: is not one e-mail address, with or without a name. Write "
            '"head@school.example" or "Ada Grant <head@school.example>"; several people as a list: '
            '["…", "…"].'
        ),
    ),
    "a holder that is a number": (
        ('["Sam Fielding <admin@derwentvale.example>"]', "[7]"),
        (
            "roles.admin[1]: is a number. Write a text in quotes, such as "
            '"Ada Grant <head@school.example>".'
        ),
    ),
    "one person twice in one role": (
        ("<chair-2@derwentvale.example>", "<Chair@derwentvale.example>"),
        "roles.chair[2]: has the same address as roles.chair[1]. Name each person once in a role.",
    ),
    "a role that is misspelt": (
        ("deputy = [", "depute = ["),
        'roles.depute: is not known here. Did you mean "deputy"?',
    ),
    "a number that cannot be dialled": (
        ('number = "07700 900103"', 'number = "ask the office"'),
        (
            "contacts.dsl: has no telephone number that can be dialled. Write it in quotes, such "
            'as "01632 960101"; words belong into the label.'
        ),
    ),
    "a number without quotes": (
        ('number = "07700 900104"', "number = 7700900104"),
        (
            "contacts.chair: has a number where the number belongs. Write it in quotes, such as "
            '"01632 960101"; words belong into the label.'
        ),
    ),
    "a contact without a number": (
        (', number = "01632 960105"', ""),
        'contacts.lado: has no number. Add number = "01632 960101".',
    ),
    "a contact with a key too many": (
        ('number = "01632 960106"', 'number = "01632 960106", hours = "9 to 5"'),
        "contacts.social-care-day: key number 3 is not known here. Use one of: label, number.",
    ),
    "a contact that no card names": (
        ("social-care-night = {", "social-care-nights = {"),
        'contacts.social-care-nights: is not known here. Did you mean "social-care-night"?',
    ),
    "a detail that there is not": (
        ('detail = "suppressed"', 'detail = "everything"'),
        "digest.detail: is not known. Use one of: suppressed, totals.",
    ),
    "a data folder that is a file": (
        ('# data_folder = "/srv/report-post"', f"data_folder = {json.dumps(__file__)}"),
        "storage.data_folder: is not a folder and cannot become one. Name a folder.",
    ),
    "a letterhead of one line": (
        ('address = ["Mill Lane", "Derwent Vale", "DV1 2AB"]', 'address = "Mill Lane"'),
        (
            "letterhead.address: is a text. Write a list of lines: "
            'address = ["Mill Lane", "Derwent Vale", "DV1 2AB"].'
        ),
    ),
    "a letterhead with a number that nobody can ring": (
        ('telephone = "01632 960100"', 'telephone = "ask the office"'),
        (
            "letterhead.telephone: has no telephone number that can be dialled. Write it in "
            'quotes, such as "01632 960101"; words belong into the label.'
        ),
    ),
    "a letterhead with an address that is none": (
        ('email = "office@derwentvale.example"', 'email = "office"'),
        'letterhead.email: is not an e-mail address. Write "office@school.example".',
    ),
    "a website that is none": (
        ('website = "https://www.derwentvale.example"', 'website = "derwentvale.example"'),
        (
            "letterhead.website: is not the address of a website. "
            'Write it in full: "https://www.school.example".'
        ),
    ),
    "letters that are not there": (
        ('# templates = "letters"', 'templates = "letters"'),
        (
            "letterhead.templates: names a folder that is not there. Make it: report-post letters "
            "--out FOLDER. Or take the line out."
        ),
    ),
    "an end of the secret that is no day": (
        ("# secret_expires = 2028-11-01", 'secret_expires = "soon"'),
        "teams.secret_expires: is a text. Write a date without quotes, such as 2026-09-02.",
    ),
    "a table that nobody reads": (
        ("[digest]", "[slack]\ntoken = 1\n[digest]"),
        f"slack: is not known here. Use one of: {', '.join(sorted(tomllib.loads(SAMPLE)))}.",
    ),
}


@pytest.mark.parametrize(("change", "told"), MISTAKES.values(), ids=MISTAKES.keys())
def test_a_mistake_is_told_alone_with_its_place_and_how_to_mend_it(
    change: tuple[str, str], told: str
) -> None:
    assert problems(changed(change)) == (told,)


@pytest.mark.parametrize(
    ("address", "wrong"),
    [
        ("mysql://db.example/posts", "is no address of a database we know."),
        ("our database", "is no address of a database we know."),
        ("postgresql://db.example:port/posts", "is no address of a database we know."),
        ("postgresql+psycopg://db.example", "names no database on the server."),
        ("sqlite://", "names no file."),
        ("sqlite:///:memory:", "names no file."),
    ],
)
def test_a_database_that_cannot_be_is_told_where_it_was_given(address: str, wrong: str) -> None:
    in_file = changed(("# database = ", f'database = "{address}" # '))
    from_environment = problems(SAMPLE, {"REPORT_POST_DATABASE": address})
    told = (*problems(in_file), *from_environment)
    assert [each.split(" Use ")[0] for each in told] == [
        f"storage.database: {wrong}",
        f"environment, REPORT_POST_DATABASE: {wrong}",
    ]


def test_a_file_stands_where_the_environments_folder_should_be() -> None:
    below_a_file = str(Path(__file__) / "data")
    assert problems(SAMPLE, {"REPORT_POST_DATA": below_a_file}) == (
        "environment, REPORT_POST_DATA: is not a folder and cannot become one. Name a folder.",
    )


def test_an_empty_file_is_told_everything_that_it_lacks() -> None:
    assert [each.split(": ")[0] for each in problems("")] == [
        *["school.id", "school.name", "school.country", "school.pupils_under_13"],
        *["calendar.terms", "roles.head", "roles.dsl", "roles.chair", "roles.admin"],
    ]


def test_every_mistake_is_named_at_once() -> None:
    together = [
        "an id that is no short name",
        "a country that is none",
        "a misspelt key",
        "a pack that is not there",
        "a date that does not exist",
        "a month that does not exist",
        "a date as one writes it by hand",
        "a half-term that ends before it begins",
        "an address without a domain",
        "one person twice in one role",
        "a holder that is a number",
        "a role that is misspelt",
        "a number without quotes",
        "a contact without a number",
        "a detail that there is not",
        "a data folder that is a file",
        "a table that nobody reads",
    ]
    text = changed(*(MISTAKES[name][0] for name in together))
    environment = {"REPORT_POST_DATABASE": "none"}
    told = problems(text, environment)
    assert {each for each in told if not each.startswith("environment")} == {
        MISTAKES[name][1] for name in together
    }
    assert told[-2].startswith("environment, REPORT_POST_DATABASE:")
    assert len(told) == len(together) + 1


def test_the_error_reads_as_one_line_a_problem_with_the_file_first() -> None:
    text = changed(MISTAKES["an empty name"][0], MISTAKES["an INSET day in the holidays"][0])
    with pytest.raises(SettingsNotAccepted) as caught:
        settings_from(text, PLACE, {})
    first, second = str(caught.value).splitlines()
    assert first.startswith("/srv/school/school.toml, school.name: is empty.")
    assert second.startswith("/srv/school/school.toml, calendar.inset[2]: 2027-01-03 is in none")


# Files that are no TOML, or cannot be read


def test_what_is_no_toml_is_told_with_its_line() -> None:
    line = SAMPLE[: SAMPLE.index('name = "autumn"')].count("\n") + 1
    told = problems(changed(('name = "autumn"', 'name = "autumn')))
    looks = "Look at this line and the one above: texts and telephone numbers stand in quotes, "
    mend = f"{looks}lists in [ ], and between a key and its value stands =."
    assert told == (f"line {line}, column 15: cannot be read as TOML. {mend}",)


def test_a_table_that_stands_twice_is_told_with_its_line() -> None:
    told = problems(changed(("[digest]", "[roles]\n[digest]")))
    line = SAMPLE[: SAMPLE.index("[digest]")].count("\n") + 1
    assert told == (
        f"line {line}, column 7: a key or a table stands there a second time. Keep one of the two.",
    )


def test_a_file_that_breaks_off_is_told_so() -> None:
    told = problems(SAMPLE[: SAMPLE.index("2027-01-04, 2027-06-07]")])
    assert [each.partition(":")[0] for each in told] == ["the last line"]


def test_a_file_that_is_no_toml_does_not_hide_a_mistake_of_the_environment() -> None:
    told = problems("[school", {"REPORT_POST_DATABASE": "none"})
    assert [each.partition(":")[0] for each in told] == [
        "the last line",
        "environment, REPORT_POST_DATABASE",
    ]


@pytest.mark.parametrize("text", ["a = " + "[" * 100_000, f"a = {'1' * 5000}"])
def test_what_the_parser_cannot_bear_is_a_problem_too(text: str) -> None:
    assert problems(text) == (f"{PLACE}: cannot be read as TOML. Begin again from the sample.",)


def test_a_file_is_read_whatever_editor_wrote_it(tmp_path: Path) -> None:
    path = tmp_path / "school.toml"
    path.write_bytes(b"\xef\xbb\xbf" + SAMPLE.replace("\n", "\r\n").encode())
    read = read_settings(path, {})
    assert read == settings_from(SAMPLE, path, {})


def test_a_file_that_cannot_be_read_is_a_problem_too(tmp_path: Path) -> None:
    latin = tmp_path / "latin.toml"
    latin.write_bytes("name = 'École'".encode("latin-1"))
    told: list[str] = []
    for path in (latin, tmp_path / "none.toml", tmp_path, Path("\0")):
        with pytest.raises(SettingsNotAccepted) as caught:
            read_settings(path, {})
        told += caught.value.problems
    assert told == [
        f"{latin}: is not written in UTF-8. Save it again with the encoding UTF-8.",
        (f"{tmp_path / 'none.toml'}: is not there. Check the path, or make it: report-post init"),
        (
            f"{tmp_path}: is a folder, and this takes the file of one school. "
            f"Name it, such as {tmp_path / 'hill-top.toml'}."
        ),
        "\0: cannot be read. Check that it is a file that the bot may read.",
    ]
