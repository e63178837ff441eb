"""The table of bank holidays says what the library says; ``pytest --golden`` writes it anew."""

from datetime import date

import pytest

from bot.config.bank_holidays import (
    COUNTRIES,
    COVERED,
    TABLE,
    as_the_library_has_them,
    bank_holidays_of,
)

_HEAD = """\
# The bank holidays of the United Kingdom, as the library "holidays" knows them.
# `pytest --golden tests/test_bank_holidays.py` writes this file.
"""


def _table() -> str:
    parts = [_HEAD]
    for country in COUNTRIES:
        days = sorted(as_the_library_has_them(country, COVERED))
        years = (
            "    " + ", ".join(str(day) for day in days if day.year == year) for year in COVERED
        )
        parts.append(f'"{country}" = [\n' + ",\n".join(years) + ",\n]\n")
    return "\n".join(parts)


def test_the_table_holds_what_the_library_says(request: pytest.FixtureRequest) -> None:
    if request.config.getoption("--golden"):
        TABLE.write_text(_table(), "utf-8")
    assert TABLE.read_text("utf-8") == _table()


@pytest.mark.parametrize("country", COUNTRIES)
def test_years_that_the_table_has_not_come_from_the_library(country: str) -> None:
    beyond = COVERED.stop
    assert date(beyond, 12, 25) in bank_holidays_of(country, [beyond - 1, beyond])
    assert bank_holidays_of(country, [beyond - 1]) < bank_holidays_of(country, [beyond - 1, beyond])


def test_countries_differ() -> None:
    st_andrews = date(2026, 11, 30)
    assert st_andrews in bank_holidays_of("Scotland", [2026])
    assert st_andrews not in bank_holidays_of("England", [2026])
