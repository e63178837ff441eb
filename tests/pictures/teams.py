"""Draws the main cards of the Teams adapter as pictures, to be looked at.

``python -m tests.pictures.teams FOLDER`` writes each card twice, as wide as a desktop shows it and
as a phone does. Microsoft's own renderer draws them (npm ``adaptivecards``, tests/npm), in colours
like those of Teams.
"""

import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

from PIL import Image
from playwright.sync_api import sync_playwright

from adapters.teams.pictures import as_data_uri
from adapters.teams.render import (
    Card,
    Shell,
    done_card,
    form_card,
    message_payload,
    offer_card,
    show_here_card,
    view_card,
)
from bot.domain.ids import EvidenceId
from bot.domain.personal import Personal
from bot.screens.nodes import Form, Links, Picture, View
from bot.screens.press import Press, Verb
from tests.adapters.desk import samples
from tests.adapters.desk.samples import a_png, words
from tests.adapters.slack.pack_screens import Gathered, gather
from tests.node import fetched

FRAME = Path(__file__).with_suffix(".html")
WIDTHS = {"wide": 720, "phone": 360}
FORMS = (
    "report-what", "report-what-danger", "report-post", "report-post-wrong", "report-again",
    "urgent-review", "answer-acknowledge-accepted", "answer-check-removed", "pass-on", "add",
    "note-missing",
)  # fmt: skip
MESSAGES = (
    "round-up", "urgent-case", "new-case", "digest", "digest-preview", "head-help", "receipt",
    "not-yet-seen", "overdue-to-deputy",
)  # fmt: skip
VIEWS = ("case", "head-cases", "staff-my-reports", "why-acknowledge")


def cards(found: Gathered) -> Iterator[tuple[str, str, Card]]:
    """The name, the title of the dialog if it is one, and the card."""
    for name in FORMS:
        form, said = found.forms[name]
        yield f"{name}-dialog", said.text(form.title), form_card(form, said, Shell.DIALOG)
        yield f"{name}-chat", "", form_card(form, said, Shell.CHAT)
    for name in VIEWS:
        view, said = found.views[name]
        pictures = _open(view)
        yield name, said.text(view.title), view_card(view, said, Shell.DIALOG, pictures=pictures)
        yield f"{name}-chat", "", view_card(view, said, Shell.CHAT)
    for name in MESSAGES:
        whole = message_payload(*found.messages[name])
        drawn = whole.with_pictures([each.draw() for each in whole.pictures])
        for number, part in enumerate(drawn.parts):
            yield (f"{name}-{number}" if number else name), "", part
    yield from _small()


def _small() -> Iterator[tuple[str, str, Card]]:
    every = samples.a_form(
        *(each for each in samples.EVERY_FIELD if each.id not in {"links", "words"}),
        intro=(samples.STOP, *samples.CASE_VIEW.nodes[:5]),
        errors={"place": words("Please choose one of the answers.")},
        back=True,
    )
    for shell in Shell:
        yield f"every-{shell}", "", form_card(_filled(every), samples.WORDS, shell)
    yield "sample-view", "Case", view_card(samples.CASE_VIEW, samples.WORDS, Shell.DIALOG)
    yield (
        "done",
        "",
        done_card(words("Your report was sent. Its reference is 2026-014."), samples.WORDS),
    )
    label, press = words("Report a post"), Press(Verb.REPORT)
    said = words("Your report waits here.")
    offered = offer_card(said, label, press, samples.WORDS, windows=True, other=True)
    yield "offer", "", offered
    yield "show-here", "", show_here_card(said, label, press, samples.WORDS)


def _filled(form: Form) -> Form:
    links = Links(id="links", label=samples.LINKS.label, value=(Personal("https://x.example/1"),))
    told = Personal("Mr Example is a disgrace.\nAnd so is his class.")
    return replace(form, fields=(links, replace(samples.WORDS_OF_POST, value=told), *form.fields))


def _open(view: View) -> dict[EvidenceId, str]:
    address = as_data_uri(a_png(), "image/png") or ""
    return {each.evidence: address for each in view.nodes if isinstance(each, Picture)}


def draw(folder: Path) -> None:
    """Writes two PNGs a card."""
    folder.mkdir(parents=True, exist_ok=True)
    script = fetched() / "adaptivecards/dist/adaptivecards.min.js"
    made = list(cards(gather()))
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path="/usr/bin/chromium", args=["--no-sandbox"]
        )
        for kind, width in WIDTHS.items():
            page = browser.new_page(
                viewport={"width": width, "height": 800}, device_scale_factor=1.5
            )
            page.add_init_script(path=script)
            page.goto(FRAME.as_uri())
            for name, title, card in made:
                page.evaluate("([card, title]) => show(card, title)", [card, title])
                page.locator("body").screenshot(path=str(folder / f"{name}.{kind}.png"))
        browser.close()


def together(folder: Path, target: Path) -> None:
    """One picture of several: a page of questions, an alert, a round-up and the digest."""
    page, alert, due, digest = (
        Image.open(folder / f"{name}.png").convert("RGB")
        for name in ("report-what-dialog.phone", "urgent-case.phone", "overdue-to-deputy.phone",
                     "digest.wide")
    )  # fmt: skip
    height = page.height
    right = Image.new("RGB", (digest.width, height), "#f5f5f5")
    right.paste(digest, (0, 0))
    right.paste(due.crop((0, 0, due.width, height - digest.height)), (0, digest.height))
    right.paste(alert, (due.width, digest.height))
    canvas = Image.new("RGB", (page.width + right.width, height), "#f5f5f5")
    canvas.paste(page, (0, 0))
    canvas.paste(right, (page.width, 0))
    # Few colours, but the pale ones among them: they are what a warning stands on.
    canvas.quantize(256, Image.Quantize.MAXCOVERAGE).save(target, optimize=True)


if __name__ == "__main__":
    draw(Path(sys.argv[1]))
    together(Path(sys.argv[1]), Path(sys.argv[1]) / "teams-together.png")
