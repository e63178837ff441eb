"""The retention schedule: how long what is kept, why so long, and what stops its end."""
# ruff: noqa: E501 - a paragraph stands in one line, to be found and read

from collections.abc import Iterator

from bot.app.privacy.about import About, day_words, months_words
from bot.app.privacy.blocks import Decide, PackDocument, Points, Rows, Text, Title
from bot.policies.english import English

_YEARS_OF_CLAIMS = 72
"""Six years, after which most civil claims are out of time (Limitation Act 1980, ss. 2 and 5)."""


def retention_schedule(about: About) -> PackDocument:
    """The periods of the school's own pack."""
    rules = about.policy.retention
    return PackDocument(
        "retention-schedule",
        "Retention schedule for reports about posts",
        (
            Text(about.draft),
            Text(
                f"Personal data may be kept no longer than it is needed (UK GDPR, Article 5(1)(e)). How long that is, the school decides. The toolkit of the Information and Records Management Society (IRMS) helps; it is guidance, not a law. These are the times in the policy pack of {day_words(about.policy.dated_on)}."
            ),
            Title("Closed cases"),
            Rows(
                ("How the case ended", "Kept for", "Why so long"),
                tuple(_cases(about)),
                "How long closed cases are kept, by how they ended",
                (3, 1, 4),
            ),
            Text(
                "The time runs from the day on which the case was closed. If it is opened again, the time begins anew when it is closed again."
            ),
            Decide("Do these times suit us? To change one, change the school’s policy pack."),
            Title("What stops the end"),
            Points(tuple(_stops(about))),
            Text(
                f"The owner of the case is told which records will end {months_words(rules.notice_months)} before. Nothing is erased unless they were told."
            ),
            Decide(
                "Who may put a legal hold on a case, and who looks once a year at what is held?"
            ),
            Title("What erasing means"),
            Text(
                "Each case is locked with a key of its own. Erasing destroys that key, so that nobody can read the case again: names, words, pictures, letters and notes. What stays is a figure that names nobody, and the fact that a record was erased, when and by which rule. If an older backup is restored, what was erased is erased again."
            ),
            Title("Other things that are kept"),
            Rows(
                ("What", "Kept for"),
                (
                    ("A report that was begun and not sent", "7 days"),
                    ("An open case", "until it is closed, then as above"),
                    ("The weekly digests for governors", "as long as the school is set up"),
                    ("The list of what was erased", "as long as the school is set up"),
                    (
                        "What people typed or sent in the chat",
                        "until they delete it, or the chat’s own time is over",
                    ),
                    ("Letters on paper, and copies handed over", "for the school to say"),
                ),
                "How long other things are kept",
                (2, 2),
            ),
            Decide("How long do we keep backups? A backup still holds what was erased since."),
            Decide(
                "What is the chat’s own retention time (Slack or Microsoft Teams), and who set it?"
            ),
            Decide("Where do printed letters and handover copies go, and who destroys them when?"),
        ),
    )


def _cases(about: About) -> Iterator[tuple[str, str, str]]:
    for ending, months in about.endings():
        yield ending, months_words(months), _why(months)


def _why(months: int) -> str:
    if months == _YEARS_OF_CLAIMS:
        return "Most civil claims can be brought for six years (Limitation Act 1980)."
    if months < 12:
        return "Long enough to answer a question about it; there is nothing more to do with it."
    return "The school has chosen this time. Write the reason here."


def _stops(about: About) -> Iterator[str]:
    filed = English(about.policy).condition(about.policy.retention.moved_to_file_first)
    yield (
        f"When {filed}: the case stays until the owner or the safeguarding lead has recorded that it was moved to the child’s file. The child protection file has its own time, and goes with the child to the next school (Keeping Children Safe in Education, annex C)."
    )
    yield (
        "An allegation against an adult: its record belongs in that person’s file. It stays there until pension age or for ten years, whichever is longer, unless it was false or malicious (Keeping Children Safe in Education, part four)."
    )
    yield (
        "A legal hold: for a court case, an inquiry, a complaint or a request for data. Never erase what somebody has just asked for; that can be an offence (Data Protection Act 2018, section 173)."
    )
    yield "A case that is open, or was opened again."
