"""Letters: what stands in them, what can never stand in them, and a school's own templates."""

from dataclasses import fields as fields_of_class
from dataclasses import replace
from datetime import date
from io import BytesIO
from pathlib import Path

import pytest
from docx import Document
from hypothesis import given, settings
from hypothesis import strategies as st

from adapters.documents.letter_context import context
from adapters.documents.letter_trial import BARE, FULL
from adapters.documents.letters import GUIDE, Letters
from adapters.documents.on_disk import NotWritten
from bot.app.letter_fields import (
    HOST_REQUEST,
    INVITATION,
    LETTERS,
    POLICE_SUMMARY,
    SOLICITOR_NOTE,
    WARNING,
    LetterFields,
    fields_of,
    libel_limit_on,
)
from bot.domain.letter_files import WORD, TemplatesNotAccepted, check_letter
from bot.domain.personal import Personal
from tests.documents.files import changed, parts_of, said_in, word_with
from tests.documents.test_templates import TEMPLATES

EACH = "{{% for a in talks %}}{{{{ {} }}}}{{% endfor %}}"


def letter(name: str, fields: LetterFields = FULL, **changes: object) -> str:
    """What a letter says."""
    return said_in(Letters().render(name, replace(fields, **changes)))  # type: ignore[arg-type]


def own(folder: Path, *paragraphs: str, name: str = WARNING) -> Letters:
    """The letters of a school that wrote one of its own."""
    (folder / f"{name}.docx").write_bytes(word_with(*paragraphs))
    return Letters(folder)


def problem(folder: Path, *paragraphs: str, name: str = WARNING) -> str:
    """What is said of such a template; a letter is refused for it too."""
    letters = own(folder, *paragraphs, name=name)
    found = letters.problems()
    with pytest.raises(TemplatesNotAccepted):
        letters.render(name, FULL)
    return "\n".join(str(each) for each in found)


def test_our_own_templates_have_no_problem() -> None:
    assert Letters(TEMPLATES).problems() == ()


@pytest.mark.parametrize("name", LETTERS)
@pytest.mark.parametrize("fields", [FULL, BARE], ids=["full", "bare"])
def test_every_letter_is_a_word_file_that_is_taken_back_with_nothing_left_to_fill_in(
    name: str, fields: LetterFields
) -> None:
    made = Letters().render(name, fields)

    assert check_letter(made) == WORD
    assert not any(sign in said_in(made) for sign in ("{{", "}}", "{%", "%}", "None\n", "()"))
    properties = Document(BytesIO(made)).core_properties
    assert properties.title == f"{LETTERS[name]} {fields.reference}"
    assert properties.author == fields.school
    assert Letters().render(name, fields) == made


def test_a_warning_says_the_concerns_the_request_what_may_follow_and_the_better_way() -> None:
    said = letter(WARNING)

    assert "Dear Pat Example," in said
    assert "1 December 2026" in said
    assert "Our reference: 2026-014" in said
    assert "Negative or offensive comments" in said
    assert "Please remove the post by 8 December 2026" in said
    assert "the school will consider what to do next" in said
    assert "None of this has been decided" in said
    assert "complaints procedure is open to you" in said
    assert "25 November 2026: We spoke, and you agreed to remove the post." in said
    assert "Ruth Calder\nHeadteacher" in said


def test_an_invitation_is_friendly_and_does_not_accuse() -> None:
    said = letter(INVITATION)

    assert "I would like to hear it from you" in said
    assert "Tuesday 8 December 2026, 15:30" in said
    assert "bring somebody with you" in said
    for word in ("warning", "police", "legal", "Negative or offensive comments"):
        assert word not in said


def test_a_parent_whose_name_is_not_known_is_greeted_all_the_same() -> None:
    assert "Dear parent or carer," in letter(WARNING, BARE)
    assert "Dear parent or carer," in letter(INVITATION, BARE)


def test_a_site_is_told_of_no_person() -> None:
    said = letter(HOST_REQUEST)

    assert "To: Facebook" in said
    assert "https://www.facebook.com/groups/1234567890/posts/9876543210" in said
    assert "Last seen still there on\n30 November 2026" in said
    for name in ("Pat Example", "Alex Sample", "Grace Linden"):
        assert name not in said


