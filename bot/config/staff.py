"""Decides from ``school.toml`` who counts as staff, where several schools share a workspace."""

import re
from collections import Counter
from collections.abc import Iterable
from typing import Final

from bot.config.people import address_in
from bot.config.problems import Problems
from bot.config.table import Table, line_of_text

_EXAMPLE: Final = "school.example"
_DOMAIN: Final = re.compile(r"(?=.{3,253}\Z)(?:[^\W_][\w-]*\.)+[^\W_][\w-]*[^\W_]")
ADDRESSES: Final = "addresses"
_ANYBODYS: Final = frozenset(
    """
    aol.com blueyonder.co.uk btinternet.com fastmail.com gmail.com gmx.co.uk gmx.com googlemail.com
    hotmail.co.uk hotmail.com icloud.com live.co.uk live.com mac.com mail.com me.com msn.com
    ntlworld.com outlook.com pm.me proton.me protonmail.com sky.com talktalk.net tiscali.co.uk
    tutanota.com virginmedia.com yahoo.co.uk yahoo.com yahoo.ie ymail.com zoho.com
    """.split()
)
"""Mail for everybody, as it is well known in the United Kingdom."""


def staff_from(table: Table) -> frozenset[str] | None:
    """The domains and the whole addresses of ``[staff]``, in small letters; mistakes are noted.

    ``None`` if the table says nothing: then every full member of the workspace is staff.
    """
    value = table.raw(ADDRESSES)
    place = table.at(ADDRESSES)
    table.end()
    if value is None:
        return None
    if not isinstance(value, list) or not value:
        mend = f'Write a list, such as ["{_EXAMPLE}", "pat@trust.example"].'
        table.problems.add(place, "is no list of domains and addresses.", mend)
        return None
    found = [
        _address(each, f"{place}[{number}]", table.problems)
        for number, each in enumerate(value, start=1)
    ]
    return frozenset(each for each in found if each is not None)


def domain_of_most(emails: Iterable[str]) -> str | None:
    """The domain of most of these addresses, which says nothing of anybody.

    ``None`` if no two people have one in common: it may be somebody's own. Never one at which
    anybody in the world may have an address.
    """
    domains = (each.rpartition("@")[2] for each in {each.casefold() for each in emails})
    counted = Counter(each for each in domains if each not in _ANYBODYS)
    domain, people = next(iter(counted.most_common(1)), ("", 0))
    return domain if people > 1 else None


def _address(value: object, place: str, problems: Problems) -> str | None:
    text = line_of_text(value, place, problems, _EXAMPLE)
    if text is None:
        return None
    address = text.lower()
    if "@" in address:
        return address_in(address, place, problems)
    if _DOMAIN.fullmatch(address):
        return address
    wrong = "is neither the domain of e-mail addresses nor one address."
    problems.add(place, wrong, f'Write "{_EXAMPLE}" or "pat@trust.example".')
    return None
