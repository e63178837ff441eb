"""Which links a person gave, which can be kept, and which are the same post."""

from __future__ import annotations

import string
import time
import tomllib
import traceback
from contextlib import suppress
from datetime import date
from pathlib import Path

import pytest
from hypothesis import HealthCheck, assume, example, given, reject, settings
from hypothesis import strategies as st

import bot.policies
from bot.domain.errors import ReportPostError
from bot.domain.link_rules import PLATFORM_HOSTS, SAME_HOST, bare_host
from bot.domain.links import (
    LONGEST_LINK,
    LinkNotAccepted,
    find_links,
    normalise,
    platform_of,
    read_link,
)

# --- what a link may look like, for the properties ----------------------------------------------

HOSTS = st.sampled_from(
    [
        *PLATFORM_HOSTS,
        *SAME_HOST,
        *(f"{prefix}.facebook.com" for prefix in ("www", "m", "mbasic", "l", "en-gb", "www.m")),
        "old.reddit.com",
        "new.reddit.com",
        "mobile.twitter.com",
        "m.youtube.com",
        "www.school.example",
        "MÜNCHEN.example",
        "192.0.2.7",
        "[2001:db8::1]",
        "intranet",
        "m.me",
        "a.b.",
    ]
)
SEGMENTS = st.one_of(
    st.sampled_from(
        "watch shorts live status i web p reel posts groups permalink comments r photo v video "
        "@a 1 permalink.php "
        "story.php photo.php dQw4w9WgXcQ %41 %2F %e2%82%ac %zz % é 😀 .. //".split()
    ),
    st.text(string.ascii_letters + string.digits + "-_.~%+;:@!$&'()*,=\\^{}é€", max_size=12),
)
NAMES = st.sampled_from(
    "v lc t list id story_fbid fbid set comment_id utm_source UTM_Source fbclid igsh si s ref "
    "__cft__[0] __cft__%5B0%5D __tn__ mibextid %75tm_x a b b+c %41 é %".split()
)
QUERIES = st.lists(
    st.tuples(NAMES, st.sampled_from(["", "=", "=1", "=a+b", "=%2f%41", "=é", "=x=y"])).map(
        "".join
    ),
    max_size=5,
).map("&".join)


@st.composite
def some_links(draw: st.DrawFn) -> str:
    """Draw links that come near the rules: known hosts, known paths, tracking."""
    scheme = draw(st.sampled_from(["https://", "http://", "HTTPS://", ""]))
    port = draw(st.sampled_from(["", ":", ":80", ":443", ":8443"]))
    path = "/".join(["", *draw(st.lists(SEGMENTS, max_size=5))])
    query, fragment = draw(QUERIES), draw(st.sampled_from(["", "#", "#comment-2", "#?x=#"]))
    return f"{scheme}{draw(HOSTS)}{port}{path}{'?' if query else ''}{query}{fragment}"


LIKE_LINKS = st.one_of(
    st.text(),
    some_links(),
    st.tuples(st.sampled_from(["http://", "https://", "javascript:", "<", ""]), st.text()).map(
        "".join
    ),
    st.text("ahtps:/.@[]<>|&?#%=1é\u202e \n", max_size=40),
)


