"""The reported links, and where each site takes reports; for a permitted person, on demand."""

from collections.abc import Iterable

from bot.app.case_file import CaseFile
from bot.app.school import School
from bot.domain.answers import typed
from bot.domain.links import platform_of
from bot.domain.personal import Personal
from bot.policies.bundled import Platform
from bot.screens.facts import PackText, plain
from bot.screens.nodes import Paragraph, Told, ViewNode
from bot.screens.say import Say


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
    for platform in _platforms(school, links):
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
