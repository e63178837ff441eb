"""Steps 5 and 6 of the assessment: what could go wrong, and what is done about it."""
# ruff: noqa: E501 - a paragraph stands in one line, to be found and read

from bot.app.privacy.about import About, months_words
from bot.app.privacy.blocks import Block, Decide, Rows, Text, Title


def risks(about: About) -> tuple[Block, ...]:
    """Each risk to people, with what the bot does and what the school has to do."""
    return (
        Title("Steps 5 and 6: Risks, and what is done about them"),
        Text(
            "The risks are risks to people, not to the school. The last column is our guess of what is left. It is for the school to judge it anew."
        ),
        Rows(
            ("What could happen", "What the bot does", "What the school does", "Left"),
            (*_people(), *_judgement(), *_data(about)),
            "Risks, measures and what is left of each risk",
            (4, 6, 5, 2),
        ),
        Decide(
            "Which risks are special to our school? Add a line for each. Small school: who could be recognised from what?"
        ),
    )


def _people() -> tuple[tuple[str, ...], ...]:
    return (
        (
            "A child in danger is missed while people fill in a form",
            "Danger is asked about first. A card says whom to ring. Urgent cases are told at once, at any hour, and again until somebody answers.",
            "Tells staff: ring first, write later. Keeps the numbers up to date.",
            "low",
        ),
        (
            "Somebody deals with a case about themselves",
            "Whoever is named is out: no list, no message, no number shows it to them. The next person takes over.",
            "Names enough people for each role. Never shares an account.",
            "low",
        ),
        (
            "Somebody sees a case who should not",
            "The role is asked at each step. A refusal does not say whether a case exists. Each look is on the record.",
            "Takes people out of the settings on the day they leave.",
            "low",
        ),
        (
            "The name of the reporter comes out",
            "It is in no message, letter or digest. Pictures that show it are marked, with a warning.",
            "Promises no secrecy: a court can ask for it. Checks pictures before they leave the school.",
            "medium",
        ),
    )


def _judgement() -> tuple[tuple[str, ...], ...]:
    return (
        (
            "The wrong person is blamed: the same name, a false account, a joke",
            "The same name counts only once a person has checked it. “Nobody can tell” is an answer.",
            "Asks first what happened. Believes no screenshot alone.",
            "medium",
        ),
        (
            "A fair complaint is punished",
            "A fair concern is asked about each time. While there is one, no sanction is proposed.",
            "Offers the complaints route. Takes advice where rights or special needs are at stake.",
            "medium",
        ),
        (
            "Staff watch parents online",
            "The link can be opened once for a check. The bot follows nobody.",
            "Tells staff not to look for more, with the guide in this pack.",
            "medium",
        ),
        (
            "A sexual image of a child is copied",
            "No picture is taken in, and none already there is shown.",
            "Rings the safeguarding lead. Nobody looks at it again.",
            "low",
        ),
        (
            "Governors guess who it is, or cannot sit on a panel",
            "Numbers in fives only. A list says who knows details of which case.",
            "Tells no details to governors. Keeps three free for a panel.",
            "low",
        ),
    )


def _data(about: About) -> tuple[tuple[str, ...], ...]:
    longest = months_words(max(about.policy.retention.months.values()))
    return (
        (
            "Data stays in the chat",
            "The bot posts no names, links or pictures. The receipt says what to delete.",
            "Deletes what was typed. Sets the chat’s own retention time.",
            "medium",
        ),
        (
            "The database or a backup is stolen",
            "Names, words and pictures are encrypted, each case with its own key. Backups are encrypted.",
            "Keeps the master key apart from the backup. Keeps the computer up to date.",
            "low",
        ),
        (
            "Something is altered or lost",
            "Each entry is chained to the one before. A command checks it. Backups are checked after writing.",
            "Runs the check, and tries a restore once a year.",
            "low",
        ),
        (
            "Data is kept too long",
            f"Each ending has its time, at most {longest}. Then the key of the case is destroyed.",
            "Agrees the times in the retention schedule.",
            "low",
        ),
        (
            "Data is erased too soon",
            "A case with a safeguarding side waits until it was moved to the child’s file. A legal hold stops the end. The owner is told before.",
            "Moves what belongs in a child’s or a person’s file.",
            "low",
        ),
        (
            "A letter or a copy goes to the wrong person",
            "A person approves each letter. Who took a copy, when and why is asked and kept.",
            "Sends it by a safe way. Tells the data protection officer of a breach at once: the ICO within 72 hours (Article 33).",
            "medium",
        ),
    )