# --- read_link ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("https://www.facebook.com/groups/1/posts/2", "https://www.facebook.com/groups/1/posts/2"),
        (
            "https://www.facebook.com/groups/1/posts/2?fbclid=x&comment_id=3",
            "https://www.facebook.com/groups/1/posts/2?comment_id=3",
        ),
        (
            "https://www.facebook.com/a/posts/2?__cft__[0]=AZ&__tn__=%2CO%2CP-R",
            "https://www.facebook.com/a/posts/2",
        ),
        (
            "https://www.facebook.com/share/p/abc/?mibextid=wwXIfr&rdid=1",
            "https://www.facebook.com/share/p/abc/",
        ),
        ("https://www.instagram.com/p/AbC_1/?igsh=a2Zq==", "https://www.instagram.com/p/AbC_1/"),
        ("https://x.com/a/status/1?s=20&t=abc", "https://x.com/a/status/1"),
        ("https://youtu.be/dQw4w9WgXcQ?si=abc&t=43", "https://youtu.be/dQw4w9WgXcQ?t=43"),
        (
            "https://www.tiktok.com/@a/video/7?is_from_webapp=1&sender_device=pc&_r=1",
            "https://www.tiktok.com/@a/video/7",
        ),
        (
            "https://www.reddit.com/r/a/comments/b/c/?share_id=x&utm_medium=ios_app",
            "https://www.reddit.com/r/a/comments/b/c/",
        ),
        ("https://school.example/?UTM_source=x#top", "https://school.example/#top"),
        ("https://school.example/page?ref=7&s=2", "https://school.example/page?ref=7&s=2"),
        ("  www.facebook.com/x\n", "https://www.facebook.com/x"),
        ("facebook.com/x", "https://facebook.com/x"),
        ("\u2068https://x.com/a/status/1\u2069", "https://x.com/a/status/1"),
        ("<https://x.com/a/status/1|the post>", "https://x.com/a/status/1"),
        ("https://a.example/?b=1&amp;c=2&amp;utm_id=3", "https://a.example/?b=1&c=2"),
        ("HTTP://Example.COM/Path", "http://Example.COM/Path"),
        ("https://example.com:8443/x", "https://example.com:8443/x"),
        ("example.com:8443/x", "https://example.com:8443/x"),
        ("http://192.0.2.7/x", "http://192.0.2.7/x"),
        ("http://[2001:db8::1]:80/x", "http://[2001:db8::1]:80/x"),
        ("https://münchen.example/straße", "https://münchen.example/straße"),
        ("https://xn--mnchen-3ya.example/", "https://xn--mnchen-3ya.example/"),
        # the second letter is Cyrillic: kept as it is, since it is evidence
        ("https://f\u0430cebook.com/x", "https://f\u0430cebook.com/x"),
        ("https://www.tiktok.com/@a.b/video/7", "https://www.tiktok.com/@a.b/video/7"),
        ("http://intranet/page", "http://intranet/page"),
    ],
)
def test_a_link_is_kept_without_tracking(typed: str, kept: str) -> None:
    assert read_link(typed) == kept


REFUSED = [
    ("", "no link"),
    (" \u200b\n", "no link"),
    ("javascript:alert(1)", "web page"),
    ("JavaScript://x.com/%0aalert(1)", "web page"),
    ("data:text/html,<b>hello</b>", "web page"),
    ("ftp://example.com/x", "web page"),
    ("mailto:pat@example.com", "web page"),
    ("tel:01234", "web page"),
    ("file:///C:/Users/pat/post.png", "on a computer"),
    ("hello", "web page"),
    ("pat@example.com", "e-mail"),
    ("https://", "does not name a site"),
    ("https:///path", "does not name a site"),
    ("http:example.com", "does not name a site"),
    ("https://:80/", "does not name a site"),
    ("https://pat:secret@example.com/", "password"),
    ("https://pat@example.com/", "password"),
    ("https://facebook.com\\@evil.example/", "password"),
    (f"https://{'a' * 300}.com/", "longer than a site"),
    (f"https://{'a.' * 150}com/", "longer than a site"),
    (f"https://{'a' * 64}.com/", "longer than a site"),
    (f"https://{'é' * 60}.com/", "longer than a site"),  # 63 letters typed, 65 on the wire
    ("https://a..b/", "cannot be right"),
    ("https://a%2eb/", "cannot be right"),
    ("https://a,b/", "cannot be right"),
    ("https://[::1/", "cannot be right"),
    ("https://[1.2.3.4]/", "cannot be right"),
    ("https://x[::1]/", "cannot be right"),
    ("https://example.com:99999/", "cannot be right"),
    ("https://example.com:http/", "cannot be right"),
    ("https://a\u2044b.com\uff0f/", "cannot be right"),  # turns into a slash when made plain
    ("https://example.com/a b", "space"),
    ("https://example.com/a\u00a0b", "space"),
    ("https://a.example/ https://b.example/", "space"),
    ("https://a.example/\nhttps://b.example/", "space"),
    ("https://example.com/a\x00b", "hidden character"),
    ("https://example.com/a\x7fb", "hidden character"),
    ("https://example.com/\u202egnp.exe", "hidden character"),
    ("https://exam\u200bple.com/", "hidden character"),
    ("https://example.com/\ud800", "hidden character"),
    (f"https://example.com/{'a' * LONGEST_LINK}", "longer than 2,000 characters"),
]


@pytest.mark.parametrize(("typed", "says"), REFUSED)
def test_what_is_no_link_is_refused_with_a_reason(typed: str, says: str) -> None:
    with pytest.raises(LinkNotAccepted, match=says):
        read_link(typed)


