"""Reads how long records are kept: the months of each way to end, and what comes before the end."""

from bot.domain.conditions import Condition, Safeguarding
from bot.domain.policy import Resolution
from bot.domain.retention import LONGEST_MONTHS, SHORTEST_MONTHS, RetentionRules
from bot.policies.reader import Reader
from bot.policies.tables import Table


def read_retention(reader: Reader, resolutions: tuple[Resolution, ...]) -> RetentionRules:
    """The rules of ``[retention]``, with the months that stand beside each resolution.

    A pack without the table keeps every case with a safeguarding side until it was moved to the
    file, and tells of an erasure a month before: what the table of the bundled pack says too.
    """
    table = reader.top.table("retention")
    filed_first: Condition | None = None
    notice: int | None = None
    sources: tuple[str, ...] = ()
    if table is not None:
        filed_first = reader.conditions.of(table, "moved_to_file_first")
        notice = _notice(reader, table, resolutions)
        sources = reader.sources(table)
        table.end()
    return RetentionRules(
        months={each.id: each.keep_months for each in resolutions},
        moved_to_file_first=filed_first or Safeguarding(),
        notice_months=notice or 1,
        sources=sources,
    )


def _notice(reader: Reader, table: Table, resolutions: tuple[Resolution, ...]) -> int | None:
    notice = table.number("notice_months", needed=False)
    shortest = min((each.keep_months for each in resolutions), default=notice)
    if notice is not None and shortest is not None and notice > shortest:
        reader.problems.add(
            table.at("notice_months"),
            f"is {notice}, longer than the shortest keep_months ({shortest}).",
            "Keep records longer, or tell of their end later.",
        )
    return notice


def read_keep_months(reader: Reader, table: Table) -> int:
    """How many months a record is kept after this ending."""
    months = table.number("keep_months")
    if months is not None and months > LONGEST_MONTHS:
        reader.problems.add(
            table.at("keep_months"),
            f"is {months}.",
            f"Write a number of months from {SHORTEST_MONTHS} to {LONGEST_MONTHS}.",
        )
    return months or SHORTEST_MONTHS
