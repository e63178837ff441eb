"""What a hostile payload is: a valid one in which parts are dropped, of other types, huge or odd.

Hypothesis draws a short plan; the payload is made of it here, so that a large one costs no more to
draw than a small one.
"""

import copy
import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from hypothesis import strategies as st

from bot.screens.press import FormRef, Press, Verb

MARK: Final = "zqx000qxz"
"""Stands in every text that is made up; it may be found in no log and no message."""

Json = dict[str, Any]

NASTY: Final = tuple(
    f"{each}{MARK}"
    for each in (
        "",
        "\x00",
        "\u202egnp.exe\u202c",
        "\ud800",
        "\udc00\ud800",
        "\U0001f468\u200d\U0001f469\u200d\U0001f467",
        "Z\u0351\u036b\u0343\u036a\u0302" * 20,
        "%s%n{0}{reference}",
        "<!channel> <@U0HEAD> <https://example.com|x>",
        "<at>Report Post</at>&nbsp;",
        "{{ ''.__class__.__mro__ }}",
        "'; drop table cases; --",
        "../../../etc/passwd",
        "C:\\Windows\\system32\\",
        "https://www.facebook.com/groups/1/posts/",
        "http://127.0.0.1:9/",
        "javascript:alert(1)//",
        "case 2026-001 ",
        "away until ",
        "find ",
        "digest-here ",
        "<a href='https://x.example/",
        "0001-01-01T00:00:00+23:59",
        "9999-12-31T23:59:59-23:59",
        "٣" * 9,
    )
)
_BROKEN: Final = ("\ud800", "\x00", "\udfff\ud800", "\x1b[2J")
"""What no database and no file can hold."""
_ODD: Final = ("", "0", "-1", "[]", "{}", "null", "true", "help", "status", "cases", "back", "term")

_DEEP: Final = "deep-part-of-the-payload"
"""Is replaced in the JSON by brackets, of which ``json.dumps`` would not make so many."""

TEXTS: Final = st.one_of(
    st.sampled_from(NASTY),
    st.sampled_from(_ODD),
    st.text(max_size=20).map(lambda text: f"{text}{MARK}"),
)
_HUGE: Final = st.builds(
    lambda before, piece, times: before + piece * times + MARK,
    st.sampled_from(["", "", "term ", "away until ", "case ", "https://a.b/", "report-post"]),
    st.sampled_from(
        [
            *(
                "a",
                "é",
                "\u202e",
                "\u200b",
                " ",
                "\n",
                "a.",
                "a@",
                "-",
                "%",
                "(",
                "[",
                '"',
                "&",
                "&#",
            ),
            *("<", "<!--", "<![", "<a href=", "<a href='", "</", "<at>", "https://a.b/ ", "www.a "),
        ]
    ),
    st.sampled_from([3_001, 20_000, 60_000]),
)
_OTHERS: Final = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-(2**70), 2**70),
    st.floats(),
    st.just([]),
    st.just({}),
    st.lists(TEXTS, max_size=3),
    st.dictionaries(TEXTS, TEXTS, max_size=2),
    st.sampled_from([10, 400, 990, 5_000]).map(lambda depth: f"{_DEEP}{depth}."),
)


@dataclass(frozen=True)
class Ids:
    """What a payload of this school can be about."""

    cases: Sequence[str]
    drafts: Sequence[str]
    others: Sequence[str]
    """Ids of another school's, and of none."""
    steps: Sequence[str]
    whats: Sequence[str]


@dataclass(frozen=True)
class Change:
    """One change of a payload: where (of all places), how, and what is put there."""

    at: float
    how: str
    value: Any


@dataclass(frozen=True)
class Plan:
    """How a payload is made: of which valid one, for whom, and what is changed."""

    base: float
    person: float
    changes: tuple[Change, ...] = field(default=())


def plans(ids: Ids) -> st.SearchStrategy[Plan]:
    """How hostile payloads are made."""
    presses = _presses(ids).map(lambda press: press.encode())
    forms = st.builds(
        FormRef,
        _presses(ids),
        st.one_of(st.sampled_from(["", "post", "danger", "more"]), TEXTS),
        st.sampled_from([0, 1, 2, 99, -1, 2**63, 10**30]),
    ).map(FormRef.encode)
    ours = st.one_of(presses, forms)
    where = st.floats(0, 1, exclude_max=True)
    change = st.one_of(
        st.builds(Change, where, st.just("code"), ours),
        st.builds(Change, where, st.just("put"), TEXTS),
        st.builds(Change, where, st.sampled_from(["put", "wrap"]), _OTHERS),
        st.builds(Change, where, st.just("put"), _HUGE),
        st.builds(Change, where, st.just("drop"), st.none()),
        st.builds(Change, where, st.just("add"), st.tuples(TEXTS, TEXTS)),
    )
    return st.builds(Plan, where, where, st.lists(change, max_size=4).map(tuple))


def _presses(ids: Ids) -> st.SearchStrategy[Press]:
    subjects = st.one_of(
        st.sampled_from([*ids.cases, *ids.drafts] or [""]),
        st.sampled_from([*ids.others, *_BROKEN]),
        TEXTS,
    )
    return st.builds(
        Press,
        st.sampled_from(list(Verb)),
        subjects,
        st.one_of(st.sampled_from(["", *ids.steps]), TEXTS),
        st.sampled_from([0, 1, 2, -1, 2**63, 10**30]),
        st.one_of(st.sampled_from(["", *ids.whats]), TEXTS),
    )


def changed(valid: Json, changes: Sequence[Change]) -> Json:
    """The payload with its changes; the valid one stays as it is."""
    made = copy.deepcopy(valid)
    for each in changes:
        places = list(_places(made))
        if each.how == "code":
            places = [place for place in places if _is_code(*place)] or places
        if places:
            holder, key = places[int(each.at * len(places))]
            _change(holder, key, each)
    return made


def _change(holder: Any, key: Any, change: Change) -> None:  # noqa: ANN401 - of JSON
    match change.how:
        case "drop":
            del holder[key]
        case "wrap":
            holder[key] = [holder[key], change.value]
        case "add" if isinstance(holder, dict):
            holder[change.value[0]] = change.value[1]
        case "code" if isinstance(holder[key], str) and holder[key].startswith("press:"):
            holder[key] = f"press:{change.value}"
        case "code" if isinstance(holder[key], str) and holder[key].startswith('["['):
            holder[key] = json.dumps([change.value])
        case _:
            holder[key] = change.value


def _places(part: Any) -> Iterator[tuple[Any, Any]]:  # noqa: ANN401 - JSON
    """Every place in a payload at which something stands."""
    if isinstance(part, dict | list):
        for key in list(part) if isinstance(part, dict) else range(len(part)):
            yield part, key
            yield from _places(part[key])


def _is_code(holder: Any, key: Any) -> bool:  # noqa: ANN401 - JSON
    """Whether a button's or a form's code stands there."""
    found = holder[key]
    return isinstance(found, str) and found.startswith(("[", "press:["))


def as_json(payload: object) -> bytes:
    """The payload as it travels, with what nests deeper than Python would write it."""
    text = json.dumps(payload)
    while (at := text.find(f'"{_DEEP}')) >= 0:
        end = text.index('."', at)
        depth = int(text[at + len(_DEEP) + 1 : end])
        text = f"{text[:at]}{'[' * depth}{']' * depth}{text[end + 2 :]}"
    return text.encode()
