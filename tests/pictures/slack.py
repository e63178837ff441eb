"""Draws the main screens of the Slack adapter as pictures, to be looked at.

First, in a folder outside the repository:
``npm install slack-blocks-to-jsx react@18 react-dom@18``. Then, in that folder:
``PYTHONPATH=/path/to/repository python -m tests.pictures.slack pictures``.
"""

import base64
import json
import subprocess
import sys
import tempfile
from pathlib import Path

from PIL import Image
from playwright.sync_api import sync_playwright

from adapters.slack.render import home_view, kept_view, message_payload, modal, more_view
from adapters.slack.texts import Block
from bot.domain.ids import EvidenceId
from tests.adapters.desk.samples import a_png
from tests.adapters.slack.pack_screens import Gathered, gather

SCRIPT = Path(__file__).with_name("slack.mjs")
FORMS = ("report-what", "report-what-danger", "report-post", "report-again", "urgent-review")
FORMS_OF_CASE = ("answer-acknowledge-accepted", "answer-check-removed", "pass-on", "add")
MESSAGES = (
    "round-up",
    "urgent-case",
    "new-case",
    "digest",
    "digest-preview",
    "head-help",
    "receipt",
)


def payloads(found: Gathered) -> dict[str, Block]:
    """The screens by name; pictures are put in as they would be shown."""
    made: dict[str, Block] = {}
    for name in (*FORMS, *FORMS_OF_CASE):
        made[name] = modal(*found.forms[name])
    made["more"] = more_view(*found.forms["report-post"])
    made["kept"] = kept_view(*found.forms["report-post"])
    for name in ("case", "head-cases", "staff-my-reports"):
        made[name] = modal(*found.views[name], pictures=_picture)
    made["done"] = modal(*found.dones["report-sent"])
    made["home"] = home_view(*found.homes["head-all"])
    for name in MESSAGES:
        whole = message_payload(*found.messages[name])
        drawn = [_address(each.draw()) for each in whole.pictures]
        for number, part in enumerate(whole.with_pictures(drawn).parts):
            blocks = list(part.blocks)
            made[f"{name}-{number}" if number else name] = {"blocks": blocks, "text": part.text}
    return made


def _picture(_evidence: EvidenceId) -> Block:
    return {"id": _address(a_png())}


def _address(content: bytes) -> str:
    return f"data:image/png;base64,{base64.b64encode(content).decode()}"


def _with_addresses(value: object) -> object:
    """Pictures by address: outside Slack there are no files."""
    if isinstance(value, dict):
        shown = {name: _with_addresses(inner) for name, inner in value.items()}
        file = shown.pop("slack_file", None)
        return {**shown, "image_url": file["id"]} if isinstance(file, dict) else shown
    return [_with_addresses(each) for each in value] if isinstance(value, list) else value


def draw(folder: Path) -> None:
    """Writes a PNG a screen."""
    with tempfile.TemporaryDirectory() as work:
        file = Path(work) / "payloads.json"
        file.write_text(json.dumps(_with_addresses(payloads(gather()))), encoding="utf-8")
        subprocess.run(["node", str(SCRIPT), str(file), str(folder)], check=True)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path="/usr/bin/chromium", args=["--no-sandbox"]
        )
        page = browser.new_page(viewport={"width": 860, "height": 1000}, device_scale_factor=1.5)
        for each in sorted(folder.glob("*.html")):
            page.goto(each.resolve().as_uri())
            page.locator("#frame").screenshot(path=str(each.with_suffix(".png")))
        browser.close()


def together(folder: Path, target: Path) -> None:
    """The picture of the README: a page of questions, an alert, App Home and the top of a case."""
    page, alert, home, case = (
        _scaled(Image.open(folder / f"{name}.png").convert("RGB"), width)
        for name, width in (
            ("report-post", 560),
            ("urgent-case", 730),
            ("home", 730),
            ("case", 560),
        )
    )
    canvas = Image.new("RGB", (1380, page.height + 60), "#e4e4e4")
    canvas.paste(page, (30, 30))
    top = 30
    for each in (alert, home, case.crop((0, 0, 560, page.height))):
        canvas.paste(each, (620, top))
        top += each.height + 30
    canvas.paste("#e4e4e4", (0, page.height + 30, 1380, page.height + 60))
    canvas.quantize(256, Image.Quantize.FASTOCTREE).save(target, optimize=True)


def _scaled(picture: Image.Image, width: int) -> Image.Image:
    height = round(picture.height * width / picture.width)
    return picture.resize((width, height), Image.Resampling.LANCZOS)


if __name__ == "__main__":
    draw(Path(sys.argv[1]))
    together(Path(sys.argv[1]), Path(sys.argv[1]) / "slack-together.png")
