"""Decides which parts of a link say nothing about the post: tracking, mobile hosts, second names.

Dropping too little means that two reports of one post open two cases, which a person sees and
joins. Dropping too much joins two different posts unseen. So a name is listed only where it is
known, and for one site only where another site could mean something by it.

Sources, read on 2026-11-22: ClearURLs (github.com/ClearURLs/Rules, data.json) and AdGuard's
tracking parameter filter (github.com/AdguardTeam/AdguardFilters, TrackParamFilter/sections); the
forms of links are those the platforms' own share buttons make.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Final

TRACKING_STARTS: Final = ("utm_", "__cft__", "__xts__", "fb_action_", "hsa_")
"""A parameter that begins like this is tracking on every site; the second and third have
numbers behind them: `__cft__[0]`."""

TRACKING: Final = frozenset(
    "__eep__ __tn__ _hsenc _hsmi dclid fb_ref fb_source fbclid gbraid gclid gclsrc igsh igshid "
    "mc_cid mc_eid mibextid msclkid srsltid ttclid twclid wbraid yclid".split()
)
"""Tracking on every site: these names belong to one advertiser or network each."""

TRACKING_ON: Final[Mapping[str, frozenset[str]]] = {
    site: frozenset(names.split())
    for site, names in {
        "facebook.com": "__rv__ __so__ _rdc _rdr acontext action_history comment_tracking eav eid "
        "extid fref hc_location hc_ref idorvanity ls_ref notif_id notif_t paipv rdc rdid rdr ref "
        "referral_code referral_story_type refid refsrc sfnsn share_url tracking video_source "
        "wtsid",
        "fb.watch": "ref",
        "instagram.com": "ig_mid ig_rid",
        "threads.net": "xmt",
        "x.com": "cn cxt ref_src ref_url refsrc s t",
        "tiktok.com": "_d _r _t checksum is_copy_url is_from_webapp lang preview_pb referer_url "
        "refer sec_uid sec_user_id sender_device sender_web_id share_app_id share_author_id "
        "share_item_id share_link_id source timestamp tt_from u_code user_id web_id",
        "youtube.com": "ab_channel embeds_referring_euri embeds_referring_origin feature kw pp si",
        "youtu.be": "feature pp si",
        "snapchat.com": "share_id sid",
        "reddit.com": "correlation_id deep_link post_fullname post_index rdt ref ref_campaign "
        "ref_source ref_src share_id",
        "nextdoor.com": "init_source s ss",
        "nextdoor.co.uk": "init_source s ss",
        "google.com": "entry g_ep g_st ved",
        "google.co.uk": "entry g_ep g_st ved",
        "maps.app.goo.gl": "g_st",
        "mumsnet.com": "ref",
    }.items()
}
"""Tracking on one site and its subdomains only."""

SAME_HOST: Final[Mapping[str, str]] = {
    "discordapp.com": "discord.com",
    "fb.com": "facebook.com",
    "instagr.am": "instagram.com",
    "threads.com": "threads.net",
    "twitter.com": "x.com",
    "youtube-nocookie.com": "youtube.com",
}
"""Hosts that show the same posts under the same path. Shorteners (vm.tiktok.com, fb.watch, t.co)
are not here: only the platform knows where they lead, and the bot never opens a link."""

_ANYWHERE_PREFIXES: Final = frozenset({"www", "m", "mobile"})
_PLATFORM_PREFIX: Final = re.compile(
    "amp|canary|l|lm|mbasic|new|np|old|ptb|sh|touch|web|[a-z]{2}-[a-z]{2}"  # en-gb.facebook.com
)
_WITH_PREFIXES: Final = frozenset(
    "discord.com discordapp.com facebook.com fb.com instagram.com mumsnet.com nextdoor.co.uk "
    "nextdoor.com reddit.com tiktok.com twitter.com x.com youtube.com".split()
)

_COMMENT: Final = frozenset({"comment_id", "reply_comment_id"})

SAME_POST: Final[tuple[tuple[re.Pattern[str], str, frozenset[str]], ...]] = tuple(
    (re.compile(pattern), becomes, keeps)
    for pattern, becomes, keeps in (
        (r"youtu\.be/([\w-]+)", "youtube.com/watch?v={}", frozenset({"lc"})),
        (r"youtube\.com/(?:live|shorts)/([\w-]+)", "youtube.com/watch?v={}", frozenset({"lc"})),
        (r"youtube\.com/watch", "youtube.com/watch", frozenset({"v", "lc"})),
        (r"x\.com/(?:i/web|[^/]+)/status(?:es)?/(\d+)(?:/.*)?", "x.com/i/status/{}", frozenset()),
        (
            r"instagram\.com/(?:[^/]+/)?(?:p|reels?|tv)/([\w-]+)",
            "instagram.com/p/{}",
            frozenset(),
        ),
        (
            r"tiktok\.com/(?:@[^/]*/(?:video|photo)|v)/(\d+)(?:\.html)?",
            "tiktok.com/v/{}",
            frozenset(),
        ),
        (r"redd\.it/(\w+)", "reddit.com/comments/{}", frozenset()),
        (
            r"reddit\.com/(?:(?:r|u|user)/[^/]+/)?comments/(\w+)(?:/[^/]*)?",
            "reddit.com/comments/{}",
            frozenset(),
        ),
        (
            r"reddit\.com/(?:(?:r|u|user)/[^/]+/)?comments/(\w+)/[^/]*/(\w+)",
            "reddit.com/comments/{}/-/{}",
            frozenset(),
        ),
        (
            r"facebook\.com/groups/([^/]+)/(?:permalink|posts)/(\d+)",
            "facebook.com/groups/{}/posts/{}",
            _COMMENT,
        ),
        (
            r"facebook\.com/(?:permalink|story)\.php",
            r"facebook.com/permalink.php",
            _COMMENT | {"story_fbid", "id"},
        ),
        (r"facebook\.com/photo(?:\.php)?", "facebook.com/photo", _COMMENT | {"fbid"}),
        (r"facebook\.com/watch", "facebook.com/watch", _COMMENT | {"v"}),
    )
)
"""One post under several addresses: (host and path, what to write instead with its groups, which
parameters still matter). Where the new form names no post by itself, the rule holds only if one of
those parameters is there: `/watch` with a playlist and no video stays as it is. A comment is a post
of its own."""

PLATFORM_HOSTS: Final = (
    *"discord.com discord.gg facebook.com fb.com fb.watch g.page instagr.am instagram.com".split(),
    *"maps.app.goo.gl mumsnet.com nextdoor.co.uk nextdoor.com redd.it reddit.com".split(),
    *"snapchat.com tiktok.com twitter.com wa.me whatsapp.com x.com youtu.be youtube.com".split(),
)
"""Hosts whose links people type without `https://`."""


def bare_host(host: str) -> str:
    """Return the host under which the same posts are known: `m.facebook.com` is `facebook.com`.

    `host` is in lower case. What remains always has a dot if `host` had one.
    """
    while True:
        first, _, rest = host.partition(".")
        anywhere = first in _ANYWHERE_PREFIXES and "." in rest
        if not (anywhere or (rest in _WITH_PREFIXES and _PLATFORM_PREFIX.fullmatch(first))):
            return SAME_HOST.get(host, host)
        host = rest


def is_tracking(name: str, host: str) -> bool:
    """Say whether a query parameter only tracks people. `name` is decoded and in lower case."""
    if name in TRACKING or name.startswith(TRACKING_STARTS):
        return True
    labels = bare_host(host).split(".")
    parents = (".".join(labels[at:]) for at in range(len(labels)))
    return any(name in TRACKING_ON.get(parent, ()) for parent in parents)