def test_the_police_get_what_happened_in_order_and_the_number_of_each_file() -> None:
    said = letter(POLICE_SUMMARY)

    assert said.index("The school learnt of the post.") < said.index("They agree to remove it")
    assert "3f" * 32 in said
    assert "PDF file, 1.4 MB" in said
    assert "Grace Linden, safeguarding lead: 07700 900103" in said
    assert "Pat Example (A parent or carer)" in said
    assert "sexual image" in said
    assert "sexual image" not in letter(POLICE_SUMMARY, sexual_image=False)


def test_a_solicitor_is_told_by_when_a_claim_must_begin() -> None:
    said = letter(SOLICITOR_NOTE)

    assert "please treat 22 November 2027 as the last day" in said
    assert "Limitation Act 1980, s4A" in said
    assert "Time limit" not in letter(SOLICITOR_NOTE, seen_on=None)


@pytest.mark.parametrize(
    ("seen", "limit"),
    [
        (date(2026, 11, 23), date(2027, 11, 22)),
        (date(2027, 1, 1), date(2027, 12, 31)),
        (date(2028, 2, 29), date(2029, 2, 27)),
    ],
)
def test_the_year_for_libel_ends_a_day_early_rather_than_a_day_late(
    seen: date, limit: date
) -> None:
    assert libel_limit_on(seen) == limit


def test_no_letter_has_a_field_for_who_reported_or_for_what_was_typed_freely() -> None:
    names = {each.name for each in fields_of_class(LetterFields)}
    names |= {name for each in LETTERS for name in fields_of(each)}

    assert not {
        name for name in names if any(word in name for word in ("report", "told", "note"))
    } - {"site_report_at"}


def test_every_field_of_a_letter_is_filled_in_and_every_one_is_used_or_offered() -> None:
    for name in LETTERS:
        assert set(context(name, FULL)) == set(fields_of(name))
        assert all(context(name, FULL).values()), name


@settings(max_examples=25)
@given(
    st.text(max_size=60),
    st.sampled_from(
        ["{{ school_name }}", "{% for a in b %}", "<w:p>", "&lt;", "]]>", "\x00", "\a"]
    ),
)
def test_what_people_typed_stands_in_a_letter_as_text_whatever_it_is(text: str, odd: str) -> None:
    name = f"A{text}{odd}Z"
    made = Letters().render(WARNING, replace(FULL, poster=Personal(name)))

    greeting = next(line for line in said_in(made).split("\n") if line.startswith("Dear "))
    if "{" not in name:
        assert (
            greeting
            == f"Dear {context(WARNING, replace(FULL, poster=Personal(name)))['recipient_name']},"
        )
    assert greeting.startswith("Dear A")
    assert "Derwent Vale" not in greeting


def test_a_schools_own_template_takes_the_place_of_ours(tmp_path: Path) -> None:
    letters = own(
        tmp_path, "Hello “{{ recipient_name|upper }}”", "{% if talks %}We spoke.{% endif %}"
    )

    assert letters.problems() == ()
    assert said_in(letters.render(WARNING, FULL)).strip() == "Hello “PAT EXAMPLE”\nWe spoke."
    assert "Could we talk?" in said_in(letters.render(INVITATION, FULL))


