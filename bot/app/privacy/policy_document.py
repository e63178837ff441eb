"""The outline of the "appropriate policy document" for sensitive data and data on crimes."""
# ruff: noqa: E501 - a paragraph stands in one line, to be found and read

from bot.app.privacy.about import About, months_words
from bot.app.privacy.blocks import Block, Decide, PackDocument, Points, Rows, Text, Title


def policy_document(about: About) -> PackDocument:
    """What the Data Protection Act 2018, Schedule 1, paragraph 39, asks a controller to write."""
    return PackDocument(
        "appropriate-policy-document",
        "Appropriate policy document: reports about posts",
        (
            Text(about.draft),
            Text(
                "The law asks for this document where sensitive data, or data on crimes, is used on certain grounds (Data Protection Act 2018, Schedule 1, paragraphs 1, 5 and 38 to 41). It says how the school keeps to the principles, and how long it keeps the data."
            ),
            Decide(
                "Does the school have such a document already? Then add the points below to it, and have one only."
            ),
            Title("What data, and on what ground"),
            Rows(
                ("Data", "Ground (Data Protection Act 2018, Schedule 1)"),
                (
                    (
                        "What a post shows of a child’s health, family or safety",
                        "Paragraph 18: safeguarding of children and of people at risk; paragraph 6: statutory purposes",
                    ),
                    (
                        "Race, belief, sex life or views that a post shows",
                        "Paragraph 18, if somebody may come to harm; paragraph 6; paragraph 10, if it may be a crime",
                    ),
                    (
                        "A crime that is alleged or threatened",
                        "Paragraphs 10 and 18; paragraph 33 for legal claims",
                    ),
                    ("Health of staff who are hurt by a post", "Paragraph 1: employment"),
                ),
                "Sensitive data and the grounds for using it",
                (2, 3),
            ),
            Decide(
                "Strike out what we do not rely on. Say for each line what it is needed for, and why nothing less will do."
            ),
            *_principles(about),
            Title("Retention and erasure"),
            Rows(
                ("How the case ended", "Kept for"),
                tuple((ending, months_words(months)) for ending, months in about.endings()),
                "How long closed cases are kept",
                (3, 1),
            ),
            Text(
                "At the end the key of the case is destroyed, and nobody can read it again. The retention schedule in this pack says more."
            ),
            Title("Looking after this document"),
            Points(
                (
                    "It is kept up to date while the data is used, and for six months after (paragraph 40).",
                    "The Information Commissioner may ask for it, and gets it free of charge.",
                    "The record of processing says which ground is used, which lawful basis goes with it, and whether the times here are kept to; if not, why not (paragraph 41).",
                )
            ),
            Decide("Who owns this document, who has agreed it, and when is it looked at again?"),
        ),
    )


def _principles(about: About) -> tuple[Block, ...]:
    return (
        Title("How we keep to the principles (UK GDPR, Article 5)"),
        Rows(
            ("Principle", "What we do"),
            (
                (
                    "Lawful, fair, open",
                    "Privacy notices for parents and staff. The parent is told in the talk. Each decision has its clause and its reason.",
                ),
                (
                    "For one purpose",
                    "Safety, fair concerns and our own policy. Nothing else: no profiles, no research on parents.",
                ),
                (
                    "No more than needed",
                    "One link, one picture, the questions of the policy. Nothing is fetched from the site. Governors get numbers only.",
                ),
                (
                    "Right and up to date",
                    "“Not sure” is an answer. The same name is checked by a person. Corrections are new entries.",
                ),
                (
                    "No longer than needed",
                    f"Times by ending, at most {months_words(max(about.policy.retention.months.values()))}; see below.",
                ),
                (
                    "Safe",
                    "Encrypted, each case with its own key. Roles asked at each step. Whoever is concerned is out. Each look is on the record.",
                ),
                (
                    "We can show it",
                    "This document, the impact assessment, and a record that shows if anything was altered.",
                ),
            ),
            "What is done for each principle",
            (1, 3),
        ),
        Decide(
            "What else do we do: training of staff, checks by the data protection officer, rules for devices?"
        ),
    )
