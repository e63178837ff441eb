"""The two paragraphs for the school's privacy notices: one for parents, one for staff."""
# ruff: noqa: E501 - a paragraph stands in one line, to be found and read

from bot.app.privacy.about import About, months_words
from bot.app.privacy.blocks import Block, Decide, PackDocument, Points, Text, Title


def notice_for_parents(about: About) -> PackDocument:
    """What parents are told (UK GDPR, Articles 13 and 14)."""
    return PackDocument(
        "privacy-notice-parents",
        "Privacy notice: a paragraph for parents and carers",
        (
            Text(about.draft),
            Text("Put the text below into the school’s privacy notice for parents."),
            Title("Posts about our school"),
            *_for_parents(about),
            *_rights(about),
            Title("Before you publish it"),
            Decide(
                "Which kind of school are we, and which lawful basis goes with it? A school that is a public authority (maintained, or an academy) says “public task”. Any other school says “legitimate interests” and keeps a record of how it weighed them."
            ),
            Decide(
                "When is the person who posted told that we hold data on them? The law allows a month at most, and asks for it at the first contact (UK GDPR, Article 14(3)). The talk with the parent is the right time. Wait only if telling them would put a child at risk or harm an inquiry by the police; write down why."
            ),
            Decide("The data protection officer’s name, e-mail and telephone."),
            Decide("Where the privacy notice stands, and how parents hear that it has changed."),
        ),
    )


def _for_parents(about: About) -> tuple[Block, ...]:
    return (
        Text(
            f"{about.school} welcomes what parents have to say, kind or critical. If you have a concern, talk to us: we will listen. Sometimes somebody tells us about a post online that names a child, accuses somebody, threatens or abuses. Then we keep a record, so that we can protect people and be fair to all."
        ),
        Text(
            "what the post says, where it is, and a picture of it. Who posted it, as far as we know, and who it is about. Who told us. What we did, when and why.",
            "What we hold:",
        ),
        Text(
            "from a member of staff who saw the post, or who was shown it. We do not search your profile and we do not follow your posts. We open the reported link to see whether it is still there.",
            "Where we get it from:",
        ),
        Text(
            "to keep children and staff safe, to look into fair concerns, and to follow our policy on social media. We do this as part of our public task (UK GDPR, Article 6(1)(e)) and because the law tells us to keep children safe (Article 6(1)(c)). A post may show sensitive things, such as health or religion. We use those only for reasons of substantial public interest, such as keeping a child safe (Article 9(2)(g)), or for legal claims (Article 9(2)(f)).",
            "Why:",
        ),
        Text(
            "the head and the deputy; the safeguarding lead, if a child may be at risk; the chair of governors, if the head may not deal with it. Nobody deals with a case about themselves. Other governors get numbers, never names.",
            "Who sees it:",
        ),
        Text(
            "the police, the council’s children’s social care, the officer for allegations (LADO), our lawyer, or the site the post is on. We do so only where the law asks for it or allows it.",
            "Whom we may pass it to:",
        ),
        Text(
            f"{_kept(about)} After that, names, words and pictures are erased for good. We keep some longer if a court case or an inquiry needs them.",
            "How long we keep it:",
        ),
        Text(
            "No computer decides anything about you. A person reads the post and decides.",
            "No automatic decisions:",
        ),
        Text(
            "This is about what the school does. A family photo that you share in private is your own affair: data protection law does not cover it.",
            "Your own photos:",
        ),
    )


def _kept(about: About) -> str:
    longest = max(about.policy.retention.months.values())
    shortest = min(about.policy.retention.months.values())
    if longest == shortest:
        return f"{months_words(longest)} after the case is closed."
    return f"between {months_words(shortest)} and {months_words(longest)} after the case is closed; how long depends on how it ended."


def _rights(about: About) -> tuple[Block, ...]:
    reached = f" You reach us at: {about.reached_at}." if about.reached_at else ""
    return (
        Text(
            f"You can ask for a copy of what we hold on you, and ask us to put it right. You can ask us to erase it or to stop using it; there are times when we must say no, and then we tell you why. Your other rights are in our full privacy notice.{reached}",
            "Your rights:",
        ),
        Text(
            "Please tell us first. We answer within 30 days that we have got your complaint, and then look into it. You can also complain to the Information Commissioner’s Office at ico.org.uk or on 0303 123 1113.",
            "If you are not happy with how we use your data:",
        ),
    )


def notice_for_staff(about: About) -> PackDocument:
    """What staff are told: as reporters, and as people a post may be about."""
    return PackDocument(
        "privacy-notice-staff",
        "Privacy notice: a paragraph for staff, governors and volunteers",
        (
            Text(about.draft),
            Text("Put the text below into the school’s privacy notice for staff."),
            Title("Reports about posts"),
            *_for_staff(about),
            *_rights(about),
            Title("Before you publish it"),
            Decide(
                "Which lawful basis goes with our kind of school? See the notice for parents. As an employer we also have a duty of care (Health and Safety at Work etc. Act 1974, section 2)."
            ),
            Decide("Whom can staff turn to if a post is about them? Name a person and a service."),
            Decide("Have staff or their unions been asked what they think of this?"),
            Decide("The data protection officer’s name, e-mail and telephone."),
        ),
    )


def _for_staff(about: About) -> tuple[Block, ...]:
    return (
        Text(
            f"Staff of {about.school} can report a post about the school to Report Post, a bot in our chat. We keep what you report, so that the right person can act on it."
        ),
        Points(
            (
                "If you report: your name and account, what you told us and when.",
                "If a post is about you: what it says, a picture of it, and how you were looked after.",
                "If you work on a case: what you did, when, and each time you opened it.",
            )
        ),
        Text(
            "those who work on the case. Your name is in no message, no letter and no report for governors. Please know that it cannot be kept from a court, and at times not from the police or from somebody who asks for their own data.",
            "Who sees the name of a reporter:",
        ),
        Text(
            "If a post is about you, you are out of the case, whatever your role is. The next person takes over.",
            "Nobody deals with a case about themselves:",
        ),
        Text(
            "What you write to the bot stays in the chat, with the company that runs it, until you delete it. The receipt says what to delete. The bot itself posts no name, no link and no picture.",
            "In the chat:",
        ),
        Text(
            "to keep children and staff safe and to care for our staff. We do this as part of our public task (UK GDPR, Article 6(1)(e)) and because the law tells us to (Article 6(1)(c)). We use sensitive data only for reasons of substantial public interest (Article 9(2)(g)). We also use it for our duties as an employer (Article 9(2)(b)) and for legal claims (Article 9(2)(f)).",
            "Why:",
        ),
        Text(
            f"{_kept(about)} An allegation against an adult goes into the file that Keeping Children Safe in Education asks for, and has its own time.",
            "How long we keep it:",
        ),
    )
