"""Decides whether a Word file can be used as the template of a letter, and fills it in.

It is looked at in three ways before it is used: as a file (what could run or fetch something), as a
text (which fields it names, what it asks Jinja to do), and by filling it in on trial, once with
everything known and once with next to nothing.
"""

import re
from collections.abc import Iterator
from io import BytesIO
from typing import Final

from docx.exceptions import PythonDocxError
from docx.opc.constants import RELATIONSHIP_TYPE
from docx.opc.exceptions import OpcError
from docx.opc.oxml import parse_xml
from docxtpl import DocxTemplate
from jinja2 import TemplateError

from adapters.documents.letter_context import context
from adapters.documents.letter_language import LetterLanguage, Mistake, mistakes_in
from adapters.documents.letter_trial import TRIALS
from adapters.documents.package import repacked
from adapters.documents.word_look import LANGUAGE
from bot.app.letter_fields import LetterFields, fields_of
from bot.domain.letter_files import LetterNotAccepted, LetterProblem, TemplatesNotAccepted
from bot.domain.word_files import check_word

_AGAIN: Final = "Copy it again from the letters that come with the bot: report-post letters."
_PROPERTIES: Final = ("author", "comments", "identifier", "language", "subject", "title")
"""What docxtpl fills in besides the text."""

_MOST_TEXT: Final = 3 * 1024 * 1024
"""Bytes of a part; ours have a hundred thousand. docxtpl takes very long over longer ones."""

_FOOTNOTES: Final = "footnotes+xml"


class LetterTemplate:
    """A template of the letter of that name; ``file`` is what its problems call it."""

    def __init__(self, letter: str, file: str, content: bytes) -> None:
        self._letter = letter
        self._file = file
        self._content = content
        self._fields = fields_of(letter)

    def fill(self, fields: LetterFields, title: str) -> bytes:
        """The letter as a Word file. Raises ``TemplatesNotAccepted``."""
        found = tuple(self._static_problems())
        if found:
            raise TemplatesNotAccepted(found)
        return self._fill(fields, title)

    def problems(self) -> Iterator[LetterProblem]:
        """Everything that is wrong with it, each with its place."""
        found = tuple(self._static_problems())
        yield from found
        if not found:
            yield from self._trial_problems()

    def _static_problems(self) -> Iterator[LetterProblem]:
        try:
            parts = check_word(self._content)
        except LetterNotAccepted as refused:
            yield LetterProblem(self._file, "", str(refused), "")
            return
        if any(len(part) > _MOST_TEXT for name, part in parts.items() if name.endswith(".xml")):
            yield LetterProblem(self._file, "", "is too long for a letter.", _AGAIN)
            return
        seen: dict[Mistake, None] = {}
        try:
            for raw, text in _texts(self._content):
                seen |= dict.fromkeys(_loose(raw))
                seen |= dict.fromkeys(mistakes_in(text, self._fields))
        except _NOT_AS_EXPECTED:
            yield self._cannot_be_used()
        for mistake in seen:
            yield LetterProblem(self._file, mistake.place, mistake.wrong, mistake.mend)

    def _trial_problems(self) -> Iterator[LetterProblem]:
        for fields in TRIALS:
            try:
                letter = self._fill(fields, "Trial")
            except TemplatesNotAccepted as refused:
                yield from refused.problems
                return
            if any(_left_over(part) for part in check_word(letter).values()):
                yield LetterProblem(
                    self._file,
                    "",
                    "has a field where none is filled in, such as a comment or an endnote.",
                    "Fields can stand in the text, in headers and footers, and in footnotes.",
                )
                return

    def _fill(self, fields: LetterFields, title: str) -> bytes:
        template = _strict(self._content)
        try:
            template.render(context(self._letter, fields), LetterLanguage(), autoescape=True)
            properties = template.docx.core_properties
            properties.title, properties.language = title, LANGUAGE
            properties.author = properties.last_modified_by = fields.school
            filled = BytesIO()
            template.save(filled)
            letter = repacked(filled.getvalue())
            check_word(letter)
        except (*_NOT_AS_EXPECTED, TemplateError, LetterNotAccepted) as wrong:
            # Not `from wrong`: what Jinja says may quote what was filled in.
            raise TemplatesNotAccepted((self._cannot_be_used(),)) from _without_words(wrong)
        return letter

    def _cannot_be_used(self) -> LetterProblem:
        return LetterProblem(
            self._file,
            "",
            "cannot be filled in: its lists, tables or conditions are not whole.",
            f"See that each {{%p for %}} and {{%p if %}} has a paragraph of its own. {_AGAIN}",
        )


# What python-docx, lxml and docxtpl raise for a file that is not put together as they expect;
# lxml's XMLSyntaxError is a SyntaxError.
_NOT_AS_EXPECTED: Final = (
    OpcError,
    PythonDocxError,
    SyntaxError,
    KeyError,
    ValueError,
    TypeError,
    AttributeError,
    IndexError,
)


def _strict(content: bytes) -> DocxTemplate:
    """A template for docxtpl, which by itself drops what is not well-formed without a word."""
    template = DocxTemplate(BytesIO(content))
    template.init_docx()
    for relationship in template.docx.part.package.rels.values():
        if relationship.reltype.endswith(_NAMED_BY_LIBREOFFICE):
            relationship._reltype = RELATIONSHIP_TYPE.CORE_PROPERTIES  # noqa: SLF001
    lenient = template.fix_tables

    def fix_tables(xml: str) -> object:
        parse_xml(xml)
        return lenient(xml)

    template.fix_tables = fix_tables
    return template


_NAMED_BY_LIBREOFFICE: Final = "/officedocument/2006/relationships/metadata/core-properties"
"""So LibreOffice names what ECMA-376 part 2, 11.1, names otherwise; the file would get both."""


def _without_words(error: Exception) -> Exception:
    return RuntimeError(type(error).__name__)


def _texts(content: bytes) -> Iterator[tuple[str, str]]:
    """The text of each part that docxtpl fills in: as it stands there, and as Jinja gets it."""
    template = DocxTemplate(BytesIO(content))
    template.init_docx()
    parts = [template.get_xml()]
    for kind in (template.HEADER_URI, template.FOOTER_URI):
        parts += [template.get_part_xml(part) for _, part in template.get_headers_footers(kind)]
    for part in template.docx.part.package.parts:
        if part.content_type.endswith(_FOOTNOTES):
            parts.append(part.blob.decode("utf-8"))
    for xml in parts:
        yield _in_lines(xml), _in_lines(template.patch_xml(xml))
    for name in _PROPERTIES:
        text = getattr(template.docx.core_properties, name)
        yield text, text


def _in_lines(xml: str) -> str:
    """A line for each paragraph, so that a mistake can be found by its number."""
    return re.sub(r"<w:p([ >])", r"\n<w:p\1", xml.replace("\n", " "))


def _loose(raw: str) -> Iterator[Mistake]:
    """``{{p name }}`` would put bare text where a paragraph was; Word does not show it."""
    for line in raw.split("\n"):
        found = re.search(r"\{\{(?:p|r|tr|tc) +(\w+)", re.sub(r"<[^>]*>", "", line))
        if found:
            yield Mistake(
                found[0], "would not be seen in the letter.", f"Write {{{{ {found[1]} }}}}."
            )


def _left_over(part: bytes) -> bool:
    return re.search(rb"\{\{|\{%", re.sub(rb"<[^>]*>", b"", part)) is not None
