"""What ``school.toml`` and the environment may say, and what the sample school says."""

from datetime import date, timedelta
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.app.letterhead import Letterhead
from bot.config import sample_settings, settings_from
from bot.domain.errors import SettingsNotAccepted
from bot.domain.ids import ContactId, Role
from bot.domain.personal import Personal
from bot.screens.wording import Contact
from tests.domain.calendars import sample_calendar
from tests.school_files import PLACE, SAMPLE, UNHURRIED, changed, problems, settings

DATA = Path("/srv/data")

# The sample school


def test_the_sample_has_the_calendar_of_the_journeys() -> None:
    calendar = sample_settings(DATA).calendar
    journeys = sample_calendar()
    assert calendar.terms == journeys.terms
    assert calendar.inset_days == journeys.inset_days
    assert calendar.zone == journeys.zone
    assert sample_settings(DATA).zone == journeys.zone


def test_the_sample_has_the_bank_holidays_of_england() -> None:
    calendar = sample_settings(DATA).calendar
    year = (date(2026, 9, 2) + timedelta(days=ahead) for ahead in range(322))
    weekdays = [day for day in year if day.weekday() < 5]
    assert weekdays[-1] == date(2027, 7, 20)
    assert [str(day) for day in weekdays if day in calendar.bank_holidays] == [
        "2026-12-25",
        "2026-12-28",
        "2027-01-01",
        "2027-03-26",
        "2027-03-29",
        "2027-05-03",
        "2027-05-31",
    ]


def test_the_sample_has_one_holder_a_role_but_two_chairs() -> None:
    holders = sample_settings(DATA).holders
    assert {role.value: [each.email for each in people] for role, people in holders.items()} == {
        "head": ["head@derwentvale.example"],
        "deputy": ["deputy@derwentvale.example"],
        "dsl": ["dsl@derwentvale.example"],
        "chair": ["chair@derwentvale.example", "chair-2@derwentvale.example"],
        "admin": ["admin@derwentvale.example"],
    }
    assert all(each.name for people in holders.values() for each in people)


def test_the_sample_gives_every_contact_a_number_that_nobody_has() -> None:
    contacts = sample_settings(DATA).contacts
    assert [str(each) for each in contacts] == [
        *["head", "deputy", "dsl", "chair", "lado", "social-care-day", "social-care-night"]
    ]
    # Kept by Ofcom for drama: 01632 960000 to 960999 and 07700 900000 to 900999.
    reserved = ("01632 960", "07700 900")
    assert all(each.number.startswith(reserved) for each in contacts.values())
    assert len({each.number for each in contacts.values()}) == len(contacts)


def test_the_sample_keeps_everything_in_the_folder_it_is_given() -> None:
    sample = sample_settings(DATA)
    assert sample.data_folder == DATA
    assert sample.database == "sqlite:////srv/data/report-post.sqlite3"
    assert (sample.id, sample.name) == ("derwent-vale", "Derwent Vale Primary School")
    assert (sample.policy, sample.digest_detail) == ("derwent-vale", "suppressed")
    assert sample.traits == {"pupils-under-13"}


# What may be written


@pytest.mark.parametrize(
    ("country", "has", "has_not"),
    [
        ("Wales", "2027-05-31", "2027-07-12"),
        ("scotland", "2027-01-04", "2027-03-29"),  # 2 January was a Saturday; no Easter Monday
        ("Northern Ireland", "2027-07-12", "2027-11-30"),
    ],
)
def test_each_country_has_its_own_bank_holidays(country: str, has: str, has_not: str) -> None:
    days = settings(('"England"', f'"{country}"')).calendar.bank_holidays
    assert date.fromisoformat(has) in days
    assert date.fromisoformat(has_not) not in days


def test_bank_holidays_are_known_from_the_first_term_to_two_years_after_the_last() -> None:
    days = sample_settings(DATA).calendar.bank_holidays
    assert {day.year for day in days} == {2026, 2027, 2028, 2029}


def test_a_school_whose_pupils_are_older_has_no_trait() -> None:
    assert settings(("pupils_under_13 = true", "pupils_under_13 = false")).traits == frozenset()


def test_a_holder_is_an_address_with_or_without_a_name() -> None:
    with_names = settings(
        ('"Ruth Calder <head@derwentvale.example>"', "'\"Ada\" < Head@School.Example >'"),
        ('["Tom Ashby <deputy@derwentvale.example>"]', '"deputy@school.example"'),
    ).holders
    assert with_names[Role.HEAD][0].email == "head@school.example"
    assert with_names[Role.HEAD][0].name == Personal("Ada")
    assert with_names[Role.DEPUTY][0].email == "deputy@school.example"
    assert with_names[Role.DEPUTY][0].name is None


def test_nobody_needs_to_be_deputy() -> None:
    held = settings(('deputy = ["Tom Ashby <deputy@derwentvale.example>"]', "")).holders
    assert Role.DEPUTY not in held
    held = settings(('["Tom Ashby <deputy@derwentvale.example>"]', "[]")).holders
    assert Role.DEPUTY not in held


def test_one_person_may_be_head_and_chair_at_once() -> None:
    held = settings(("<chair@derwentvale.example>", "<head@derwentvale.example>")).holders
    assert held[Role.CHAIR][0].email == held[Role.HEAD][0].email


@pytest.mark.parametrize(
    "number", ["999", "01632 960101", "+44 (0)1632 960 101", "01632-960101", "01632 960101 ext. 12"]
)
def test_numbers_are_taken_as_people_write_them(number: str) -> None:
    label = 'label = "LADO, Derwent County Council"'
    contacts = settings((f'{label}, number = "01632 960105"', f'{label}, number = "{number}"'))
    expected = Contact("LADO, Derwent County Council", number)
    assert contacts.contacts[ContactId("lado")] == expected