def test_a_list_of_lists_and_a_table_can_be_written(tmp_path: Path) -> None:
    letters = own(
        tmp_path,
        "{%p for talk in talks %}",
        "{{ loop.index }}. {{ talk.date }}",
        "{%p for link in links %}",
        "{{ link }}{% if not loop.last %};{% endif %}",
        "{%p endfor %}",
        "{%p endfor %}",
    )

    assert letters.problems() == ()
    assert "2. 30 November 2026\nhttps://" in said_in(letters.render(WARNING, FULL))


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("{{ recipient }}", '{{ recipient }}: is not a field of this letter. Did you mean "recip'),
        ("{{ sexual_image }}", "{{ sexual_image }}: is not a field of this letter."),
        ("{{ evidence }}", "{{ evidence }}: is not a field of this letter."),
        ("{{ links }}", "{{ links }}: is a list, and no text. Write {%p for each in links %}"),
        ("{{ talks }}", "{%p for each in talks %}, {{ each.date }} and {%p endfor %}, each in a"),
        (EACH.format("a.dat"), 'talks has nothing of that name. Did you mean "date"?'),
        (EACH.format("a"), "is several things, and no text. Name one of them: {{ a.date }}."),
        ("{% for a in date %}{{ a }}{% endfor %}", "goes through what is no list."),
        ("{{ date.year }}", "{{ date.year }}: asks for a part of what has none."),
        ("Dear {% if date %}you", "near “Dear {% if date %}you”: has a {% for %} or an {% if %}"),
        ("Dear {{ date }", "has a field that cannot be read."),
        ("Dear {{ recipient name }}", "has a field that cannot be read."),
        ("Dear { recipient_name }", "near “Dear { recipient_name }”: has a brace too few or too"),
        ("Dear recipient_name }}", "has a brace too few or too many."),
        ("{{p date }}", "would not be seen in the letter. Write {{ date }}."),
        ("{{ date|shout }}", "“| shout”: is not there to be used."),
        ("{% colour date %}", "has {% colour %}, which cannot be understood."),
    ],
)  # fmt: skip
def test_what_is_wrong_in_a_template_is_named_with_its_place_and_how_to_mend_it(
    tmp_path: Path, text: str, says: str
) -> None:
    said = problem(tmp_path, "Hello", text)

    assert says in said
    assert said.startswith(f"{tmp_path / 'warning-letter.docx'}")


@pytest.mark.parametrize(
    "text",
    [
        "{{ ''.__class__.__mro__ }}",
        "{{ date.__class__ }}",
        "{{ date['__class__'] }}",
        "{{ date|attr('__class__') }}",
        "{{ self }}",
        "{{ self._TemplateReference__context }}",
        "{{ lipsum.__globals__['os'].popen('id').read() }}",
        "{{ cycler.__init__ }}",
        "{{ range(10**9) }}",
        "{{ date.upper() }}",
        "{{ links.append(1) }}",
        "{{ 'a' * 10**9 }}",
        "{{ '%s'|format(date) }}",
        "{{ links|map('upper')|list }}",
        "{% include '/etc/passwd' %}",
        "{% import 'os' as os %}",
        "{% from 'os' import system %}",
        "{% extends 'base' %}",
        "{% macro m() %}{% endmacro %}",
        "{% set a = 1 %}",
        "{% with a = 1 %}{{ a }}{% endwith %}",
        "{% block b %}{% endblock %}",
        "{% call m() %}{% endcall %}",
        "{% filter upper %}a{% endfilter %}",
        "{% autoescape false %}{{ date }}{% endautoescape %}",
        "{% for a in links recursive %}{{ loop(a) }}{% endfor %}",
        f"{3 * '{% for a in links %}'}x{3 * '{% endfor %}'}",
        "{% for a in talks %}{{ a.items() }}{% endfor %}",
        "{% for a in talks %}{{ a.items }}{% endfor %}",
        "{% raw %}{{ date }}{% endraw %}",
    ],
)
def test_a_template_runs_nothing(tmp_path: Path, text: str) -> None:
    assert problem(tmp_path, text)


@pytest.mark.parametrize("place", ["header", "footer", "title"])
def test_fields_in_headers_footers_and_properties_are_looked_at_too(
    tmp_path: Path, place: str
) -> None:
    document = Document()
    if place == "title":
        document.core_properties.title = "{{ nobody }}"
    else:
        getattr(document.sections[0], place).paragraphs[0].text = "{{ nobody }}"
    document.save(str(tmp_path / "warning-letter.docx"))

    assert "{{ nobody }}: is not a field" in str(Letters(tmp_path).problems()[0])


def test_a_field_where_none_is_filled_in_is_named(tmp_path: Path) -> None:
    document = Document()
    run = document.add_paragraph().add_run("Hello")
    document.add_comment(run, "{{ date }}", author="A", initials="A")
    document.save(str(tmp_path / "warning-letter.docx"))

    assert "where none is filled in, such as a comment" in str(Letters(tmp_path).problems()[0])


def test_a_loop_that_would_tear_a_table_apart_is_found_on_trial(tmp_path: Path) -> None:
    document = Document()
    cells = document.add_table(1, 2).rows[0].cells
    cells[0].text, cells[1].text = "{% for a in links %}", "a"
    document.add_paragraph("{% endfor %}")
    document.save(str(tmp_path / "warning-letter.docx"))

    assert "are not whole" in str(Letters(tmp_path).problems()[0])