@pytest.mark.parametrize("typed", [typed for typed, _ in REFUSED if len(typed) > 8])
def test_a_refusal_does_not_repeat_the_link(typed: str) -> None:
    with pytest.raises(LinkNotAccepted) as caught:
        read_link(typed)
    error = caught.value
    shown = "".join(traceback.format_exception_only(error))
    assert error.__context__ is None, "an error inside would carry the link into a log"
    pieces = [typed, *typed.replace("@", "/").replace(":", "/").split("/")]
    known = {"", "http", "https", "web", "post", "the", "a", "a b", "file", "mailto", "tel"}
    assert not [piece for piece in pieces if piece.lower() not in known and piece in shown]
    assert str(error)[-1] in ".,/"


def test_a_link_of_just_the_longest_length_is_kept() -> None:
    longest = "https://example.com/".ljust(LONGEST_LINK, "a")
    assert read_link(longest) == longest
    # the length is that of the completed link, or the kept one could not be read again
    with pytest.raises(LinkNotAccepted):
        read_link("example.com/".ljust(LONGEST_LINK, "a"))


def test_refusals_are_among_the_errors_made_on_purpose() -> None:
    assert issubclass(LinkNotAccepted, ReportPostError)


@given(LIKE_LINKS)
def test_nothing_but_a_refusal_is_ever_raised(text: str) -> None:
    try:
        kept = read_link(text)
    except LinkNotAccepted:
        return
    assert kept.startswith(("https://", "http://"))
    assert len(kept) <= LONGEST_LINK


@given(LIKE_LINKS)
@example("a.b/x?utm_id=1&amp;amp;b#")
def test_what_is_kept_is_read_again_as_it_is(text: str) -> None:
    try:
        kept = read_link(text)
    except LinkNotAccepted:
        reject()
    assert read_link(kept) == kept


# --- normalise ----------------------------------------------------------------------------------

SAME = {
    "facebook group": [
        "https://www.facebook.com/groups/1/posts/2",
        "http://facebook.com/groups/1/posts/2/",
        "https://m.facebook.com/groups/1/permalink/2/?fbclid=x",
        "https://mbasic.facebook.com/groups/1/permalink/2/?refid=18&__tn__=R",
        "https://WWW.FB.com/groups/1/posts/2#",
        "https://en-gb.facebook.com/groups/1/posts/2?__cft__[0]=a&__cft__%5B1%5D=b",
        "www.facebook.com:443/groups/1/posts/2?utm_source=x",
    ],
    "facebook story": [
        "https://m.facebook.com/story.php?story_fbid=5&id=6&refid=17",
        "https://www.facebook.com/permalink.php?id=6&story_fbid=5",
    ],
    "facebook photo": [
        "https://www.facebook.com/photo.php?fbid=5&set=a.1&type=3",
        "https://www.facebook.com/photo/?fbid=5&set=pcb.2",
    ],
    "video": [
        "https://www.youtube.com/watch?v=dQw4w9WgXcQ&list=PL1&index=2&t=43s&ab_channel=x",
        "https://youtu.be/dQw4w9WgXcQ?si=abc",
        "https://m.youtube.com/shorts/dQw4w9WgXcQ?feature=share",
        "https://youtube.com/live/dQw4w9WgXcQ/",
    ],
    "post on x": [
        "https://twitter.com/pat/status/123",
        "https://mobile.twitter.com/pat/status/123?s=20",
        "https://x.com/Pat/status/123/photo/1",
        "https://x.com/i/web/status/123",
    ],
    "instagram": [
        "https://www.instagram.com/p/AbC_1/?igsh=x&img_index=2",
        "https://instagr.am/p/AbC_1",
        "https://www.instagram.com/pat/reel/AbC_1/",
    ],
    "reddit": [
        "https://www.reddit.com/r/school/comments/abc/some_title/?utm_name=x",
        "https://old.reddit.com/r/school/comments/abc/",
        "https://new.reddit.com/r/school/comments/abc/other/?sort=new",
        "https://redd.it/abc",
    ],
    "reddit comment": [
        "https://www.reddit.com/r/school/comments/abc/some_title/def/?context=3",
        "https://old.reddit.com/r/school/comments/abc/comment/def/",
    ],
    "tiktok": [
        "https://www.tiktok.com/@pat/video/7?_t=x&_r=1",
        "https://m.tiktok.com/v/7.html",
    ],
    "discord": ["https://discordapp.com/channels/1/2/3", "https://ptb.discord.com/channels/1/2/3"],
    "own site": [
        "https://www.school.example/news?b=2&a=1",
        "http://m.school.example:80/news/?a=1&b=2&gclid=x#comments",
        "https://SCHOOL.example./n%65ws?a=1&&b=2",
    ],
    "encoding": [
        "https://example.com/caf%c3%a9/%7Epat?q=a+b",
        "https://example.com/café/~pat?q=a%20b",
    ],
    "idn": ["https://münchen.example/x", "https://xn--mnchen-3ya.example/x"],
    "numbers": ["http://[2001:db8:0:0::1]/x", "https://[2001:DB8::1]:443/x"],
}


