"""Everything that people read, by where it stands: sentences, the pack, platforms, letters."""

import ast
import re
from collections.abc import Iterator
from datetime import date
from pathlib import Path

from docx import Document

from bot.app.privacy.blocks import texts_of
from bot.app.privacy_pack import privacy_pack
from bot.compose.privacy_pack import about_of
from bot.domain.policy import Policy
from bot.domain.questions import Question
from bot.policies.bundled import load_guidance, load_platforms
from bot.policies.parse import load_pack
from bot.screens.say import Say
from tests.school_files import settings

ROOT = Path(__file__).parents[1]
LETTERS = ROOT / "adapters" / "documents" / "templates"
_CODE = re.compile(r"\{%.*?%\}", re.DOTALL)
_FIELD = re.compile(r"\{\{.*?\}\}", re.DOTALL)


def sentences_of_the_product() -> dict[str, str]:
    """``bot.screens.say``, by name."""
    return {f"Say.{each.name}": each.value for each in Say}


def words_of_the_pack(policy: Policy | None = None) -> dict[str, str]:
    """Questions, steps and cards: what belongs together on a screen is one text."""
    policy = policy or load_pack("derwent-vale").policy
    found = {f"page {each.id}": f"{each.title}\n{each.intro}" for each in policy.pages}
    for asked in (*policy.questions.values(), *policy.asked_by_steps.values()):
        found[f"question {asked.id}"] = _of_question(asked)
    for rule in policy.steps:
        outcomes = "\n".join(each.label for each in rule.outcomes)
        found[f"step {rule.id}"] = f"{rule.label}\n{rule.hint}\n{outcomes}"
        if rule.letter:
            found[f"letter {rule.letter.id}"] = rule.letter.label
    for milestone in policy.milestones:
        found[f"milestone {milestone.id}"] = f"{milestone.label}\n{milestone.by_hand_line}"
    for restriction in policy.restrictions:
        found[f"restriction {restriction.id}"] = restriction.label
    found |= {f"ending {each.id}": each.label for each in policy.resolutions}
    found |= {f"severity {each.level}": each.label for each in policy.severities}
    measures = (*policy.digest.days_to, *policy.digest.offers)
    found |= {f"measure {each.id}": each.label for each in measures}
    found |= {f"clause {name}": text for name, text in policy.clauses.items()}
    return found


def _of_question(asked: Question) -> str:
    options = "\n".join(f"{each.label}\n{each.hint}" for each in asked.options)
    return f"{asked.label}\n{asked.why}\n{asked.hint}\n{options}"


def cards() -> dict[str, str]:
    """Stop cards and guidance, each card a text; and what is said of each site."""
    found = {
        f"card {each.id}": "\n".join((each.title, *each.lines)) for each in load_guidance().values()
    }
    return found | {f"site {name}": each.report for name, each in load_platforms().items()}


def words_of_platforms() -> dict[str, str]:
    """The few words of its own that each platform's adapter has."""
    found = {}
    for path in sorted((ROOT / "adapters").glob("*/texts.py")):
        for node in ast.parse(path.read_text("utf-8")).body:
            if isinstance(node, ast.AnnAssign) and isinstance(node.value, ast.Constant):
                name, value = ast.unparse(node.target), node.value.value
                if isinstance(value, str) and re.search("[a-z]", value):
                    found[f"{path.parent.name} {name}"] = value
    return found


def letters() -> dict[str, str]:
    """Every letter as its template says it; what the bot writes in is a short word."""
    return {f"letter {path.stem}": _of_letter(path) for path in sorted(LETTERS.glob("*.docx"))}


def _of_letter(path: Path) -> str:
    document = Document(str(path))
    cells = (cell.text for table in document.tables for row in table.rows for cell in row.cells)
    lines = (*(each.text for each in document.paragraphs), *cells)
    said = (_FIELD.sub("it", _CODE.sub("", line)).strip() for line in lines)
    return "\n".join(line for line in said if line)


def privacy_documents() -> dict[str, str]:
    """The privacy pack of the sample school, each document a text."""
    about = about_of(settings(), date(2026, 11, 22))
    return {f"privacy pack {each.file}": "\n".join(texts_of(each)) for each in privacy_pack(about)}


def everything() -> Iterator[tuple[str, str]]:
    """All of it."""
    for found in (
        sentences_of_the_product(),
        words_of_the_pack(),
        cards(),
        words_of_platforms(),
        letters(),
        privacy_documents(),
    ):
        assert found
        yield from found.items()
