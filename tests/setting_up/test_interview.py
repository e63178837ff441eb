"""What is asked, what is accepted, and that the file that is written is accepted as it is."""

import string
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.app.letterhead import Letterhead
from bot.compose.setup.asking import NotAccepted
from bot.compose.setup.interview import interview
from bot.compose.setup.written import school_toml
from bot.config import Settings, settings_from
from bot.domain.ids import ContactId, Role
from bot.domain.personal import Personal
from bot.screens.wording import Contact
from tests.school_files import UNHURRIED

from .asked import NEEDED, TODAY, Somebody, answered

PLACE = Path("/srv/school/school.toml")


def settings(today: date = TODAY, **answers: str) -> Settings:
    """What the bot reads from the file that is written of these answers."""
    return settings_from(school_toml(answered(today, **answers)), PLACE, {})


# What is written is what was answered


def test_what_must_be_answered_and_enter_for_the_rest_is_enough() -> None:
    read = settings()
    assert (read.name, read.id) == ("Hill Top Primary School", "hill-top-primary-school")
    assert read.traits == {"pupils-under-13"}
    assert read.letterhead == Letterhead()
    assert read.contacts == {}
    assert (read.digest_detail, read.governors) == ("suppressed", None)
    assert read.backup_folder is None
    assert [each.email for each in read.holders[Role.CHAIR]] == [
        "chair@hilltop.example",
        "vice@hilltop.example",
    ]
    assert Role.DEPUTY not in read.holders


def test_everything_that_is_answered_is_read_again() -> None:
    read = settings(
        id="hill-top",
        country="wales",
        under_13="no",
        governors="11",
        address="1 High Street, Hill Top , HT1 2AB",
        telephone="01632 960 100",
        email="Office@HillTop.example",
        website="www.hilltop.example",
        complaints="Ask the office, or look at www.hilltop.example",
        autumn_2026="2/9/2026 - 18 Dec 2026",
        autumn_2026_half_term="none",
        summer_2027_half_term="31 May 2027 to 4 June 2027",
        inset="2026-09-02, 4 January 2027",
        deputy="Tom Ashby <tom@hilltop.example>",
        ring_lado="01632 960105",
        digest_detail="totals",
        backup="/mnt/backup/report-post",
    )
    assert (read.id, read.traits, read.governors) == ("hill-top", frozenset(), 11)
    assert read.letterhead == Letterhead(
        ("1 High Street", "Hill Top", "HT1 2AB"),
        "01632 960 100",
        "office@hilltop.example",
        "https://www.hilltop.example",
        "Ask the office, or look at www.hilltop.example",
    )
    autumn = read.calendar.terms[0]
    assert (autumn.first_on, autumn.half_term) == (date(2026, 9, 2), None)
    assert read.calendar.inset_days == {date(2026, 9, 2), date(2027, 1, 4)}
    assert read.holders[Role.DEPUTY][0].name == Personal("Tom Ashby")
    assert read.contacts[ContactId("lado")].number == "01632 960105"
    assert read.digest_detail == "totals"
    assert read.backup_folder == Path("/mnt/backup/report-post")


def test_a_name_and_a_number_are_typed_once_for_each_person() -> None:
    read = settings(ring_head="01632 960101")
    assert read.holders[Role.DSL][0].name == Personal("Ada Grant")
    assert read.contacts[ContactId("dsl")] == Contact(
        "Ada Grant, safeguarding lead", "01632 960101"
    )


def test_whoever_is_named_without_a_name_is_called_by_the_role() -> None:
    contacts = settings(ring_chair="07700 900104").contacts
    assert contacts[ContactId("chair")] == Contact("Chair of governors", "07700 900104")


def test_a_deputy_that_there_is_not_is_not_to_be_rung() -> None:
    somebody = Somebody()
    interview(somebody, TODAY)
    assert "ring_deputy" not in somebody.asked
    with_deputy = Somebody(deputy="tom@hilltop.example")
    interview(with_deputy, TODAY)
    assert "ring_deputy" in with_deputy.asked


def test_no_secret_is_asked_for_or_written() -> None:
    somebody = Somebody(platforms="both")
    text = school_toml(interview(somebody, TODAY))
    assert not {each for each in somebody.asked if "token" in each or "secret" in each}
    assert "SLACK_BOT_TOKEN and" in text
    assert "TEAMS_APP_ID," in text
    assert not [line for line in text.splitlines() if line.startswith(("SLACK", "TEAMS"))]


def test_only_the_chosen_platforms_secrets_are_told() -> None:
    assert "TEAMS_APP_ID" not in school_toml(answered(platforms="slack"))
    assert "SLACK_BOT_TOKEN" not in school_toml(answered(platforms="teams"))


