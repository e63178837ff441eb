"""The governors' digest and its preview, as messages."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from bot.app.digest_record import digest_record
from bot.app.intents import Intent
from bot.app.present import Composed, Present
from bot.domain.digest_shown import chart_for, from_json
from bot.domain.ids import MessageKind
from bot.screens import messages
from bot.screens.digest_body import digest_body
from bot.screens.wording import Words


def compose_digest(present: Present, intent: Intent, words: Words) -> Composed:
    """The figures that were worked out when it was written, with the chart of those before."""
    kept: Mapping[str, Any] = intent.facts["digest"]  # type: ignore[assignment]
    school, figures = present.school, from_json(kept)
    names = {
        f"{term.first_on.year}-{term.name}": f"{term.name.capitalize()} {term.first_on.year}"
        for term in school.calendar.terms
    }
    printed = [each for each in digest_record(present.reading).printed if each.at < figures.at]
    chart = chart_for(
        (*printed, figures),
        last_on=school.calendar.local_date(figures.at),
        zone=school.calendar.zone,
        names=names,
    )
    body = digest_body(figures, chart, school.pack.policy)
    if intent.kind is MessageKind.DIGEST:
        return Composed(messages.digest(body), words)
    at = datetime.fromisoformat(str(intent.facts["at"]))
    return Composed(messages.digest_preview(body, at), words)
