"""The letters to a parent, and the request to a site, in words: templates are made from this.

After a change here, ``make golden`` writes the templates anew. They are a caring and firm
headteacher's: what happened, what is asked, what may follow, and a way to talk.
"""

from typing import Final

from adapters.documents.template_maker import NOT_KNOWN, TemplateMaker, listed

PRIVATE: Final = "Private and confidential"
_OFFICE: Final = "the school{% if school_telephone %} on {{ school_telephone }}{% endif %}"
_ROUTE: Final = "{% if complaints_route %} ({{ complaints_route }}){% endif %}"


def warning(page: TemplateMaker) -> None:
    """The school's concerns, a request and a warning (P29)."""
    _to_a_parent(page, "A post about our school: our concerns, and a request")
    page.line(
        "I am writing about a post online that we understand to be yours.{% if talks %} We have "
        "tried to settle this with you before, and I am sorry that it has come to a letter."
        "{% endif %} I would still much rather talk with you than write, and my door is open. If "
        "the post is not yours, or if we have misunderstood it, please tell me."
    )
    _which_post(page, "This is the post")
    page.heading("Why it worries us")
    with page.when("concerns"):
        page.line("This is what we see in it:", after=4)
        page.each("concerns", "{{ each }}")
    with page.when("clauses"):
        page.line("These parts of our policy on parents and social media apply:", after=4)
        page.each("clauses", "{{ each.text }}")
    page.line(
        "What is said online stays and travels. It can hurt people who cannot answer in public, "
        "and children hear of it too."
    )
    with page.when("talks"):
        page.heading("What has happened so far")
        page.each("talks", "{{ each.date }}: {{ each.what }}")
    _ask_and_warn(page)
    page.line(f"Please ring {_OFFICE}, or write to me. I will make the time.")
    page.signature("Yours sincerely,")


def _ask_and_warn(page: TemplateMaker) -> None:
    page.heading("What I ask of you")
    page.line(
        "Please remove the post{% if remove_by %} by {{ remove_by }}{% endif %}, and please do not "
        "post it again or ask others to share it."
    )
    page.heading("What may follow")
    page.line(
        "This letter is a warning. If the post stays up, or if there are more like it, the school "
        "will consider what to do next. Under our policy that can be asking the site to remove it, "
        "limiting access to the school’s own website or page, legal advice or legal action, and in "
        "some cases telling the police. None of this has been decided. Each would be a decision of "
        "its own, and I hope that none will be needed."
    )
    page.heading("If something is troubling you")
    page.line(
        "If there is a worry behind the post, I want to hear it. A private talk with me or with a "
        "governor is nearly always the better way. Our complaints procedure is open to you as "
        f"well{_ROUTE}. Raising a concern with us will never be held against you or your family."
    )


def invitation(page: TemplateMaker) -> None:
    """A friendly letter after calls that nobody answered (P26)."""
    _to_a_parent(page, "Could we talk?")
    page.line(
        "I would like to talk with you about a post online that we understand to be yours."
        "{% if talks %} I have tried to reach you, without luck, so I am writing instead."
        "{% endif %}"
    )
    page.line(
        "It may not have been meant the way it came across, and there may be something behind it "
        "that I ought to know. I would like to hear it from you. If the post is not yours, please "
        "tell me, and I am sorry to have troubled you."
    )
    _which_post(page, "It is this post")
    _ask_to_meet(page)
    page.line(
        "May I ask you to take the post down, or to hide it, until we have spoken? It admits "
        "nothing. It only gives us both the chance to talk first."
    )
    page.line(
        "If you would rather speak with somebody else, a governor will gladly listen to you. Our "
        f"complaints procedure is open to you as well{_ROUTE}."
    )
    page.line("I look forward to hearing from you.")
    page.signature("Yours sincerely,")


def _ask_to_meet(page: TemplateMaker) -> None:
    page.control("{%p if proposed_times %}")
    page.line("Could we meet? I could see you at the school at one of these times:", after=4)
    page.each("proposed_times", "{{ each }}")
    page.line(
        f"If none of them suits you, please ring {_OFFICE}, and we will find another. A talk on "
        "the telephone is fine too. You are welcome to bring somebody with you."
    )
    page.control("{%p else %}")
    page.line(
        f"Could we meet? Please ring {_OFFICE}, and we will find a time that suits you. A talk on "
        "the telephone is fine too. You are welcome to bring somebody with you."
    )
    page.control("{%p endif %}")


def host_request(page: TemplateMaker) -> None:
    """A complaint to whoever runs the site, asking for removal (P32)."""
    _to_the_site(page)
    page.line(
        "I write for {{ school_name }}, a school in the United Kingdom. A post on your service is "
        "about people at our school. Please check it against your rules, and remove it if it "
        "breaks them or the law."
    )
    with page.when("sexual_image"):
        page.box(
            "There may be a sexual image of a child in it. Please treat this as urgent, under your "
            "rules for the safety of children. We send no copy."
        )
    page.facts(
        ("Links", listed("links")),
        ("Where on your service", f"{{% if place %}}{{{{ place }}}}{NOT_KNOWN}"),
        ("What it is about", listed("concerns")),
        ("First seen on", f"{{% if seen_on %}}{{{{ seen_on }}}}{NOT_KNOWN}"),
        ("Last seen still there on", f"{{% if still_up_on %}}{{{{ still_up_on }}}}{NOT_KNOWN}"),
    )
    page.heading("What we ask of you")
    page.bullets(
        "Remove the post if it breaks your rules, and tell us that you have.",
        "If you leave it up, tell us why, and how we can ask for a second look.",
        "Keep what you would need to answer the police or a court, should they write to you.",
    )
    page.line(
        "Please answer to {% if school_email %}{{ school_email }}{% else %}the address above"
        "{% endif %}, and name our reference {{ reference }}. We name nobody here, and no more of "
        "the matter than you need; please ask us if you need to know more."
    )
    page.signature("Yours faithfully,")


def _to_the_site(page: TemplateMaker) -> None:
    page.line("{{ date }}", after=0)
    page.line("Our reference: {{ reference }}", after=14)
    page.line(
        "To: {% if site_name %}{{ site_name }}{% else %}the provider of the site{% endif %}",
        after=0,
    )
    page.only_if("site_report_at", "Through: {{ site_report_at }}", after=0)
    page.line("Please check a post, and remove it", style="Letter subject", before=12)


def _to_a_parent(page: TemplateMaker, subject: str) -> None:
    page.line(PRIVATE, after=10)
    page.only_if("recipient_name", "{{ recipient_name }}", after=0)
    page.control("{%p for each in recipient_address %}")
    page.line("{{ each }}", after=0)
    page.control("{%p endfor %}")
    page.line("{{ date }}", before=8, after=0)
    page.line("Our reference: {{ reference }}", after=12)
    page.line(
        "Dear {% if recipient_name %}{{ recipient_name }}{% else %}parent or carer{% endif %},"
    )
    page.line(subject, style="Letter subject")


def _which_post(page: TemplateMaker, intro: str) -> None:
    with page.when("links or place or seen_on"):
        page.line(
            f"{intro}{{% if seen_on %}}, first seen on {{{{ seen_on }}}}{{% endif %}}"
            "{% if place %} ({{ place }}){% endif %}{% if links %}:{% else %}.{% endif %}",
            after=4,
        )
        page.each("links", "{{ each }}")