def test_a_term_that_was_left_as_it_was_guessed_is_marked_in_the_file() -> None:
    text = school_toml(answered(spring_2027="5 January 2027 to 25 March 2027"))
    guesses = [
        line for before, line in zip(text.splitlines(), text.splitlines()[2:], strict=False)
        if before.startswith("# A guess of")
    ]  # fmt: skip
    assert guesses == ['name = "autumn"', 'name = "summer"']


def test_scotland_is_asked_without_a_guess() -> None:
    somebody = Somebody(
        country="Scotland",
        autumn_2026="17 August 2026 to 22 December 2026",
        spring_2027="6 January 2027 to 1 April 2027",
        summer_2027="19 April 2027 to 25 June 2027",
    )
    answers = interview(somebody, TODAY)
    assert answers.calendar.guessed == frozenset()
    assert not any("guesses" in each for each in somebody.told)


def test_that_the_dates_are_guesses_is_said_before_they_are_asked() -> None:
    somebody = Somebody()
    interview(somebody, TODAY)
    assert any("guesses" in each and "check each of them" in each for each in somebody.told)


def test_a_school_answers_fewer_than_forty_questions() -> None:
    somebody = Somebody(deputy="tom@hilltop.example")
    interview(somebody, TODAY)
    assert len(somebody.asked) < 40


@UNHURRIED
@given(
    st.text(st.characters(exclude_categories=["C"]), min_size=1, max_size=60),
    st.text(string.ascii_letters + " '\"\\#=]", min_size=1, max_size=30),
    st.dates(date(2022, 1, 1), date(2060, 1, 1)),
)
def test_whatever_the_names_the_file_is_accepted_at_once(
    name: str, person: str, today: date
) -> None:
    given_name = name if name.strip() and name.strip().isprintable() else "x"
    read = settings(today, name=given_name, id="x", head=f"{person} <a@b.example>")
    assert read.name == given_name.strip()


# What is not accepted


@pytest.mark.parametrize(
    ("question", "typed", "told"),
    [
        ("name", "  ", "This is empty."),
        ("name", "Vale " * 50, "This is longer than 200 characters. Please shorten it."),
        ("id", "Hill Top", "This is not a short name in small letters."),
        ("country", "France", "This is none of the answers."),
        ("under_13", "perhaps", "This is none of the answers."),
        ("governors", "two", "This is a text."),
        ("governors", "1", "This is too small or too large. Write it in digits, such as 9."),
        ("address", "a,b,c,d,e,f,g", "This has more than 6 lines."),
        ("telephone", "ask Pat", "This has no telephone number that can be dialled."),
        ("email", "office", "This is not an e-mail address."),
        ("website", "not one", "This is not the address of a website."),
        ("website", "https://[", "This is not the address of a website."),
        ("autumn_2026", "2 September 2026", "This is not two days."),
        ("autumn_2026", "2 September to 18 December", "This is not a day that exists."),
        ("autumn_2026", "31 September 2026 to 1 December 2026", "This is not a day that exists."),
        ("autumn_2026", "1 December 2026 to 2 September 2026", "The last day comes before"),
        ("autumn_2026", "2 September 2026 to 18 December 2027", "This is longer than 200 days"),
        ("spring_2027", "1 December 2026 to 1 April 2027", "This begins on 2026-12-01, but the"),
        ("autumn_2026_half_term", "1 August 2026 to 5 August 2026", "This is not inside its term"),
        ("inset", "5 August 2026", "2026-08-05 is in none of the terms above."),
        ("head", "Ada Grant", "This is not one e-mail address"),
        ("head", "none", "This role must be held"),
        ("chair", "a@b.example, A@B.example", "This has the same address as number 1."),
        ("ring_lado", "the council", "This has no telephone number"),
        ("digest_detail", "everything", "This is none of the answers."),
        ("backup", "copies", "This is no whole path."),
        ("platforms", "Discord", "This is none of the answers."),
    ],
)
def test_a_wrong_answer_is_told_with_what_would_be_right(
    question: str, typed: str, told: str
) -> None:
    with pytest.raises(NotAccepted) as wrong:
        answered(TODAY, **{question: typed})
    assert str(wrong.value).startswith(told)
    assert str(wrong.value).count(".") > 1 or "Did you mean" in str(wrong.value)


def test_no_reason_repeats_a_name_an_address_or_a_number() -> None:
    for question in ("head", "email", "ring_lado", "telephone", "website", "id"):
        with pytest.raises(NotAccepted) as wrong:
            answered(TODAY, **{question: "zq Marker @ 07700 x"})
        assert "Marker" not in str(wrong.value)


def test_the_needed_answers_are_all_that_is_needed() -> None:
    for name in NEEDED:
        somebody = Somebody()
        del somebody._answers[name]  # noqa: SLF001 - this one does not answer
        with pytest.raises(AssertionError, match=name):
            interview(somebody, TODAY)
