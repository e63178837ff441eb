"""Microsoft Teams' secrets in the environment: taken, or each mistake told with how to mend it."""

import pytest

from bot.config.teams_secrets import (
    TEAMS_APP_ID,
    TEAMS_APP_PASSWORD,
    TEAMS_TENANT_ID,
    TeamsSecrets,
    guid,
    teams_secrets,
)
from bot.domain.errors import SettingsNotAccepted

APP = "3fa0c1d2-5b6e-4f70-8a91-b2c3d4e5f607"
TENANT = "72f988bf-86f1-41af-91ab-2d7cd011db47"
SECRET_ID = "0d9f8e7c-6b5a-4433-9221-100f1e2d3c4b"
SECRET = "AbC8Q~made.up-for_the.tests~0123456789ab"
RIGHT = {TEAMS_APP_ID: APP, TEAMS_APP_PASSWORD: SECRET, TEAMS_TENANT_ID: TENANT}

APP_MEND = "In the Azure portal: your Azure Bot, Configuration, Microsoft App ID."
TENANT_MEND = "In the Azure portal: your Azure Bot, Configuration, App Tenant ID."
SECRET_MEND = (
    "In the Azure portal: your Azure Bot, Configuration, Manage Password, New client secret; copy "
    "its Value, which is shown only once."
)
NO_ID = "is not an ID such as 8f6b3c1e-0d52-4a7e-9c1b-5e2f7a904d36."


def told(**changes: str) -> tuple[str, ...]:
    """The problems of the right environment with some of its values changed."""
    with pytest.raises(SettingsNotAccepted) as caught:
        teams_secrets(RIGHT | changes)
    problems = caught.value.problems
    for value in changes.values():
        assert not value.strip() or value.strip() not in str(caught.value)
    return tuple(each.removeprefix("environment, ") for each in problems)


def test_without_any_secret_the_bot_is_not_in_teams() -> None:
    assert teams_secrets({}) is None
    assert teams_secrets({TEAMS_APP_ID: " ", TEAMS_APP_PASSWORD: "", TEAMS_TENANT_ID: "\n"}) is None


def test_all_three_are_taken() -> None:
    assert teams_secrets(RIGHT) == TeamsSecrets(APP, SECRET, TENANT)


def test_ids_are_taken_in_capitals_and_with_the_spaces_of_a_careless_copy() -> None:
    careless = {name: f" {value}\n" for name, value in RIGHT.items()} | {
        TEAMS_APP_ID: APP.upper(),
        TEAMS_TENANT_ID: f"{TENANT.upper()} ",
    }
    assert teams_secrets(careless) == TeamsSecrets(APP, SECRET, TENANT)


def test_no_secret_is_shown() -> None:
    assert repr(teams_secrets(RIGHT)) == "TeamsSecrets()"


@pytest.mark.parametrize(
    ("name", "mend"),
    [
        (TEAMS_APP_ID, APP_MEND),
        (TEAMS_APP_PASSWORD, SECRET_MEND),
        (TEAMS_TENANT_ID, TENANT_MEND),
    ],
)
def test_one_that_is_missing_is_named(name: str, mend: str) -> None:
    assert told(**{name: " "}) == (f"{name}: is missing. {mend}",)


@pytest.mark.parametrize(
    "text",
    [
        "report-post",
        "bot.school.example",
        APP[:-1],
        f"{{{APP}}}",
        APP.replace("-", ""),
        APP.replace("3", "٣"),
        "00000000-0000-0000-0000-000000000000",
    ],
)
def test_what_is_no_id_is_told_for_each(text: str) -> None:
    assert guid(text) is None
    assert told(**{TEAMS_APP_ID: text}) == (f"{TEAMS_APP_ID}: {NO_ID} {APP_MEND}",)
    assert told(**{TEAMS_TENANT_ID: text}) == (f"{TEAMS_TENANT_ID}: {NO_ID} {TENANT_MEND}",)


@pytest.mark.parametrize("tenant", ["school.onmicrosoft.com", "common", "organizations"])
def test_a_tenant_is_one_tenant(tenant: str) -> None:
    assert told(**{TEAMS_TENANT_ID: tenant}) == (f"{TEAMS_TENANT_ID}: {NO_ID} {TENANT_MEND}",)


def test_the_apps_id_in_the_tenants_place_is_recognised() -> None:
    assert told(**{TEAMS_TENANT_ID: APP.upper()}) == (
        f"{TEAMS_TENANT_ID}: is the same as {TEAMS_APP_ID}. {TENANT_MEND}",
    )


@pytest.mark.parametrize(
    ("password", "wrong"),
    [
        (SECRET_ID, "is the secret's ID, and not the secret."),
        (SECRET_ID.upper(), "is the secret's ID, and not the secret."),
        ("AbC******************", "is what the portal shows of an old secret, and not the secret."),
        ("AbC8Q~made up", "holds a character that no client secret has."),
        ("AbC8Q~made…up", "holds a character that no client secret has."),
        ("AbC8Q~made\tup", "holds a character that no client secret has."),
    ],
)
def test_what_cannot_be_a_secret_is_recognised(password: str, wrong: str) -> None:
    assert told(**{TEAMS_APP_PASSWORD: password}) == (
        f"{TEAMS_APP_PASSWORD}: {wrong} {SECRET_MEND}",
    )


def test_every_mistake_is_named_at_once() -> None:
    names = [
        problem.split(":")[0]
        for problem in told(
            **{TEAMS_APP_ID: "none", TEAMS_APP_PASSWORD: SECRET_ID, TEAMS_TENANT_ID: "common"}
        )
    ]
    assert names == [TEAMS_APP_ID, TEAMS_APP_PASSWORD, TEAMS_TENANT_ID]