def test_a_number_alone_gets_the_usual_label() -> None:
    whole = 'head = { label = "Ruth Calder, headteacher", number = "01632 960101" }'
    contacts = settings((whole, 'head = "01632 960101"')).contacts
    assert contacts[ContactId("head")] == Contact("Headteacher", "01632 960101")


def test_a_contact_may_be_left_out() -> None:
    whole = 'head = { label = "Ruth Calder, headteacher", number = "01632 960101" }'
    assert ContactId("head") not in settings((whole, "")).contacts


def test_a_school_may_choose_plain_totals() -> None:
    assert settings(('detail = "suppressed"', 'detail = "totals"')).digest_detail == "totals"
    assert settings(('detail = "suppressed"', "")).digest_detail == "suppressed"


def test_the_letterhead_is_what_the_file_says_of_it() -> None:
    assert sample_settings(DATA).letterhead == Letterhead(
        ("Mill Lane", "Derwent Vale", "DV1 2AB"),
        "01632 960100",
        "office@derwentvale.example",
        "https://www.derwentvale.example",
    )


def test_changed_letters_lie_beside_the_file(tmp_path: Path) -> None:
    (tmp_path / "letters").mkdir()
    text = changed(('# templates = "letters"', 'templates = "letters"'))
    read = settings_from(text, tmp_path / "school.toml", {})
    assert read.letter_templates == tmp_path / "letters"
    assert settings().letter_templates is None


def test_a_school_without_a_letterhead_has_an_empty_one() -> None:
    before, _, rest = SAMPLE.partition("[letterhead]")
    text = before + rest[rest.index("# Term dates") :]
    assert settings_from(text, PLACE, {}).letterhead == Letterhead()


def test_the_end_of_the_secret_of_teams_may_be_written_down() -> None:
    assert sample_settings(DATA).teams_secret_ends is None
    read = settings(("# secret_expires = 2028-11-01", "secret_expires = 2028-11-01"))
    assert read.teams_secret_ends == date(2028, 11, 1)


def test_a_pack_of_the_schools_own_lies_beside_its_file(tmp_path: Path) -> None:
    (tmp_path / "ours.toml").write_text("")
    text = changed(('policy = "derwent-vale"', 'policy = "ours.toml"'))
    read = settings_from(text, tmp_path / "school.toml", {})
    assert read.policy == tmp_path / "ours.toml"


def test_without_a_word_the_data_lies_beside_the_file() -> None:
    read = settings()
    assert read.data_folder == Path("/srv/school/report-post-data")
    assert read.database == "sqlite:////srv/school/report-post-data/report-post.sqlite3"


def test_the_file_says_where_data_and_database_are() -> None:
    there = ('# data_folder = "/srv/report-post"\n', 'data_folder = "here"\n')
    old = '# database = "postgresql+psycopg://report_post@database.school.example/report_post"'
    read = settings(there, (old, 'database = "sqlite:///ours.db"'))
    assert read.data_folder == Path("/srv/school/here")
    assert read.database == "sqlite:////srv/school/ours.db"


def test_the_environment_goes_before_the_file() -> None:
    there = ('# data_folder = "/srv/report-post"', 'data_folder = "here"')
    address = "postgresql+psycopg://bot:s3cret@db.example:5432/report_post"
    environment = {"REPORT_POST_DATA": "/mnt/data", "REPORT_POST_DATABASE": address}
    read = settings(there, environment=environment)
    assert (read.data_folder, read.database) == (Path("/mnt/data"), address)


@pytest.mark.parametrize("variable", ["REPORT_POST_DATA", "REPORT_POST_DATABASE"])
@pytest.mark.parametrize("empty", ["", " "])
def test_a_place_that_is_set_but_empty_is_told(variable: str, empty: str) -> None:
    """The place that would be taken instead is not the one that was meant."""
    with pytest.raises(SettingsNotAccepted, match=f"{variable}: is set, but empty"):
        settings(environment={variable: empty})


def test_a_short_postgresql_address_gets_our_driver() -> None:
    read = settings(environment={"REPORT_POST_DATABASE": "postgresql://bot@db.example/posts"})
    assert read.database == "postgresql+psycopg://bot@db.example/posts"


def test_a_folder_with_odd_characters_is_still_one_address() -> None:
    read = sample_settings(Path("/srv/data? #1 %20"))
    assert read.database == "sqlite:////srv/data%3F %231 %2520/report-post.sqlite3"


# Properties of the calendar


DAYS = st.dates(date(2026, 1, 1), date(2027, 12, 31))


@UNHURRIED
@given(st.lists(st.tuples(DAYS, DAYS), min_size=1, max_size=4))
def test_terms_are_accepted_exactly_if_they_make_a_calendar(spans: list[tuple[date, date]]) -> None:
    written = "".join(
        f'[[calendar.terms]]\nname = "term {n}"\nfirst = {first}\nlast = {last}\n'
        for n, (first, last) in enumerate(spans)
    )
    start, end = SAMPLE.index("inset = "), SAMPLE.index("[roles]")
    text = f"{SAMPLE[:start]}{written}{SAMPLE[end:]}"
    in_order = all(timedelta() <= last - first <= timedelta(days=200) for first, last in spans)
    in_order = in_order and all(later[0] > earlier[1] for earlier, later in pairwise(spans))
    if in_order:
        terms = settings_from(text, PLACE, {}).calendar.terms
        assert [(term.first_on, term.last_on) for term in terms] == spans
    else:
        assert all(each.startswith("calendar.terms[") for each in problems(text))