@pytest.mark.parametrize("links", SAME.values(), ids=SAME.keys())
def test_one_post_has_one_key(links: list[str]) -> None:
    assert len({normalise(link) for link in links}) == 1


DIFFERENT = [
    "https://www.facebook.com/groups/1/posts/2",
    "https://www.facebook.com/groups/1/posts/3",
    "https://www.facebook.com/groups/1/posts/2?comment_id=4",
    "https://www.facebook.com/groups/1/?multi_permalinks=2",
    "https://www.facebook.com/groups/1/?multi_permalinks=3",
    "https://www.facebook.com/permalink.php?id=6&story_fbid=5",
    "https://www.facebook.com/permalink.php?id=6&story_fbid=7",
    "https://www.facebook.com/media/set/?set=a.1",
    "https://www.facebook.com/media/set/?set=a.2",
    "https://www.facebook.com/watch/?v=1",
    "https://www.facebook.com/watch/?v=2",
    "https://www.facebook.com/share/p/AAA/",
    "https://www.facebook.com/share/p/aaa/",
    "https://www.youtube.com/watch?v=dQw4w9WgXcQ",
    "https://www.youtube.com/watch?v=dqw4w9wgxcq",
    "https://www.youtube.com/watch?v=dQw4w9WgXcQ&lc=Ugx1",
    "https://www.youtube.com/playlist?list=PL1",
    "https://www.youtube.com/playlist?list=PL2",
    "https://www.youtube.com/watch?list=PL1",
    "https://www.youtube.com/watch?list=PL2",
    "https://x.com/pat/status/1",
    "https://x.com/pat/status/2",
    "https://x.com/pat",
    "https://www.instagram.com/p/AbC/",
    "https://www.instagram.com/p/abc/",
    "https://www.instagram.com/stories/pat/1/",
    "https://vm.tiktok.com/ZMabc/",
    "https://www.tiktok.com/@pat/video/7",
    "https://www.reddit.com/r/a/comments/abc/t/",
    "https://www.reddit.com/r/a/comments/abc/t/def/",
    "https://www.reddit.com/r/a/comments/abc/t/ghi/",
    "https://www.reddit.com/r/a/s/abc",
    "https://discord.com/channels/1/2/3",
    "https://school.example/page?id=1",
    "https://school.example/page?id=2",
    "https://old.school.example/page?id=1",
    "https://school.example:8443/page?id=1",
    "https://school.example/a%2Fb",
    "https://school.example/a/b",
    "https://school.example/page?ref=1",
    "https://m.me/pat",
    "https://me/pat",
]


def test_different_posts_have_different_keys() -> None:
    keys: dict[str, str] = {}
    for link in DIFFERENT:
        key = normalise(link)
        assert key not in keys, f"{link} and {keys[key]}"
        keys[key] = link


@given(some_links())
@example(f"https://example.com/{'é' * 1900}")
@example("https://youtu.be/dQw4w9WgXcQ?v=other&lc=1")
def test_a_key_is_its_own_key(link: str) -> None:
    try:
        key = normalise(link)
    except LinkNotAccepted:
        reject()
    assert normalise(key) == key


@settings(suppress_health_check=[HealthCheck.filter_too_much])  # few of all texts are links
@given(LIKE_LINKS)
def test_what_is_kept_has_a_key_and_cleaning_does_not_change_it(text: str) -> None:
    try:
        kept = read_link(text)
    except LinkNotAccepted:
        reject()
    assert normalise(kept) == normalise(text)


@given(LIKE_LINKS)
def test_no_key_raises_anything_but_a_refusal(text: str) -> None:
    try:
        key = normalise(text)
    except LinkNotAccepted:
        return
    assert key.isascii()
    assert "#" not in key


