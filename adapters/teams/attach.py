"""Decides how pictures are added to a form: cards have no input for files, the chat takes them."""

from typing import Final

from adapters.teams.blocks import Drawing, Shell, beside, button_rows, line, lines
from adapters.teams.buttons import pressed, styled
from adapters.teams.carried import Did, carried
from adapters.teams.texts import (
    ADD_PICTURES,
    FILES_CHAT,
    FILES_DIALOG,
    FILES_FULL,
    LETTER_CHAT,
    LETTER_DIALOG,
    REMOVE,
    SEND_VERSION,
    Element,
    files_kept,
)
from bot.screens.nodes import AddFiles, KeptFileLine


def add_files(field: AddFiles, label: str, at: Drawing) -> list[Element]:
    """Where to send them, which are kept, and how to take one out."""
    dialog = at.shell is Shell.DIALOG
    if field.letters:
        return _letter(label, at)
    full = len(field.kept) >= field.most
    how = FILES_FULL if full else FILES_DIALOG if dialog else FILES_CHAT
    keep = pressed(ADD_PICTURES, carried(Did.KEEP, at.on), at.shell)
    return [
        *lines(label, weight="Bolder"),
        *lines(how, spacing="Small"),
        line(files_kept(len(field.kept)), spacing="Small"),
        *(_kept(number, file, at) for number, file in enumerate(field.kept, 1)),
        *(button_rows([keep]) if dialog and not full else ()),
    ]


def _letter(label: str, at: Drawing) -> list[Element]:
    """Where to send an own version of a letter; it is not kept with the form."""
    dialog = at.shell is Shell.DIALOG
    leave = pressed(SEND_VERSION, carried(Did.KEEP, at.on), at.shell)
    return [
        *lines(label, weight="Bolder"),
        *lines(LETTER_DIALOG if dialog else LETTER_CHAT, spacing="Small"),
        *(button_rows([leave]) if dialog else ()),
    ]


_TYPES: Final = {
    "image/png": "Picture (PNG)",
    "image/jpeg": "Picture (JPEG)",
    "image/webp": "Picture (WebP)",
    "application/pdf": "PDF",
}


def _kept(number: int, file: KeptFileLine, at: Drawing) -> Element:
    kind = _TYPES.get(file.media_type, "File")
    megabytes = file.size / 1024**2
    size = f"{megabytes:.1f} MB" if megabytes >= 1 else f"{max(1, round(file.size / 1024))} KB"
    remove = pressed(REMOVE, carried(Did.PRESS, at.on, press=file.remove), at.shell)
    said = f"{number}. {kind}, {size}"
    if at.sparing:
        remove.pop("fallback", None)
    named = styled(remove, tooltip=f"{REMOVE}: {said}")
    return {**beside([line(said)], named), "spacing": "Small"}
