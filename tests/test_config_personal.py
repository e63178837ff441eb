"""No mistake in ``school.toml`` repeats anybody's address, number or name."""

import json
import traceback

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.config import settings_from
from bot.domain.errors import SettingsNotAccepted
from tests.school_files import PLACE, UNHURRIED, changed, problems, settings

MARKERS = ("zq.pat@home.example", "Zqpat Marker", "07700 900987", "+447700900987")
VALUES = (
    *[
        '"Derwent Vale Primary School"',
        '"England"',
        "true ",
        '"autumn"',
        "2027-07-20",
        "2027-02-15",
    ],
    *['"Ruth Calder <head@derwentvale.example>"', '["Grace Linden <dsl@derwentvale.example>"]'],
    *[
        '"Tom Ashby, deputy headteacher"',
        '"01632 960105"',
        '"spring"',
        "# data_folder =",
        "2027-02-15",
    ],
    *['{ label = "Helen Marsh, chair of governors", number = "07700 900104" }', "# database ="],
)
TABLES = ("[school]", "[roles]", "[contacts]", "[digest]", "[calendar]", "[storage]")
ENVIRONMENTS = st.dictionaries(
    st.just("REPORT_POST_DATABASE"),
    st.sampled_from([f"mysql://{MARKERS[0]}/{MARKERS[2]}", f"postgresql://{MARKERS[0]}:x/y"]),
)


def accepted_as_toml(marker: str) -> list[str]:
    """Somebody's detail as a value of several kinds."""
    return [
        json.dumps(marker),
        json.dumps(f"{marker}\n"),
        json.dumps(f"{marker} <{marker}>"),
        json.dumps(f"{marker}.toml"),
        json.dumps(f"{marker} " * 20),
        json.dumps([marker, marker]),
        f"{{ {json.dumps(marker)} = {json.dumps(marker)} }}",
    ]


def no_toml(marker: str) -> list[str]:
    """Somebody's detail as a line that the parser stops at."""
    quoted = json.dumps(marker)
    return [
        f"{marker} = 1",
        f"stray = {marker} {marker}",
        f'stray = "{marker}',
        f"stray = {{ {quoted} = 1, {quoted} = 2 }}",
        f"{quoted} = 1\n{quoted} = 2",
        f"[roles.{quoted}]\n[roles.{quoted}]",
    ]


def told_of(text: str, environment: dict[str, str]) -> str:
    """All that anybody could see of the error."""
    with pytest.raises(SettingsNotAccepted) as caught:
        settings_from(text, PLACE, environment)
    return "".join([*traceback.format_exception(caught.value), repr(caught.value)]).casefold()


@UNHURRIED
@given(
    values=st.dictionaries(
        st.sampled_from(VALUES),
        st.sampled_from(MARKERS).map(accepted_as_toml).flatmap(st.sampled_from),
    ),
    keys=st.dictionaries(st.sampled_from(TABLES), st.sampled_from(MARKERS)),
    environment=ENVIRONMENTS,
)
def test_no_mistake_repeats_anybodys_details(
    values: dict[str, str], keys: dict[str, str], environment: dict[str, str]
) -> None:
    text = changed(('detail = "suppressed"', 'detail = "a mistake"'))
    for old, new in values.items():
        put = f"{old.removeprefix('# ')} {new} #" if old.startswith("# ") else new
        text = text.replace(old, put, 1)
    for table, key in keys.items():
        text = text.replace(f"\n{table}\n", f"\n{table}\n{json.dumps(key)} = 1\n")
    told = told_of(text, environment)
    assert "digest.detail" in told  # so it was read to its end, and no syntax hid the rest
    assert [marker for marker in MARKERS if marker.casefold() in told] == []


@UNHURRIED
@given(
    table=st.sampled_from(TABLES),
    line=st.sampled_from(MARKERS).map(no_toml).flatmap(st.sampled_from),
    environment=ENVIRONMENTS,
)
def test_what_is_no_toml_is_not_repeated(
    table: str, line: str, environment: dict[str, str]
) -> None:
    told = told_of(changed((f"\n{table}\n", f"\n{table}\n{line}\n")), environment)
    assert f"{PLACE}, line" in told
    assert [marker for marker in MARKERS if marker.casefold() in told] == []


@pytest.mark.parametrize("key", ["zqpat", "zq-marker", "zqpat_marker"])
def test_a_stray_key_among_people_is_counted_not_named(key: str) -> None:
    told = problems(
        changed(("[roles]", f"[roles]\n{key} = 1"), ("[contacts]", f"[contacts]\n{key} = 1"))
    )
    assert [each.partition(" is not known")[0] for each in told] == [
        "roles: key number 1",
        "contacts: key number 1",
    ]


@pytest.mark.parametrize("key", ["pat07700900987", "tel-07700-900987", "Pat", '"p at"'])
def test_a_stray_key_that_may_be_somebodys_is_counted_wherever_it_stands(key: str) -> None:
    told = problems(changed(("[school]", f"[school]\n{key} = 1")))
    assert [each.partition(" is not known")[0] for each in told] == ["school: key number 1"]


def test_accepted_settings_show_nobody_and_no_password() -> None:
    address = "postgresql+psycopg://bot:s3cret@db.example/posts"
    shown = repr(settings(environment={"REPORT_POST_DATABASE": address}))
    assert "Derwent Vale Primary School" in shown
    assert [each for each in ("@", "960", "900", "s3cret", "Calder") if each in shown] == []