@given(HOSTS)
def test_a_bare_host_stays_bare(host: str) -> None:
    assert bare_host(bare_host(host.lower())) == bare_host(host.lower())


# --- platform_of and platforms.toml -------------------------------------------------------------

PLATFORMS = tomllib.loads((Path(bot.policies.__path__[0]) / "platforms.toml").read_text("utf-8"))
LISTED = {platform: tuple(table["hosts"]) for platform, table in PLATFORMS.items()}


@pytest.mark.parametrize(
    ("link", "platform"),
    [
        ("https://www.facebook.com/x", "facebook"),
        ("M.FACEBOOK.COM/x", "facebook"),
        ("https://fb.watch/abc/", "facebook"),
        ("https://instagr.am/p/a", "instagram"),
        ("https://twitter.com/a/status/1", "x"),
        ("https://netflix.com/a", "other"),
        ("https://vm.tiktok.com/ZM/", "tiktok"),
        ("https://youtu.be/a", "youtube"),
        ("https://t.snapchat.com/a", "snapchat"),
        ("https://chat.whatsapp.com/a", "whatsapp"),
        ("https://nextdoor.co.uk/p/a", "nextdoor"),
        ("https://redd.it/a", "reddit"),
        ("https://discord.gg/a", "discord"),
        ("https://www.google.co.uk/maps/place/a", "google-reviews"),
        ("https://maps.app.goo.gl/a", "google-reviews"),
        ("https://docs.google.com/document/d/a", "other"),
        ("https://www.mumsnet.com/talk/a", "mumsnet"),
        ("https://www.school.example/", "other"),
        ("https://facebook.com.evil.example/", "other"),
        ("https://notfacebook.com/", "other"),
        ("https://facebook.com@evil.example/", "other"),
        ("javascript:facebook.com", "other"),
        ("", "other"),
    ],
)
def test_a_platform_is_known_by_the_host(link: str, platform: str) -> None:
    assert platform_of(link, LISTED) == platform


@given(some_links())
def test_the_key_of_a_link_is_on_the_same_platform(link: str) -> None:
    try:
        key = normalise(link)
    except LinkNotAccepted:
        reject()
    assert platform_of(key, LISTED) == platform_of(link, LISTED)


@given(LIKE_LINKS)
def test_any_text_has_a_platform(text: str) -> None:
    assert platform_of(text, LISTED) in PLATFORMS


def test_every_platform_of_the_product_is_there() -> None:
    assert [*PLATFORMS] == (
        "facebook instagram x tiktok youtube snapchat whatsapp nextdoor reddit discord "
        "google-reviews mumsnet other"
    ).split()


@pytest.mark.parametrize("table", PLATFORMS.values(), ids=PLATFORMS.keys())
def test_a_platform_says_how_to_report_where_and_since_when(table: dict[str, object]) -> None:
    assert set(table) == {"name", "hosts", "report", "report_at", "source", "checked_on"}
    assert isinstance(table["checked_on"], date)
    assert str(table["report"]).endswith(".")
    assert len(str(table["report"])) < 250, "short enough for a phone"
    assert str(table["report_at"]).startswith("https://")
    for address in ("report_at", "source"):
        assert read_link(str(table[address])) == table[address]


def test_no_host_is_listed_twice_and_all_can_be_matched() -> None:
    hosts = [host for listed in LISTED.values() for host in listed]
    assert len(hosts) == len(set(hosts))
    assert all(host == host.lower() and platform_of(host, LISTED) for host in hosts)
    assert all(platform_of(f"{host}/x", LISTED) != "other" for host in PLATFORM_HOSTS)


