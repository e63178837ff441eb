"""Decides which days are bank holidays: the table beside says it for the years that it covers.

The table was written by the library ``holidays``, which knows further years too. It is not asked
at each start, since it loads the whole world's calendars: a tenth of a second and eight megabytes.
"""

import tomllib
from collections.abc import Iterable, Mapping
from datetime import date
from pathlib import Path
from typing import Final

# The library's codes for the countries whose bank holidays differ.
_CODES: Final = {"England": "ENG", "Wales": "WLS", "Scotland": "SCT", "Northern Ireland": "NIR"}
COUNTRIES: Final = tuple(_CODES)
TABLE: Final = Path(__file__).parents[1] / "bank_holidays.toml"
COVERED: Final = range(2024, 2041)


def bank_holidays_of(country: str, years: Iterable[int]) -> frozenset[date]:
    """The country's bank holidays in these years, those on a weekend included."""
    wanted = frozenset(years)
    if not wanted <= frozenset(COVERED):
        return as_the_library_has_them(country, wanted)
    with TABLE.open("rb") as file:
        days: Mapping[str, list[date]] = tomllib.load(file)
    return frozenset(day for day in days[country] if day.year in wanted)


def as_the_library_has_them(country: str, years: Iterable[int]) -> frozenset[date]:
    """The same without the table."""
    import holidays  # noqa: PLC0415 - see above

    # Years are named one by one: the library else adds them as it is asked, and an empty list of
    # days would look the same as a year without a bank holiday.
    named = sorted(years)
    return frozenset(holidays.country_holidays("GB", subdiv=_CODES[country], years=named))