def test_what_jinja_says_is_not_passed_on_with_what_was_filled_in(tmp_path: Path) -> None:
    document = Document()
    cells = document.add_table(1, 2).rows[0].cells
    cells[0].text, cells[1].text = "{% for a in links %}{{ recipient_name }}", "a"
    document.add_paragraph("{% endfor %}")
    document.save(str(tmp_path / "warning-letter.docx"))

    with pytest.raises(TemplatesNotAccepted) as caught:
        Letters(tmp_path).render(WARNING, FULL)
    chain = [caught.value, caught.value.__cause__]
    assert "Pat Example" not in "".join(f"{each!r}{each}" for each in chain)
    assert caught.value.__cause__ is not None
    assert caught.value.__suppress_context__


def test_files_with_a_wrong_name_or_ending_are_named(tmp_path: Path) -> None:
    for name in (
        "warning letter.docx",
        "invitation.doc",
        "HOST-REQUEST.DOCX",
        "~$vitation.docx",
        "logo.png",
    ):
        (tmp_path / name).write_bytes(b"x")
    said = [str(each) for each in Letters(tmp_path).problems()]

    assert [line.partition(":")[0].rpartition("/")[2] for line in said] == [
        "HOST-REQUEST.DOCX",
        "invitation.doc",
        "warning letter.docx",
    ]
    assert 'Did you mean "warning-letter"?' in said[2]


def test_a_template_with_macros_or_that_is_no_word_file_is_named(tmp_path: Path) -> None:
    (tmp_path / "invitation.docx").write_bytes(b"not a zip")
    (tmp_path / "warning-letter.docx").write_bytes(
        changed(word_with("a"), {"word/vbaProject.bin": b"x"})
    )
    (tmp_path / "police-summary.docx").mkdir()
    said = "\n".join(str(each) for each in Letters(tmp_path).problems())

    assert "invitation.docx: That file cannot be used." in said
    assert "warning-letter.docx: That Word document" in said
    assert "police-summary.docx: cannot be read" in said


def test_a_folder_that_is_not_there_is_named(tmp_path: Path) -> None:
    assert "cannot be read" in str(Letters(tmp_path / "none").problems()[0])


def test_a_letter_of_the_schools_own_needs_a_template(tmp_path: Path) -> None:
    letters = Letters(tmp_path, wanted=["ban-from-site"])
    assert "the policy asks for this letter" in str(letters.problems()[0])
    with pytest.raises(TemplatesNotAccepted):
        letters.render("ban-from-site", FULL)

    (tmp_path / "ban-from-site.docx").write_bytes(word_with("Dear {{ recipient_name }}"))
    assert letters.problems() == ()
    assert "Dear Pat Example" in said_in(letters.render("ban-from-site", FULL))


def test_copies_are_written_with_a_guide_that_names_every_field(tmp_path: Path) -> None:
    folder = tmp_path / "new" / "letters"
    written = Letters().write_copies(folder)

    assert {path.name for path in written} == {*(f"{name}.docx" for name in LETTERS), GUIDE}
    assert Letters(folder).problems() == ()
    guide = said_in((folder / GUIDE).read_bytes())
    for name in LETTERS:
        for field in fields_of(name).values():
            assert field.name in guide
            assert all(f"each.{column}" in guide for column in field.columns)


def test_copies_never_replace_what_a_school_changed(tmp_path: Path) -> None:
    (tmp_path / "invitation.docx").write_bytes(b"ours")

    with pytest.raises(NotWritten, match=r"invitation\.docx"):
        Letters().write_copies(tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == ["invitation.docx"]
    assert (tmp_path / "invitation.docx").read_bytes() == b"ours"


def test_copies_cannot_be_written_where_a_file_stands(tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"")

    with pytest.raises(NotWritten):
        Letters().write_copies(tmp_path / "file")


def test_nothing_in_a_made_letter_comes_from_elsewhere_or_tells_of_the_computer() -> None:
    for name in LETTERS:
        parts = parts_of(Letters().render(name, FULL))
        for part, content in parts.items():
            assert b'TargetMode="External"' not in content, (name, part)
            assert b"python" not in content.lower(), (name, part)
