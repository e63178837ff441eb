"""What atheris feeds with noise: every parser of what comes from outside, each by its name.

Run by ``tests.faults.parser_noise`` in a process of its own, since atheris never returns:
``python -m tests.faults.parser_targets NAME -runs=1000 -seed=1``; ``all`` is all of them in turn.
"""

import json
import sys
from collections.abc import Callable, Mapping
from contextlib import suppress
from functools import cache
from importlib import import_module
from pathlib import Path
from typing import Any, Final

from adapters.slack.payloads import forwarded
from adapters.slack.read import read_action, read_page_turn, read_view, what_was_done
from adapters.slack.sound import is_sound
from adapters.teams.links_in_message import links_in_html, links_in_message
from adapters.teams.payloads import (
    attachments_of,
    card_data,
    cause_of,
    reference_of,
    tenant_of,
    typed_text,
)
from adapters.teams.read import read_card
from adapters.teams.references import NotAReference, read_reference
from bot.config import settings_from
from bot.config.read import sample_text
from bot.domain.errors import PolicyNotAccepted, SettingsNotAccepted
from bot.domain.letter_files import check_letter
from bot.domain.links import LinkNotAccepted, find_links, normalise, read_link
from bot.domain.uploads import UploadNotAccepted, check_upload, recognise
from bot.domain.word_files import LetterNotAccepted
from bot.domain.word_xml import NotPlainXml, content_types, field_codes, relationships
from bot.policies.parse import bundled_text, load_guidance, parse_policy
from bot.screens.press import NotOurs, read_form_ref, read_press
from tests.faults.hostile_files import zipped

Target = Callable[[bytes], None]


def _presses(noise: bytes) -> None:
    for read in (read_press, read_form_ref):
        with suppress(NotOurs):
            read(_text(noise))


def _slack(noise: bytes) -> None:
    found = _json(noise)
    if not isinstance(found, dict) or not is_sound(found):
        return
    forwarded(found)
    for read in (read_view, what_was_done, read_action, read_page_turn):
        with suppress(NotOurs):
            read(found)


def _teams(noise: bytes) -> None:
    found = _json(noise)
    links_in_message(found)
    if not isinstance(found, dict):
        return
    attachments_of(found), cause_of(found), reference_of(found), tenant_of(found)
    typed_text(found)
    for data in (found, card_data(found)):
        with suppress(NotOurs):
            read_card(data)


def _references(noise: bytes) -> None:
    with suppress(NotAReference):
        read_reference(_text(noise))


def _links(noise: bytes) -> None:
    text = _text(noise)
    links_in_html(text)
    for link in (text, *find_links(text)):
        for read in (read_link, normalise):
            with suppress(LinkNotAccepted):
                read(link)


def _uploads(noise: bytes) -> None:
    for start in (
        b"",
        b"\x89PNG\r\n\x1a\n\x00\x00\x00\x0dIHDR",
        b"\xff\xd8\xff",
        b"RIFF",
        b"%PDF-1.4",
    ):
        recognise(start + noise)
        with suppress(UploadNotAccepted):
            check_upload(start + noise, 0)


def _letters(noise: bytes) -> None:
    kinds = (
        b'<Types><Override PartName="/word/document.xml" ContentType="application/vnd.'
        b'openxmlformats-officedocument.wordprocessingml.document.main+xml"/></Types>'
    )
    for content in (noise, b"PK\x03\x04" + noise, b"%PDF-1.4" + noise):
        with suppress(LetterNotAccepted):
            check_letter(content)
    parts = {"[Content_Types].xml": kinds, "word/document.xml": noise}
    with suppress(LetterNotAccepted):
        check_letter(zipped(parts))


def _word_xml(noise: bytes) -> None:
    for read in (content_types, field_codes, lambda part: tuple(relationships(part))):
        with suppress(NotPlainXml):
            read(noise)


def _settings(noise: bytes) -> None:
    with suppress(SettingsNotAccepted):
        settings_from(_edited(sample_text(), noise), Path("school.toml"), {})


def _packs(noise: bytes) -> None:
    with suppress(PolicyNotAccepted):
        parse_policy(_edited(_pack(), noise), "pack", _guidance())


@cache
def _pack() -> str:
    return bundled_text("derwent-vale")


@cache
def _guidance() -> Any:  # noqa: ANN401 - cards by their ids
    return load_guidance()


def _edited(text: str, noise: bytes) -> str:
    """The text with the noise put somewhere into it; the first three bytes say where."""
    at = int.from_bytes(noise[:3], "big") % (len(text) + 1)
    gone = noise[3] if noise[3:] else 0
    return text[:at] + _text(noise[4:]) + text[at + gone :]


def _text(noise: bytes) -> str:
    return noise.decode("utf-8", "surrogateescape")  # what is no UTF-8 becomes half characters


def _json(noise: bytes) -> object:
    try:
        return json.loads(noise)
    except (ValueError, RecursionError):
        return None


TARGETS: Final[Mapping[str, Target]] = {
    "presses": _presses,
    "slack": _slack,
    "teams": _teams,
    "references": _references,
    "links": _links,
    "uploads": _uploads,
    "letters": _letters,
    "word-xml": _word_xml,
    "settings": _settings,
    "packs": _packs,
}

_VIEW: Final = {
    "type": "block_actions",
    "user": {"id": "U1"},
    "actions": [{"type": "button", "action_id": "press.0", "block_id": "b", "value": "[]"}],
    "view": {
        "id": "V",
        "callback_id": "form",
        "private_metadata": "[]",
        "blocks": [{"type": "input", "block_id": "text.note"}],
        "state": {"values": {}},
    },
}
_CARD: Final = {
    "type": "message",
    "text": "<at>Report Post</at> https://a.example/b",
    "rp": {"did": "submit", "form": "[]", "asks": ["text.note"], "page": 1},
    "body": {"contentType": "html", "content": "<a href='https://a.example/'>x</a>"},
    "attachments": [{"content": "{}"}],
}
_PRESS: Final = '["report","a","",0,""]'

_SEEDS: Final = (
    _PRESS.encode(),
    json.dumps([_PRESS, "post", 1]).encode(),
    json.dumps(_VIEW).encode(),
    json.dumps(_CARD).encode(),
    b"<w:p><w:fldSimple w:instr='PAGE'/></w:p>",
    b"PK\x03\x04",
    b"<https://a.example/b?c=d|e> www.facebook.com/x [http://[::1]:80/]",
)


def in_turn(noise: bytes) -> None:
    """Feeds all of them."""
    for target in TARGETS.values():
        target(noise)


def main() -> None:
    """Feeds the target that the first argument names, until one raises what it may not."""
    atheris = import_module("atheris")  # not everywhere
    name = sys.argv.pop(1)
    target = in_turn if name == "all" else TARGETS[name]
    for each in _SEEDS:
        target(each)
    if "-instrument" in sys.argv:
        sys.argv.remove("-instrument")
        atheris.instrument_all()
    atheris.Setup(sys.argv, target)
    atheris.Fuzz()


if __name__ == "__main__":
    main()
