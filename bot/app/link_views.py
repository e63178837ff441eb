"""The reported links, and where each site takes reports; for a permitted person, on demand."""

from collections.abc import Iterable
from typing import Final

from bot.app.case_file import CaseFile
from bot.app.school import School
from bot.domain.answers import typed
from bot.domain.links import platform_of
from bot.domain.personal import Personal
from bot.policies.bundled import Platform
from bot.screens.facts import PackText, plain
from bot.screens.nodes import Paragraph, Told, ViewNode
from bot.screens.say import Say

ANY_SITE: Final = "other"
"""The entry of ``platforms.toml`` for sites that it does not list (``bot.domain.links``)."""


def links_of(file: CaseFile) -> tuple[Personal, ...]:
    """The links of a case, each once."""
    post = file.policy.same_post
    return typed(file.state.answers, post.question) if post else ()


def links_view(school: School, file: CaseFile) -> Iterable[ViewNode]:
    """Each link with its site's way to report a post, and when that was last checked."""
    links = links_of(file)
    post = file.policy.same_post
    if not links or post is None:
        return
    yield Told(plain(Say.LABEL, label=post.question), links, links=True)
    yield from _where_to_report(_platforms(school, links))


def sites_view(school: School, file: CaseFile) -> Iterable[ViewNode]:
    """The links with their sites; of a post without a link, what holds for any site."""
    shown = tuple(links_view(school, file))
    any_site = tuple(each for each in school.platforms.values() if each.id == ANY_SITE)
    return shown or tuple(_where_to_report(any_site))


def _where_to_report(platforms: Iterable[Platform]) -> Iterable[ViewNode]:
    for platform in platforms:
        name = PackText(("platform", platform.id, "name"))
        how = PackText(("platform", platform.id, "report"))
        says = plain(Say.REPORT_TO_SITE, how=how, on=platform.checked_on)
        yield Paragraph(says)
        address = (Personal(platform.report_at),)
        yield Told(plain(Say.REPORT_TO_SITE_AT, name=name), address, links=True)


def _platforms(school: School, links: Iterable[Personal]) -> tuple[Platform, ...]:
    hosts = {each.id: each.hosts for each in school.platforms.values()}
    found = dict.fromkeys(platform_of(link.reveal(), hosts) for link in links)
    return tuple(school.platforms[each] for each in found if each in school.platforms)
