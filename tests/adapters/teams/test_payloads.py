"""What an activity of Teams means, in every shape that Teams sends."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adapters.teams.links_in_message import links_in_html, links_in_message
from adapters.teams.payloads import (
    attachments_of,
    card_data,
    cause_of,
    channel_of,
    click_of,
    in_channel,
    links_of,
    reference_of,
    tenant_of,
    thread_of,
    typed_text,
)
from adapters.teams.references import Reference, read_reference

from .activities import (
    Sender,
    a_message,
    chat_of_two,
    group_chat,
    pasted,
    uploaded,
)
from .stand_in import BOT, TENANT, Json

HERE = "https://smba.trafficmanager.net/uk/"
ADA = Sender("29:ada", "a:chat-of-ada", HERE)
CHANNEL = "19:governors@thread.tacv2"
LINK = "https://www.facebook.com/groups/1/posts/2"


# What was typed


@pytest.mark.parametrize(
    ("text", "typed"),
    [
        ("status", "status"),
        ("report-post status", "status"),
        ("/report-post status", "status"),
        (" /Report-Post   case 2026-014 ", "case 2026-014"),
        ("report-post", ""),
        ("/report-post\n" + LINK, LINK),
        (f"report-post {LINK}", LINK),
        ("report-posts", "report-posts"),
        ("", ""),
        ("a < b &amp; c", "a < b &amp; c"),
    ],
)
def test_what_was_typed_comes_without_the_command(text: str, typed: str) -> None:
    assert typed_text(ADA.message(text)) == typed


def test_in_a_channel_it_comes_without_the_bots_name() -> None:
    assert typed_text(ADA.message_in_channel("digest-here", CHANNEL)) == "digest-here"
    assert typed_text(ADA.message_in_channel("/report-post help", CHANNEL)) == "help"


def test_somebody_elses_name_stays() -> None:
    activity = ADA.message('<at>Report Post</at> case <at id="1">Jo</at>')
    activity["entities"] = [
        {"type": "mention", "mentioned": {"id": BOT}, "text": "<at>Report Post</at>"},
        {"type": "mention", "mentioned": {"id": "29:jo"}, "text": '<at id="1">Jo</at>'},
    ]
    assert typed_text(activity) == "case Jo"


def test_a_link_that_is_shown_by_its_title_is_found() -> None:
    activity = ADA.message("report-post Our school’s group")
    html = f'<p>report-post <a href="{LINK}?a=1&amp;b=2">Our school’s group</a></p>'
    activity["attachments"] = [{"contentType": "text/html", "content": html}]
    assert typed_text(activity) == f"Our school’s group\n{LINK}?a=1&b=2"


@pytest.mark.parametrize("shown", [LINK, "www.facebook.com/groups/1/posts/2", f"{LINK}?a=1&amp;b"])
def test_a_link_that_is_shown_in_full_comes_once(shown: str) -> None:
    activity = ADA.message(f"report-post {shown}")
    leads = LINK + ("?a=1&amp;b" if "?" in shown else "")
    html = f'<p>report-post <a href="{leads}">{shown}</a></p>'
    activity["attachments"] = [{"contentType": "text/html", "content": html}]
    assert typed_text(activity) == shown


def test_an_edited_message_says_what_it_says_now() -> None:
    assert typed_text(ADA.edited("help", "1666977568748")) == "help"


# What came with it


def test_pictures_and_files_are_found_and_nothing_else() -> None:
    files = [pasted(f"{HERE}v3/attachments/1/views/original"), uploaded("https://x.sharepoint.com")]
    card = {"contentType": "application/vnd.microsoft.card.adaptive", "content": {}}
    quote = {"contentType": "messageReference", "content": "{}"}
    activity = ADA.message("look", [*files, card, quote])
    assert attachments_of(activity) == files
    assert attachments_of(ADA.message("look")) == []
    assert attachments_of(ADA.installed()) == []


# Buttons

DATA = {"rp": {"did": "press"}, "one.safety": "none"}


def test_a_buttons_data_is_found_in_every_shape() -> None:
    execute = {"type": "Action.Execute", "verb": "press", "data": {"rp": {}}}
    for activity in (
        ADA.submitted_in_chat(DATA, "1"),
        ADA.executed(execute, DATA, "1"),
        ADA.dialog_opened(DATA, "1"),
        ADA.dialog_submitted(DATA),
        ADA.forward_submitted(DATA),
        ADA.submitted_in_chat(DATA, "1") | {"value": json.dumps(DATA)},
        ADA.dialog_submitted(DATA) | {"value": {"data": json.dumps(DATA)}},
    ):
        assert card_data(activity) == DATA


@pytest.mark.parametrize(
    "value", [None, "", "status", "[]", "[" * 100_000, 5, [], [DATA], {}], ids=lambda e: str(e)[:20]
)
def test_what_carries_no_data_has_none(value: Any) -> None:  # noqa: ANN401 - JSON
    assert card_data(ADA.message("status") | {"value": value}) == {}
    assert card_data(ADA.dialog_submitted({}) | {"value": value}) == {}
    assert card_data(ADA.dialog_submitted({}) | {"value": {"data": value}}) == {}


def test_two_clicks_on_one_button_are_the_same() -> None:
    first, second = ADA.submitted_in_chat(DATA, "1"), ADA.submitted_in_chat(DATA, "1")
    assert first["id"] != second["id"]
    assert click_of(first) == click_of(second)
    others = [
        ADA.submitted_in_chat(DATA | {"one.safety": "unsure"}, "1"),
        ADA.submitted_in_chat(DATA, "2"),
        Sender("29:jo", ADA.chat, HERE).submitted_in_chat(DATA, "1"),
        Sender("29:ada", "a:another", HERE).submitted_in_chat(DATA, "1"),
    ]
    assert len({click_of(each) for each in (first, *others)}) == 5


# Causes


def test_a_cause_is_the_same_for_an_activity_that_comes_again() -> None:
    activity = ADA.message("status")
    assert cause_of(activity) == f"teams:a:chat-of-ada:{activity['id']}"
    assert cause_of(json.loads(json.dumps(activity))) == cause_of(activity)
    assert cause_of(ADA.message("status")) != cause_of(activity)


def test_a_cause_in_a_channel_is_the_channels() -> None:
    activity = ADA.message_in_channel("help", CHANNEL)
    assert cause_of(activity) == f"teams:{CHANNEL}:{activity['id']}"


@pytest.mark.parametrize("named", [None, "", 5])
def test_without_an_id_everything_that_is_said_makes_the_cause(named: object) -> None:
    first, second = ADA.message("status"), ADA.message("help")
    first["id"] = second["id"] = named
    assert cause_of(first) == cause_of(dict(first))
    assert cause_of(first) != cause_of(second)


# Places


def test_the_bots_own_chat_is_somebodys() -> None:
    where = reference_of(ADA.message("status"))
    assert where == Reference(HERE, "a:chat-of-ada", BOT, TENANT, user="29:ada")
    assert where.is_personal
    assert not in_channel(ADA.message("status"))


def test_an_older_chat_with_the_bot_is_somebodys_too() -> None:
    old = f"19:97b1ec61-45bf-453c-9059-6e8984e0cef4_{BOT.removeprefix('28:')}@unq.gbl.spaces"
    assert reference_of(Sender("29:ada", old, HERE).message("status")).is_personal


def test_a_chat_between_two_people_is_not_the_bots() -> None:
    where = reference_of(ADA.forwarded(None, chat_of_two()))
    assert (where.user, where.channel, where.is_personal) == ("", "", False)


def test_a_channel_is_named_without_its_thread() -> None:
    activity = ADA.message_in_channel("digest-here", CHANNEL)
    assert in_channel(activity)
    where = reference_of(activity)
    assert (where.conversation, where.channel, where.user) == (CHANNEL, CHANNEL, "")
    assert thread_of(activity).conversation == f"{CHANNEL};messageid=1481567603816"
    platform, _, named = channel_of(activity).partition(":")
    assert (platform, read_reference(named)) == ("teams", where)


def test_a_group_chat_is_read_by_others_and_is_no_channel() -> None:
    for chat in (group_chat(), group_chat("a:several")):
        activity = ADA.message("status") | {"conversation": chat}
        assert in_channel(activity)
        assert (reference_of(activity).channel, reference_of(activity).user) == ("", "")


@pytest.mark.parametrize(
    ("where", "public"),
    [({"id": "a:1"}, False), ({"id": "19:x", "isGroup": True}, True), (None, False), ("x", False)],
)
def test_a_conversation_that_does_not_say_its_kind(where: object, public: bool) -> None:
    assert in_channel({"type": "message", "conversation": where}) is public


def test_the_app_comes_and_goes_in_a_chat_and_in_a_team() -> None:
    assert reference_of(ADA.installed()).is_personal
    assert reference_of(ADA.installed("remove")).is_personal
    assert reference_of(ADA.added()).is_personal
    team = ADA.installed_in_team(CHANNEL)
    assert in_channel(team)
    assert reference_of(team).channel == CHANNEL


def test_a_tenant_is_named_once_or_twice_alike() -> None:
    activity = ADA.message("status")
    assert tenant_of(activity) == TENANT
    for part in ("channelData", "conversation"):
        assert tenant_of(activity | {part: {}}) == TENANT
    assert tenant_of(activity | {"channelData": {"tenant": {"id": "another"}}}) == ""
    assert tenant_of({}) == ""


# Links of a message that was forwarded


def links(html: str, *attachments: Json) -> list[str]:
    return links_of(ADA.forwarded(a_message(html, attachments)))


def test_every_link_of_a_message_is_found_once_and_in_order() -> None:
    assert links(
        f'<div><p>Have you seen <a href="{LINK}" title="{LINK}">this</a>?</p>'
        f"<p>{LINK}?x=1&amp;y=2 and https://x.com/a/status/1.</p>"
        '<a href="https://x.com/a/status/1">https://x.com/a/sta…</a></div>'
    ) == [LINK, f"{LINK}?x=1&y=2", "https://x.com/a/status/1"]


def test_a_link_that_is_shown_cut_short_is_only_where_it_leads() -> None:
    assert links(f'<a href="{LINK}">https://www.facebook.com/groups/1/po…</a>') == [LINK]


def test_words_beside_a_link_do_not_become_part_of_it() -> None:
    assert links(f"<p>{LINK}</p><p>and more</p><br>{LINK}/3<br>more") == [LINK, f"{LINK}/3"]


@pytest.mark.parametrize(
    "html",
    [
        '<a href="mailto:head@derwentvale.example">Write</a>',
        '<a href="javascript:alert(1)">Look</a>',
        '<a href="">Look</a><a>Look</a><a href>Look</a>',
        '<img src="https://eu-api.asm.skype.com/v1/objects/0-weu/views/imgo" alt="image">',
        '<at id="0">Report Post</at> hello <attachment id="1"></attachment>',
        "",
    ],
)
def test_what_is_no_link_is_none(html: str) -> None:
    assert links(html) == []


def test_links_in_cards_and_quotes_with_the_message_are_found() -> None:
    preview = {
        "contentType": "application/vnd.microsoft.card.thumbnail",
        "content": json.dumps(
            {
                "title": "A group",
                "text": "Seen at https://x.com/b/status/2",
                "images": [{"url": "https://scontent.example.org/preview.jpg"}],
                "tap": {"type": "openUrl", "value": LINK},
            }
        ),
    }
    card = {
        "contentType": "application/vnd.microsoft.card.adaptive",
        "content": json.dumps(
            {
                "$schema": "http://adaptivecards.io/schemas/adaptive-card.json",
                "type": "AdaptiveCard",
                "body": [{"type": "Image", "url": "https://scontent.example.org/preview.jpg"}],
                "actions": [{"type": "Action.OpenUrl", "url": "https://www.tiktok.com/@a/video/3"}],
            }
        ),
    }
    quote = {
        "contentType": "messageReference",
        "content": json.dumps({"messagePreview": "https://www.reddit.com/r/a/comments/4"}),
    }
    html = {"contentType": "text/html", "content": '<a href="https://youtu.be/5">Video</a>'}
    file = {
        "contentType": "reference",
        "contentUrl": "https://school.sharepoint.com/sites/x/list.docx",
        "content": None,
    }
    assert links("<p>See</p>", preview, card, quote, html, file) == [
        "https://x.com/b/status/2",
        LINK,
        "https://www.tiktok.com/@a/video/3",
        "https://www.reddit.com/r/a/comments/4",
        "https://youtu.be/5",
    ]


def test_a_message_of_plain_text_is_read_as_such() -> None:
    message = a_message("") | {"body": {"contentType": "text", "content": f"a<b {LINK} c"}}
    assert links_in_message(message) == [LINK]


def test_from_the_box_where_a_message_is_written_there_are_no_links() -> None:
    assert links_of(ADA.forwarded(None)) == []


@pytest.mark.parametrize(
    "message",
    [
        None,
        "x",
        {},
        {"body": None, "attachments": None},
        {"body": {"content": 5}, "attachments": [None, 5, {}, {"content": 5}]},
        {"body": "x", "attachments": {"content": LINK}},
        {"attachments": [{"content": "[" * 100_000}]},
    ],
    ids=lambda each: str(each)[:30],
)
def test_a_message_in_no_known_shape_has_no_links(message: object) -> None:
    assert links_in_message(message) == []


@given(st.text())
def test_no_html_is_too_strange_to_be_read(html: str) -> None:
    assert all(each.startswith("http") for each in links_in_html(html))


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=10,
)
KEYS = ["type", "id", "name", "text", "value", "from", "recipient", "conversation", "channelData"]
KEYS += ["attachments", "entities", "serviceUrl", "replyToId", "timestamp"]


@given(st.dictionaries(st.sampled_from(KEYS), JSON))
def test_no_activity_is_too_strange_to_be_read(activity: Json) -> None:
    assert cause_of(activity).startswith("teams:")
    for read in (typed_text, card_data, links_of, attachments_of, reference_of, thread_of):
        assert read(activity) is not None
    assert in_channel(activity) in {True, False}
    assert click_of(activity)
