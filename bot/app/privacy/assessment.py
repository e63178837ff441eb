"""The draft data protection impact assessment, in the seven steps of the ICO's own template."""
# ruff: noqa: E501 - a paragraph stands in one line, to be found and read

from bot.app.privacy.about import About, months_words
from bot.app.privacy.assessment_law import lawful_basis
from bot.app.privacy.assessment_risks import risks
from bot.app.privacy.blocks import Block, Decide, NewPage, PackDocument, Points, Rows, Text, Title


def impact_assessment(about: About) -> PackDocument:
    """The assessment that UK GDPR, Article 35, asks for before the bot is used."""
    return PackDocument(
        "impact-assessment",
        "Data protection impact assessment: Report Post",
        (
            Text(about.draft),
            Text(
                "Go through it with your data protection officer before anybody uses the bot. Change what is not so at your school. Look at it again each year, and when the policy or the law changes."
            ),
            Decide(
                "Who is the controller? Name the governing body, the trust or the owner, and its ICO registration number."
            ),
            Decide("Who is the data protection officer, and who has written this assessment?"),
            *_need(),
            *_processing(about),
            *_consultation(),
            *lawful_basis(),
            *risks(about),
            *_sign_off(about),
        ),
    )


def _need() -> tuple[Block, ...]:
    return (
        Title("Step 1: Why an assessment is needed"),
        Text(
            "Report Post is a chat bot. Staff use it to tell the school about a post that worries them. It shows the steps of the school’s policy, reminds people of them and keeps the record."
        ),
        Text(
            "The law asks for an assessment where the use of data is likely to be a high risk to people (UK GDPR, Article 35). We think it is needed here, because:"
        ),
        Points(
            (
                "the record holds sensitive data: about children, health, race or belief, and crimes that are alleged;",
                "the people in it did not give us the data themselves, and may not expect us to have it;",
                "a mistake could harm a child, a parent or a member of staff.",
            )
        ),
    )


def _processing(about: About) -> tuple[Block, ...]:
    return (
        Title("Step 2: What happens with the data"),
        Title("From the report to the end", 2),
        Rows(
            ("When", "What happens", "Who sees it"),
            (
                (
                    "Report",
                    "Staff answer questions, and may add a link and a screenshot. Danger is asked about first.",
                    "The person who reports",
                ),
                (
                    "Case",
                    "The bot opens a case and works out the steps and their dates. It looks for earlier cases with the same link or the same name.",
                    "The owner: the head, or the chair if the head is out",
                ),
                (
                    "Work",
                    "People answer the steps. Letters are drafted, and a person approves them.",
                    "The owner; the deputy, if the case has come to them; the safeguarding lead, if a child may be at risk",
                ),
                (
                    "Passing on",
                    "A copy goes to the police, a lawyer, the LADO or the council, if the owner decides so.",
                    "Whoever takes it; who, when and why is on the record",
                ),
                (
                    "Digest",
                    "Governors get numbers each week and each term.",
                    "Governors; the numbers name nobody",
                ),
                (
                    "End",
                    f"The case is closed, kept for its time (from {_shortest(about)} to {_longest(about)}), and erased.",
                    "Nobody",
                ),
            ),
            "What happens with the data from the report to the end",
            (1, 3, 2),
        ),
        Title("Whose data, and which", 2),
        Rows(
            ("Who", "What"),
            (
                (
                    "The person who posted",
                    "Name if known, what they are to the school, what they wrote, what was agreed with them",
                ),
                (
                    "People the post is about",
                    "Name, role at school, what is said of them, how they were looked after",
                ),
                ("Children", "Name, if the post has it; whether they may be at risk"),
                ("Staff who report", "Name, account, what they told us and when"),
                (
                    "People who work on cases",
                    "Name, account, what they did and looked at, and when",
                ),
            ),
            "Whose data is kept, and which",
            (1, 2),
        ),
        Decide("About how many reports do we expect in a year, and about how many people?"),
        Title("Where it is", 2),
        Points(
            (
                "The record is in the school’s own database. Names, links, words and pictures are encrypted there, each case with a key of its own.",
                "The chat platform (Slack or Microsoft Teams) carries the questions and answers, and keeps what people type and send. What the bot posts holds only a reference, categories, steps, dates and numbers.",
                "The bot does not open the link, and fetches nothing from the site the post is on.",
                "Nothing is used for advertising, for profiles of people, or to train a computer model.",
            )
        ),
        Decide(
            "Where does the bot run: on whose computer, in which country, and who can log in there?"
        ),
        Decide(
            "Do we have a contract with each processor: the chat platform and the host (UK GDPR, Article 28)? Does data leave the UK, and on what ground?"
        ),
        Title("What people would expect", 2),
        Text(
            "A parent who writes in a closed group may not expect the school to read it. So the school is told by somebody who saw it, keeps one picture, and talks to the parent first. A post that breaks no rule is closed and erased soon."
        ),
        *_children(about),
        Title("What it is for", 2),
        Points(
            (
                "To keep children and staff safe.",
                "To meet a fair concern with the complaints route, not with a sanction.",
                "To treat everybody alike, by one policy, with a record of what was decided and why.",
                "To let governors see that the policy works, without names.",
            )
        ),
    )


def _children(about: About) -> tuple[Block, ...]:
    if not about.under_13:
        return ()
    return (
        Text(
            "Our pupils are under 13, and most sites are not for them. If a pupil posted it, the parent is asked to help, and the account can be reported as under age. Children’s data needs more care than other data (UK GDPR, recital 38)."
        ),
    )


def _shortest(about: About) -> str:
    return months_words(min(about.policy.retention.months.values()))


def _longest(about: About) -> str:
    return months_words(max(about.policy.retention.months.values()))


def _consultation() -> tuple[Block, ...]:
    return (
        Title("Step 3: Who is asked"),
        Text(
            "The law says: ask the people concerned what they think, where that is right (Article 35(9)). Ask the data protection officer for advice (Article 35(2))."
        ),
        Decide(
            "How do we ask parents (for instance the parents’ forum) and staff (for instance their unions)? If we do not ask, why not?"
        ),
        Decide("What did they say, and what did we change?"),
        Decide("What does the data protection officer advise?"),
    )


def _sign_off(about: About) -> tuple[Block, ...]:
    detail = (
        "Small numbers are hidden in the digest: groups of five, never a count from 1 to 4."
        if about.digest_detail == "suppressed"
        else "The digest shows plain numbers each week. In a small school a governor may guess which case is meant. The safer setting is “suppressed”."
    )
    return (
        NewPage(),
        Title("Step 7: Sign-off"),
        Text(detail, "How the digest is set now:"),
        Decide(
            "Do we accept what is left of each risk? If one stays high, ask the Information Commissioner first (Article 36)."
        ),
        Rows(
            ("What", "Who", "When"),
            (
                ("Measures agreed by", "", ""),
                ("What is left of the risks accepted by", "", ""),
                ("Advice of the data protection officer given by", "", ""),
                ("Seen by the governing body or trust", "", ""),
                ("To be looked at again", "", ""),
            ),
            "Who signs the assessment, and when",
            (2, 2, 1),
        ),
    )
