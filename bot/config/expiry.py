"""Decides until when the client secret of Microsoft Teams is good, as the school wrote it down.

Microsoft does not tell the bot, which falls silent on that day; ``doctor`` reminds of it.
"""

from datetime import date

from bot.config.school_days import day_of
from bot.config.table import Table


def teams_secret_ends(table: Table) -> date | None:
    """The day in ``[teams]``, if there is one; what is not accepted is noted."""
    there = table.raw("secret_expires") is not None
    found = day_of(table, "secret_expires") if there else None
    table.end()
    return found
