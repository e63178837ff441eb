"""Step 4 of the assessment: on what law the work rests, and why it is needed and in proportion."""
# ruff: noqa: E501 - a paragraph stands in one line, to be found and read

from bot.app.privacy.blocks import Block, Decide, Points, Rows, Text, Title


def lawful_basis() -> tuple[Block, ...]:
    """The lawful basis, the special conditions, the principles, the rights and the other laws."""
    return (
        Title("Step 4: Is it lawful, needed and in proportion?"),
        Title("The lawful basis", 2),
        Rows(
            ("Kind of school", "Basis (UK GDPR, Article 6(1))", "Task or duty in law"),
            (
                (
                    "Maintained school",
                    "(e) public task; (c) legal duty",
                    "Education Act 2002, sections 21 and 175",
                ),
                (
                    "Academy",
                    "(e) public task; (c) legal duty",
                    "Its funding agreement; the independent school standards made under the Education and Skills Act 2008, section 94",
                ),
                (
                    "Independent school",
                    "(f) legitimate interests, or (ea) recognised legitimate interests for safeguarding and crime; (c) legal duty",
                    "The same standards; the school’s weighing of interests",
                ),
            ),
            "Lawful bases by kind of school",
            (1, 2, 2),
        ),
        Decide(
            "Which kind of school are we? Strike out the other lines. Consent is not the basis: a parent cannot freely refuse."
        ),
        Title("Sensitive data and crimes", 2),
        Text(
            "A post can show sensitive data, even if nobody looks for it: health, race, belief, sex life. It can allege a crime. Then one more condition is needed (UK GDPR, Articles 9 and 10; Data Protection Act 2018, section 10 and Schedule 1)."
        ),
        Rows(
            ("Condition", "When"),
            (
                (
                    "Safeguarding of children and of people at risk (Schedule 1, paragraph 18)",
                    "A child or somebody at risk may come to harm",
                ),
                (
                    "Statutory and government purposes (paragraph 6)",
                    "A duty in law, such as keeping pupils safe",
                ),
                (
                    "Preventing or detecting unlawful acts (paragraph 10)",
                    "A threat, harassment or another crime may have been committed",
                ),
                (
                    "Legal claims (Article 9(2)(f); Schedule 1, paragraph 33)",
                    "Legal advice is taken, or a claim is brought or met",
                ),
                (
                    "Employment (Article 9(2)(b); Schedule 1, paragraph 1)",
                    "Care for a member of staff",
                ),
            ),
            "Conditions for sensitive data and for data on crimes",
            (3, 2),
        ),
        Text("Most of these need an “appropriate policy document”. A draft is in this pack."),
        Title("Needed, and no more than needed", 2),
        Points(
            (
                "Talk comes first. A complaint alone leads to the complaints route, not to a sanction.",
                "A fair concern is asked about in each case, whatever its tone. People have a right to speak freely (Human Rights Act 1998, Schedule 1, Article 10).",
                "Only the reported link is looked at. Nobody watches a profile: doing that again and again can be surveillance (Regulation of Investigatory Powers Act 2000, Part II, and the Home Office code on covert surveillance).",
                "No false account is used, and nobody is asked to pose as a friend.",
                "Private family photos are not our business. What people do in private family life is outside data protection law (UK GDPR, Article 2(2)). The school never calls it a data breach.",
                "Most questions may be left out, and “not sure” is always an answer.",
                "No picture is taken in where there may be a sexual image of a child.",
                "Nothing is decided by a computer alone (Articles 22A to 22D). The bot proposes, and a person decides and says why.",
            )
        ),
        Title("People’s rights", 2),
        Points(
            (
                "To be told: the privacy notices in this pack; the parent also hears it in the talk (Articles 13 and 14).",
                "A copy: the bot collects what is held on a person, and works out the date: one calendar month, school holidays included (Article 15). Other people are marked, to be taken out.",
                "A child’s data can be held back where showing it could do serious harm (Data Protection Act 2018, Schedule 3). The rule on other people’s data is in Schedule 2, paragraphs 16 and 17.",
                "To have it put right: a correction is a new entry; the old one stays visible, so that the record stays true (Article 16).",
                "To object: a person can, where the basis is public task or legitimate interests. The head answers (Article 21).",
                "To complain: since 19 June 2026 the school must take data protection complaints itself and say within 30 days that it has got them (Data Protection Act 2018, section 164A).",
            )
        ),
        Decide("Who answers requests and complaints, also in the school holidays?"),
        Title("Other laws that matter here", 2),
        Rows(
            ("Law", "What it says, in short"),
            (
                (
                    "Keeping Children Safe in Education",
                    "Statutory guidance. Data protection law must not stand in the way of keeping a child safe. Part four: allegations against adults come first.",
                ),
                (
                    "Education Act 2002, section 141F",
                    "A teacher accused of a crime by a pupil of the school must not be identified in public until there is a charge, a court allows it or the teacher agrees.",
                ),
                (
                    "Online Safety Act 2023, sections 179 and 181",
                    "It is a crime to send what one knows to be false in order to harm, or to threaten death or serious harm.",
                ),
                (
                    "Online Safety Act 2023, sections 20 and 21",
                    "Sites must let people report content, and must deal with complaints.",
                ),
                ("Protection from Harassment Act 1997", "Harassment needs a course of conduct."),
                (
                    "Malicious Communications Act 1988, section 1; Communications Act 2003, section 127",
                    "Threatening or grossly offensive messages.",
                ),
                (
                    "Defamation Act 2013, section 1",
                    "A claim needs serious harm. It is the person who claims, not the school.",
                ),
                (
                    "Equality Act 2010, section 149",
                    "The school must have regard to equality when it acts.",
                ),
                (
                    "Freedom of Information Act 2000, section 40",
                    "Personal data is not given out. Small numbers can be personal data.",
                ),
            ),
            "Other laws that matter here",
            (2, 3),
        ),
        Text(
            "This list is for schools in England. Elsewhere in the UK the education laws differ; the data protection laws do not."
        ),
    )
