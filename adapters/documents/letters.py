"""Decides which template a letter is made from: the school's own, or that of the bot.

A school puts its changed template into its own folder, under the name that it had. What cannot be
used there is named by ``problems``; a letter is never made from ours in its place without a word.
"""

from collections.abc import Iterable, Iterator
from importlib.resources import files
from pathlib import Path
from typing import Final

from adapters.documents.letter_guide import guide
from adapters.documents.letter_template import LetterTemplate
from adapters.documents.on_disk import NotWritten, put_file
from bot.app.letter_fields import LETTERS, LetterFields
from bot.domain.letter_files import LetterProblem, TemplatesNotAccepted
from bot.domain.uploads import MOST_BYTES
from bot.policies.problems import did_you_mean

GUIDE: Final = "how-to-change-these-letters.docx"
"""Lies beside the copies: every field of every letter, for whoever changes them."""

_ENDING: Final = ".docx"
_OTHER_ENDINGS: Final = frozenset({".doc", ".docm", ".dot", ".dotx", ".dotm", ".odt", ".rtf"})


class Letters:
    """The letters of one school. ``folder`` holds the templates that it changed, if it did.

    ``wanted`` names letters of the school's own that its policy pack asks for besides ours.
    """

    def __init__(self, folder: Path | None = None, wanted: Iterable[str] = ()) -> None:
        self._folder = folder
        self._wanted = tuple(dict.fromkeys([*LETTERS, *wanted]))

    def render(self, document: str, fields: LetterFields) -> bytes:
        """The letter of that name as a Word file. Raises ``TemplatesNotAccepted``."""
        title = LETTERS.get(document) or document.replace("-", " ").capitalize()
        return self._template(document).fill(fields, f"{title} {fields.reference}")

    def problems(self) -> tuple[LetterProblem, ...]:
        """Everything that is wrong with the school's own templates; ours are in order."""
        found = list(self._wrong_files())
        for letter in self._wanted:
            if letter in LETTERS and self._own(letter) is None:
                continue
            try:
                found += self._template(letter).problems()
            except TemplatesNotAccepted as refused:
                found += refused.problems
        return tuple(found)

    def write_copies(self, folder: Path) -> tuple[Path, ...]:
        """Writes our templates, and how to change them, where nothing of that name stands yet.

        Returns what was written. Raises ``NotWritten``, with nothing written, if a file is there.
        """
        copies = {f"{letter}{_ENDING}": _ours(letter) for letter in LETTERS}
        copies[GUIDE] = guide()
        _make(folder)
        there = sorted(name for name in copies if (folder / name).exists())
        if there:
            raise NotWritten(
                f"{folder} has these already, perhaps with your changes: {', '.join(there)}. "
                "Nothing was written. Name another folder."
            )
        written: list[Path] = []
        try:
            for name, content in copies.items():
                put_file(folder / name, content)
                written.append(folder / name)
        except NotWritten:
            for path in written:
                path.unlink(missing_ok=True)
            raise
        return tuple(written)

    def _template(self, letter: str) -> LetterTemplate:
        own = self._own(letter)
        if own is not None:
            return LetterTemplate(letter, str(own), _read(own))
        if letter in LETTERS:
            return LetterTemplate(letter, f"{letter}{_ENDING}", _ours(letter))
        missing = LetterProblem(
            str(self._folder / f"{letter}{_ENDING}") if self._folder else f"{letter}{_ENDING}",
            "",
            "is not there, but the policy asks for this letter.",
            f"Put a Word file of this name there, or name one of these: {', '.join(LETTERS)}.",
        )
        raise TemplatesNotAccepted((missing,))

    def _own(self, letter: str) -> Path | None:
        """The school's own template of the letter, if there is one."""
        path = self._folder / f"{letter}{_ENDING}" if self._folder else None
        return path if path is not None and path.exists() else None

    def _wrong_files(self) -> Iterator[LetterProblem]:
        """Word files that are no letter, so that a wrong name does not go unseen."""
        if self._folder is None:
            return
        try:
            names = sorted(path.name for path in self._folder.iterdir() if path.is_file())
        except OSError as error:
            why = error.strerror or type(error).__name__
            yield LetterProblem(str(self._folder), "", f"cannot be read: {why}.", _MAKE_IT)
            return
        for name in names:
            stem, _, ending = name.rpartition(".")
            if name.startswith(("~$", ".")) or name == GUIDE:
                continue  # Word's own notes of who has a file open; our own
            if f".{ending}" != _ENDING and f".{ending}".lower() in {*_OTHER_ENDINGS, _ENDING}:
                yield self._wrong(name, "is not a .docx file.", "Save it in Word as “.docx”.")
            elif f".{ending}" == _ENDING and stem not in self._wanted:
                mend = did_you_mean(stem, self._wanted)
                yield self._wrong(name, "is not the name of a letter.", mend)

    def _wrong(self, name: str, wrong: str, mend: str) -> LetterProblem:
        return LetterProblem(str(self._folder / name if self._folder else name), "", wrong, mend)


_MAKE_IT: Final = "Make the folder, or name another one in school.toml."


def _ours(letter: str) -> bytes:
    return files("adapters.documents").joinpath("templates", f"{letter}{_ENDING}").read_bytes()


def _read(path: Path) -> bytes:
    """The file, but not much more than is taken: what is too large is refused by its size."""
    try:
        with path.open("rb") as file:
            return file.read(MOST_BYTES + 1)
    except OSError as error:
        why = error.strerror or type(error).__name__
        problem = LetterProblem(str(path), "", f"cannot be read: {why}.", "Close it in Word.")
        raise TemplatesNotAccepted((problem,)) from error


def _make(folder: Path) -> None:
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        why = error.strerror or type(error).__name__
        raise NotWritten(f"{folder} cannot be made: {why}. Name another folder.") from error
