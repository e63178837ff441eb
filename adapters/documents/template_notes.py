"""The summary for the police and the note for a solicitor, in words: templates are made from this.

They say what the school knows, in order, and what it asks. Neither says who reported the post.
"""

from typing import Final

from adapters.documents.template_maker import NOT_KNOWN, TemplateMaker, listed

_DAY_ROW: Final = (("Day", "What happened"), ("{{ each.date }}", "{{ each.what }}"), (4.0, 12.4))
_OUR_ADDRESS: Final = (
    "{{ school_name }}{% if school_address_line %}, {{ school_address_line }}{% endif %}"
)
_WHOM_TO_RING: Final = (
    "{% for each in contacts %}{{ each.who }}: {{ each.number }}\n{% endfor %}"
    "{% if school_telephone %}The school office: {{ school_telephone }}{% endif %}"
)
_PLACE: Final = (
    f"{{% if place %}}{{{{ place }}}}{NOT_KNOWN}"
    "{% if site_name %}, {{ site_name }}{% endif %}"
)
_POSTER: Final = (
    "{% if poster_name %}{{ poster_name }}{% else %}Name not known{% endif %}"
    "{% if poster_kind %} ({{ poster_kind }}){% endif %}"
)
_FROM_US: Final = (
    ("Written on", "{{ date }}"),
    ("School", _OUR_ADDRESS),
    ("Whom to ring", _WHOM_TO_RING),
)


def police_summary(page: TemplateMaker) -> None:
    """What the school knows, for the police (P30)."""
    page.title("Summary for the police: a post online")
    page.facts(
        ("Our reference", "{{ reference }}"),
        ("Police reference", "(to be filled in)"),
        *_FROM_US,
    )
    page.line(
        "This is what the school knows. Whether it is a crime is for the police to decide. If "
        "anybody is in danger, we ring 999 and do not wait for this paper."
    )
    _what_is_known(page)
    _evidence(page)
    page.heading("What we would like to know")
    page.bullets(
        "A reference for this report, and whom to ask about it.",
        "What the school may say now, to whom, and what it should not do.",
        "Whether the school may go on speaking with the person who posted it.",
        "How you would like to receive the pictures and files.",
    )
    page.line(
        "Who told the school about the post is not said here. If you need to speak with somebody "
        "who saw it, please ask the person who signs."
    )
    page.signature("For the school:")


def solicitor_note(page: TemplateMaker) -> None:
    """What the school knows and asks, for legal advice (P28)."""
    page.title("Note for a solicitor: a post online")
    page.line("Confidential. Written to obtain legal advice.")
    page.facts(("Our reference", "{{ reference }}"), *_FROM_US)
    with page.when("limit_on"):
        page.box(
            "Time limit: in England and Wales a claim for libel must be begun within one year "
            "(Limitation Act 1980, s4A). Counted from the day on which we first saw the post, "
            "{{ seen_on }}, please treat {{ limit_on }} as the last day. The post may be older "
            "than that, and the limit earlier."
        )
    _what_is_known(page)
    with page.when("clauses"):
        page.heading("Our policy")
        page.each("clauses", "{{ each.number }}: {{ each.text }}")
    _evidence(page)
    page.heading("What we would like to know")
    page.bullets(
        "Is the post defamatory, and has it done or is it likely to do serious harm (Defamation "
        "Act 2013, s1)? Who could claim: we understand that those it is about can, and the "
        "governing body hardly.",
        "Is there another way, such as the law on harassment?",
        "Should a letter come from you? What should the school say or leave unsaid until then?",
        "What would it cost, how long would it take, and is it in proportion?",
    )
    page.line("Who told the school about the post is not said here.")
    page.signature("For the school:")


def _what_is_known(page: TemplateMaker) -> None:
    _image_box(page)
    _post_facts(page)
    _people(page)
    with page.when("events"):
        page.heading("What happened, in order")
        page.rows("events", *_DAY_ROW)


def _post_facts(page: TemplateMaker) -> None:
    page.heading("The post")
    page.facts(
        ("What it is about", listed("concerns")),
        ("Where", _PLACE),
        ("Links", listed("links")),
        ("First seen on", f"{{% if seen_on %}}{{{{ seen_on }}}}{NOT_KNOWN}"),
        ("Last seen still there on", f"{{% if still_up_on %}}{{{{ still_up_on }}}}{NOT_KNOWN}"),
        ("Who posted it", _POSTER),
    )


def _image_box(page: TemplateMaker) -> None:
    with page.when("sexual_image"):
        page.box(
            "There may be a sexual image of a child in the post. No copy of it comes with this "
            "paper. Please tell the school what to do before anybody looks at it again."
        )


def _people(page: TemplateMaker) -> None:
    with page.when("people"):
        page.heading("Whom it is about")
        page.rows(
            "people",
            ("Who they are", "Name"),
            ("{{ each.role }}", "{% if each.name %}{{ each.name }}{% else %}Not given{% endif %}"),
            (8.2, 8.2),
        )


def _evidence(page: TemplateMaker) -> None:
    with page.when("evidence"):
        page.heading("Pictures and files that the school keeps")
        page.rows(
            "evidence",
            ("No.", "What", "Received on", "Fingerprint (SHA-256)"),
            (
                "{{ each.number }}",
                "{{ each.kind }}, {{ each.size }}",
                "{{ each.added_on }}",
                "{{ each.sha256 }}",
            ),
            (1.2, 4.0, 3.4, 7.8),
        )
        page.line(
            "The fingerprint of a file stays the same as long as the file does: it shows that "
            "nothing was changed since the school received it."
        )