# --- find_links ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("", []),
        ("No link here, not even facebook.com or pat@facebook.com.", []),
        ("See https://x.com/a/status/1.", ["https://x.com/a/status/1"]),
        ("(https://x.com/a)", ["https://x.com/a"]),
        (
            "https://en.wikipedia.org/wiki/A_(b) and (see https://en.wikipedia.org/wiki/A_(b)!)",
            ["https://en.wikipedia.org/wiki/A_(b)"],
        ),
        ("[here](https://x.com/a)", ["https://x.com/a"]),
        ("*https://x.com/a*, “https://x.com/b”", ["https://x.com/a", "https://x.com/b"]),
        ("<https://x.com/a|https://x.com/…>", ["https://x.com/a"]),
        ("<https://x.com/a?b=1&amp;c=2>", ["https://x.com/a?b=1&c=2"]),
        ("<@U123> <#C1|staff> <mailto:a@b.c|a@b.c>", []),
        (
            'Look: <a href="https://x.com/a?b=1&amp;c=2">https://x.com/b</a>&nbsp;',
            ["https://x.com/a?b=1&c=2", "https://x.com/b"],
        ),
        (
            "&lt;https://x.com/a&gt; &quot;https://x.com/b&quot;",
            ["https://x.com/a", "https://x.com/b"],
        ),
        (
            "www.facebook.com/x and Facebook.com/Y",
            ["https://www.facebook.com/x", "https://Facebook.com/Y"],
        ),
        ("link:m.facebook.com/x", ["https://m.facebook.com/x"]),
        ("www.school.example", ["https://www.school.example"]),
        ("netflix.com/x, school.example/x, ftp://www.school.example/x", []),
        ("HTTPS://X.com/A", ["HTTPS://X.com/A"]),
        (
            "😡https://x.com/a😡 😀www.facebook.com/b🎉",
            ["https://x.com/a", "https://www.facebook.com/b"],
        ),
        ("ראה https://x.com/a\u200f, תודה", ["https://x.com/a"]),
        ("\u2067تم https://example.com/فيلم؟ \u2069", ["https://example.com/فيلم"]),
        (
            "请看https://x.com/a。谢谢\uff08https://x.com/b\uff09",
            ["https://x.com/a", "https://x.com/b"],
        ),
        (
            "https://a.example/,https://b.example/;http://c.example/",
            ["https://a.example/", "https://b.example/", "http://c.example/"],
        ),
        ("https://a.example/?u=https://b.example/", ["https://a.example/?u=https://b.example/"]),
        ("https://x.com/a https://x.com/a", ["https://x.com/a"]),
        ("https:// http://. https://)", []),
        ("https://discord.com//😀", ["https://discord.com//"]),
        ("https://youtu.be/abc_-_", ["https://youtu.be/abc_-_"]),
        (f"https://{'a' * 300}/", [f"https://{'a' * 300}/"]),
    ],
)
def test_links_are_found_in_text(text: str, found: list[str]) -> None:
    assert find_links(text) == tuple(found)


@pytest.mark.parametrize("between", [" ", "\n", ", ", ",", "; ", "\r\n- ", "> <", "😀"])
def test_two_hundred_pasted_links_are_all_found(between: str) -> None:
    links = [f"https://www.facebook.com/groups/{n}/posts/{n * 7}?fbclid=x" for n in range(200)]
    assert find_links(between.join(links)) == tuple(links)


@pytest.mark.parametrize(
    "text",
    [
        "https://a.example/" + ")" * 100_000,
        "<https://a.example/" * 10_000,
        "https://a.example/<" * 10_000,
        "<https://a|" * 10_000,
        "a" * 100_000 + ".facebook.com",
        "a-" * 50_000,
        "www." * 25_000,
        "www.a.b" * 20_000,
        "m." * 50_000 + "facebook.com/",
        "facebook.com" * 10_000,
        "&amp;" * 20_000,
        "https://a/" + "&amp;" * 20_000,
        "\u202e" * 100_000,
        "https://www.facebook.com/x?fbclid=y\n" * 200 * 10,
    ],
    ids=lambda text: text[:20],
)
def test_hostile_text_takes_no_time(text: str) -> None:
    begun = time.process_time()
    for link in find_links(text):
        platform_of(link, LISTED)
    with suppress(LinkNotAccepted):
        normalise(text)
    # It takes some hundredths of a second; what grows with the square would take minutes.
    assert time.process_time() - begun < 2


@given(LIKE_LINKS)
def test_what_is_found_is_found_again_alone(text: str) -> None:
    for link in find_links(text):
        assert find_links(link) == (link,)


@given(st.text(max_size=30), some_links(), st.text(max_size=30))
def test_a_link_among_any_words_is_found_and_can_be_judged(
    before: str, link: str, after: str
) -> None:
    scheme, slashes, _ = link.partition("//")
    assume(scheme.lower() in {"http:", "https:"})
    found = find_links(f"{before} {link} {after}")
    assert any(each.startswith(scheme + slashes) for each in found)
    for each in found:
        assert each.lower().startswith(("http://", "https://"))
        with suppress(LinkNotAccepted):
            assert read_link(each)
