"""What doctor says of the calendar, contacts, dated words, governors and clocks, and how bad."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.compose.doctor.calendar import calendar_findings
from bot.compose.doctor.contacts import contact_findings
from bot.compose.doctor.dates import date_findings, oldest_good
from bot.compose.doctor.findings import Level
from bot.compose.doctor.governors import channel_finding, detail_finding, panel_findings
from bot.compose.doctor.skew import skew_finding
from bot.compose.setup.written import school_toml
from tests.builders import derwent_vale
from tests.setting_up.asked import answered

from .at_hand import NOW, at_hand, told, wrong

DEPUTYS = 'deputy = { label = "Tom Ashby, deputy headteacher", number = "01632 960102" }\n'
CHAIRS = 'chair = { label = "Helen Marsh, chair of governors", number = "07700 900104" }\n'


def on(day: str) -> datetime:
    return datetime.fromisoformat(f"{day}T12:00").replace(tzinfo=UTC)


# The calendar


def test_a_calendar_that_reaches_far_is_in_order(tmp_path: Path) -> None:
    findings = list(calendar_findings(at_hand(tmp_path)))
    assert wrong(findings) == []
    assert told(findings)[0] == "ok: Terms are known until 20 July 2027."


@pytest.mark.parametrize(
    ("day", "level"),
    [("2027-06-08", "ok"), ("2027-06-09", "warning"), ("2027-07-20", "warning"),
     ("2027-07-21", "fails")],
)  # fmt: skip
def test_the_end_of_the_last_term_is_told_in_time(tmp_path: Path, day: str, level: str) -> None:
    first = next(iter(calendar_findings(at_hand(tmp_path, now=on(day)))))
    assert first.level == level
    assert "20 July 2027" in first.says


def test_a_term_that_seems_to_be_missing_is_told(tmp_path: Path) -> None:
    spring = (
        '[[calendar.terms]]\nname = "spring"\nfirst = 2027-01-04\nlast = 2027-03-25\n'
        "half_term = { first = 2027-02-15, last = 2027-02-19 }\n\n"
    )
    at = at_hand(tmp_path, (spring, ""), ("2026-09-02, 2027-01-04, 2027-06-07", "2026-09-02"))
    assert wrong(calendar_findings(at)) == [
        "warning: No term is known between 18 December 2026 and 12 April 2027."
    ]


def test_the_guesses_of_init_are_told_until_somebody_has_looked(tmp_path: Path) -> None:
    at = at_hand(tmp_path)
    at.config.write_text(school_toml(answered()), "utf-8")
    assert wrong(calendar_findings(at)) == [
        "warning: 3 terms are still marked as a guess of report-post init."
    ]


# Whom to ring


def test_every_number_is_given(tmp_path: Path) -> None:
    assert wrong(contact_findings(at_hand(tmp_path), derwent_vale())) == []


def test_missing_numbers_are_told_in_one_line(tmp_path: Path) -> None:
    at = at_hand(tmp_path, (DEPUTYS, ""), (CHAIRS, ""))
    assert wrong(contact_findings(at, derwent_vale())) == [
        "warning: No number is given for: Deputy headteacher and Chair of governors."
    ]


def test_a_deputy_that_there_is_not_needs_no_number(tmp_path: Path) -> None:
    at = at_hand(
        tmp_path,
        ('deputy = ["Tom Ashby <deputy@derwentvale.example>"]\n', ""),
        (DEPUTYS, ""),
    )
    assert wrong(contact_findings(at, derwent_vale())) == []


def test_a_stop_card_that_shows_nobody_fails(tmp_path: Path) -> None:
    at = at_hand(tmp_path)
    at = replace(at, settings=replace(at.settings, contacts={}))
    said = wrong(contact_findings(at, derwent_vale()))
    assert said[0].startswith("fails: The card “")
    assert said[-1].startswith("warning: No number is given for: Headteacher, Deputy headteacher")


# Dated words


@pytest.mark.parametrize(
    ("today", "since"),
    [
        ("2026-11-23", "2026-09-01"),
        ("2027-08-31", "2026-09-01"),
        ("2027-09-01", "2027-09-01"),
        ("2028-02-29", "2027-09-01"),
    ],
)
def test_what_is_good_was_checked_since_the_last_first_of_september(today: str, since: str) -> None:
    assert oldest_good(date.fromisoformat(today)) == date.fromisoformat(since)


@given(st.dates(date(2001, 1, 1), date(2099, 1, 1)))
def test_what_is_good_is_never_older_than_twelve_months(today: date) -> None:
    since = oldest_good(today)
    assert timedelta() <= today - since <= timedelta(days=366)


def test_fresh_words_are_in_order_and_old_ones_are_told_in_groups(tmp_path: Path) -> None:
    assert wrong(date_findings(at_hand(tmp_path), derwent_vale())) == []
    late = list(date_findings(at_hand(tmp_path, now=on("2027-09-01")), derwent_vale()))
    said = wrong(late)
    assert [each.split(" were")[0].split(" ", 2)[2] for each in said] == [
        "stop cards",
        "guidance cards",
        "reporting addresses",
    ]
    assert all("last checked before 1 September 2027" in each for each in said)
    assert max(map(len, said)) < 200


# Governors


def test_what_plain_totals_give_away_is_said(tmp_path: Path) -> None:
    plain = at_hand(tmp_path, ('detail = "suppressed"', 'detail = "totals"'))
    assert detail_finding(plain).level is Level.NOTE
    assert "can tell" in detail_finding(plain).says
    assert detail_finding(at_hand(tmp_path)).level is Level.OK


def test_a_chair_who_is_the_head_too_fails(tmp_path: Path) -> None:
    both = at_hand(
        tmp_path,
        ("<chair@derwentvale.example>", "<head@derwentvale.example>"),
        (
            '    "David Penrose <chair-2@derwentvale.example>",         # steps in for the first\n',
            "",
        ),
    )
    assert wrong(panel_findings(both)) == [
        "fails: Every chair of governors is the head too: a case about the head would have nobody."
    ]


def test_one_chair_is_mentioned(tmp_path: Path) -> None:
    one = at_hand(
        tmp_path,
        (
            '    "David Penrose <chair-2@derwentvale.example>",         # steps in for the first\n',
            "",
        ),
    )
    assert any("There is one chair" in each for each in told(panel_findings(one)))
    assert not any("one chair" in each for each in told(panel_findings(at_hand(tmp_path))))


@pytest.mark.parametrize(
    ("channel", "begun", "level"),
    [(None, False, "warning"), (None, True, "fails"), ("slack:", True, "fails"),
     ("teams:x", True, "fails")],
)  # fmt: skip
def test_a_digest_without_a_channel_that_works_is_told(
    channel: str | None, begun: bool, level: str
) -> None:
    found = channel_finding(channel, {"slack": "Slack"}, begun=begun)
    assert found
    assert found.level == level
    assert "digest-here" in found.mend


def test_a_channel_on_a_platform_that_is_on_is_for_the_platform_to_judge() -> None:
    assert channel_finding("slack:C1", {"slack": "Slack"}, begun=True) is None


# The clock


@pytest.mark.parametrize(
    ("off", "level"),
    [(0, "ok"), (-59, "ok"), (61, "warning"), (-299, "warning"), (300, "fails"), (-9_000, "fails")],
)
def test_a_clock_that_is_off_is_told(tmp_path: Path, off: int, level: str) -> None:
    found = skew_finding(at_hand(tmp_path), NOW + timedelta(seconds=off))
    assert found.level == level


def test_a_clock_that_nobody_could_be_asked_about_is_a_note(tmp_path: Path) -> None:
    assert skew_finding(at_hand(tmp_path), None).level is Level.NOTE
