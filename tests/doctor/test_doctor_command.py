"""``report-post doctor``: what it prints, with which code it ends, and that it needs no network."""

import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from bot.__main__ import main
from bot.compose.doctor import examine
from bot.compose.doctor.findings import Area, Finding, Level
from tests.running_trial import ROOT
from tests.school_files import SAMPLE

OK = Finding(Area.SETTINGS, Level.OK, "It is in order.")
WARNING = Finding(Area.CALENDAR, Level.WARNING, "It ends soon.", "Add the next terms.")
FAILS = Finding(Area.SLACK, Level.FAILS, "Slack does not accept it.", "Copy it again.")

Run = Callable[..., tuple[object, str]]


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Run:
    """Runs the command on what would be found."""

    def run_it(*found: Finding) -> tuple[object, str]:
        def examined(*_: object, **__: object) -> Iterator[Finding]:
            yield from found

        monkeypatch.setattr(examine, "examine", examined)
        with pytest.raises(SystemExit) as ended:
            main(["doctor"])
        told = capsys.readouterr()
        assert told.err == ""
        return ended.value.code, told.out

    return run_it


def test_all_in_order_ends_well(run: Run) -> None:
    code, out = run(OK)
    assert code == 0
    assert out == "Settings\n  ok       It is in order.\n\nReady.\n"


def test_a_warning_ends_well_and_says_how_to_mend_it(run: Run) -> None:
    code, out = run(OK, WARNING)
    assert code == 0
    assert "School calendar\n  warning  It ends soon.\n           → Add the next terms.\n" in out
    assert out.endswith("Ready; 1 warning.\n")


def test_what_would_fail_on_the_day_ends_with_1(run: Run) -> None:
    code, out = run(OK, WARNING, FAILS)
    assert code == 1
    assert out.endswith("1 thing would fail on the day; 1 warning.\n")


def test_long_lines_are_wrapped_below_each_other(run: Run) -> None:
    _, out = run(Finding(Area.RECORD, Level.NOTE, "word " * 60, "mend " * 60))
    assert max(map(len, out.splitlines())) <= 100
    assert "\n           word" in out


@pytest.mark.slow
def test_without_network_or_secrets_it_checks_what_it_can(tmp_path: Path) -> None:
    (tmp_path / "school.toml").write_text(SAMPLE, "utf-8")
    nowhere = {"PATH": os.environ["PATH"], "HTTPS_PROXY": "http://127.0.0.1:9", "LC_ALL": "C.UTF-8"}
    ended = subprocess.run(
        [sys.executable, "-m", "bot", "doctor", "--config", str(tmp_path / "school.toml")],
        cwd=ROOT,
        env=nowhere,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert (ended.returncode, ended.stderr) == (1, "")
    assert "This environment holds no platform's secrets" in ended.stdout
    for area in ("School calendar", "Whom to ring", "Policy and guidance", "Governors"):
        assert f"\n{area}\n" in ended.stdout
    assert "derwentvale.example" not in ended.stdout
    assert len(ended.stdout.splitlines()) < 60
    assert [each.name for each in tmp_path.iterdir()] == ["school.toml"]


def test_a_file_that_is_not_there_is_told(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as ended:
        main(["doctor", "--config", str(tmp_path / "none.toml")])
    out = " ".join(capsys.readouterr().out.split())
    assert ended.value.code == 1
    assert "is not there" in out
    assert "report-post init" in out


SHARED = Finding(Area.PLATFORMS, Level.FAILS, "There are no secrets.", "Set them.")


def test_of_a_folder_every_school_is_looked_at_and_all_of_them_together(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def examined(config: Path, *_: object, **given: object) -> Iterator[Finding]:
        assert given["several"]
        yield Finding(Area.SETTINGS, Level.OK, f"{config.name} is in order.")
        if config.name == "ash.toml":
            return  # its settings cannot be used, and nothing else is looked at
        yield SHARED
        if config.name == "oak.toml":
            yield WARNING
            yield FAILS

    monkeypatch.setattr(examine, "examine", examined)
    for name in ("ash", "elm", "oak"):
        (tmp_path / f"{name}.toml").write_text(SAMPLE, "utf-8")
    with pytest.raises(SystemExit) as ended:
        main(["doctor", "--config", str(tmp_path)])
    out = capsys.readouterr().out
    assert ended.value.code == 1
    headings = [each for each in out.splitlines() if each.endswith((".toml", " together"))]
    assert headings == ["All schools together", "ash.toml", "elm.toml", "oak.toml"]
    told = " ".join(out.split())
    assert "oak.toml, school.id: is the same as in ash.toml." in told
    assert out.count("There are no secrets.") == 1
    assert out.index("There are no secrets.") < out.index("ash.toml\n")
    shared = 3 + 2 + 2 + 1  # no staff; the same id and name as the first; the secrets
    assert out.endswith(
        f"All schools together: {shared} faults, 0 warnings.\n"
        "ash.toml: 0 faults, 0 warnings.\n"
        "elm.toml: 0 faults, 0 warnings.\n"
        "oak.toml: 1 fault, 1 warning.\n"
        f"{shared + 1} things would fail on the day; 1 warning.\n"
    )


def test_in_a_folder_of_one_school_it_is_not_named_in_test_messages(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def examined(*_: object, **given: object) -> Iterator[Finding]:
        assert not given["several"]
        yield OK
        yield SHARED

    monkeypatch.setattr(examine, "examine", examined)
    (tmp_path / "elm.toml").write_text(SAMPLE, "utf-8")
    with pytest.raises(SystemExit):
        main(["doctor", "--config", str(tmp_path)])
    out = capsys.readouterr().out
    assert "elm.toml: 1 fault, 0 warnings.\n1 thing would fail on the day" in out
