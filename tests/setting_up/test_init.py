"""``report-post init``: what it asks, writes, refuses, and leaves alone."""

import io
import os
import signal
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import pytest

from bot import __main__ as command_line
from bot.compose.setup import kept
from bot.compose.setup.proposed import terms_to_ask
from bot.config import read_settings
from tests.running_trial import ROOT

EXAMPLE = ROOT / "docs" / "init-answers.toml"
TYPED = "\n".join(
    [
        "Hill Top Primary School",
        *([""] * 6),  # its short name, country, age, governors, address, telephone
        "not an address",
        "office@hilltop.example",
        *([""] * 2),  # its website, the complaints procedure
        *([""] * 2 * len(terms_to_ask(datetime.now(UTC).date()))),  # terms and half-terms
        "",  # INSET days
        "Ada Grant",
        "Ada Grant <head@hilltop.example>",
        "",  # no deputy
        "head@hilltop.example",
        "chair@hilltop.example",
        "it@hilltop.example",
        "01632 960101",
        *([""] * 5),  # the DSL's is the head's; nobody else's is known
        *([""] * 2),  # the digest, the backups
        "slack",
        "",
    ]
)
"""With two answers that are not accepted, and the Enter key where there is a usual one."""


@dataclass(frozen=True)
class Printed:
    code: object
    out: str
    err: str


Run = Callable[..., Printed]


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Run:
    """Runs ``init`` in this process, with this piped in."""

    def run_it(*arguments: str | Path, typed: str = "") -> Printed:
        monkeypatch.setattr("sys.stdin", io.StringIO(typed))
        with pytest.raises(SystemExit) as ended:
            command_line.main(["init", *(str(each) for each in arguments)])
        told = capsys.readouterr()
        assert "Traceback" not in told.out + told.err
        return Printed(ended.value.code, told.out, told.err)

    return run_it


@pytest.fixture
def place(tmp_path: Path) -> Path:
    """Where the settings are to be written."""
    return tmp_path / "school.toml"


def left_in(folder: Path) -> list[str]:
    return sorted(each.name for each in folder.iterdir())


def test_what_is_piped_in_is_asked_again_until_it_is_accepted(run: Run, place: Path) -> None:
    printed = run("--config", place, typed=TYPED)
    assert printed.code == 0
    assert printed.err.count("This is not") == 2
    assert printed.out.count("The headteacher?") == 2
    read = read_settings(place, {})
    assert read.letterhead.email == "office@hilltop.example"
    assert len(read.calendar.terms) >= 2


def test_it_says_what_to_do_next(run: Run, place: Path) -> None:
    told = run("--config", place, typed=TYPED).out.partition("is written. Next:")[2]
    for each in ("guess", "[contacts]", "SLACK_BOT_TOKEN", "doctor --config", "digest-here"):
        assert each in told
    assert "TEAMS_APP_ID" not in told


def test_of_several_schools_the_folder_is_looked_at_and_started(run: Run, tmp_path: Path) -> None:
    for name in ("hill-top", "mill-lane"):
        told = run("--config", tmp_path / f"{name}.toml", "--answers", EXAMPLE).out
        several = name == "mill-lane"
        assert ("[staff]" in told) == several
        whole = tmp_path if several else tmp_path / "hill-top.toml"
        for command in ("doctor", "serve"):
            assert f"report-post {command} --config {whole}\n" in told
        assert ("docs/several-schools.md" in told) != several


def test_a_file_that_cannot_be_read_is_no_other_school(run: Run, place: Path) -> None:
    (place.parent / "broken.toml").write_text("x = \n", "utf-8")
    told = run("--config", place, "--answers", EXAMPLE).out
    assert f"report-post serve --config {place}\n" in told
    assert "Other schools" not in told


def test_the_line_for_staff_has_the_domain_of_those_who_hold_a_role(run: Run, place: Path) -> None:
    run("--config", place, "--answers", EXAMPLE)
    assert '\n# addresses = ["hilltop.example"]\n' in place.read_text("utf-8")
    assert read_settings(place, {}).staff is None


def test_only_the_owner_may_read_the_file(run: Run, place: Path) -> None:
    run("--config", place, "--answers", EXAMPLE)
    assert place.stat().st_mode & 0o777 == 0o600
    assert left_in(place.parent) == ["school.toml"]


def test_answers_that_end_too_soon_write_nothing(run: Run, place: Path) -> None:
    printed = run("--config", place, typed="Hill Top\n\n\n")
    assert printed.code == 2
    assert "The answers ended before this was answered: Are its pupils under 13?" in printed.err
    assert left_in(place.parent) == []


def test_a_file_that_is_there_stays_unless_one_says_yes(run: Run, place: Path) -> None:
    place.write_text("mine", "utf-8")
    for no in ("", "\n", "no\n", "what?\n"):
        assert run("--config", place, typed=no).code == 2
        assert place.read_text("utf-8") == "mine"
    assert run("--config", place, typed=f"yes\n{TYPED}").code == 0
    assert "hill-top" in place.read_text("utf-8")


def test_a_script_replaces_a_file_only_with_force(run: Run, place: Path) -> None:
    place.write_text("mine", "utf-8")
    refused = run("--config", place, "--answers", EXAMPLE)
    assert (refused.code, place.read_text("utf-8")) == (2, "mine")
    assert "--force" in refused.err
    assert run("--config", place, "--answers", EXAMPLE, "--force").code == 0
    assert "hill-top" in place.read_text("utf-8")


def test_mistakes_in_a_file_of_answers_write_nothing(run: Run, place: Path, tmp_path: Path) -> None:
    answers = tmp_path / "answers.toml"
    answers.write_text('name = "Hill Top"\n', "utf-8")
    printed = run("--config", place, "--answers", answers)
    assert printed.code == 2
    assert len(printed.err.strip().splitlines()) == 4
    assert left_in(tmp_path) == ["answers.toml"]


@pytest.mark.parametrize("where", ["missing/school.toml", ".", "x" * 300, "a\0b"])
def test_where_nothing_can_be_written_is_told_before_the_first_question(
    run: Run, tmp_path: Path, where: str
) -> None:
    printed = run("--config", f"{tmp_path}/{where}", typed=TYPED)
    assert printed.code == 2
    assert "What is the school called?" not in printed.out
    assert printed.err.strip()
    assert left_in(tmp_path) == []


def test_a_full_disk_leaves_the_old_file_and_nothing_else(
    run: Run, place: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    place.write_text("mine", "utf-8")

    def full(_handle: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    printed = run("--config", place, "--answers", EXAMPLE, "--force")
    assert (printed.code, place.read_text("utf-8")) == (2, "mine")
    assert "no space left on device" in printed.err
    assert left_in(place.parent) == ["school.toml"]


def test_a_file_that_comes_meanwhile_is_not_overwritten(place: Path) -> None:
    place.write_text("theirs", "utf-8")
    with pytest.raises(kept.NotWritten, match="is there already"):
        kept.write_new(place, "ours", replace=False)
    assert place.read_text("utf-8") == "theirs"
    assert left_in(place.parent) == ["school.toml"]


def test_ctrl_c_in_the_middle_writes_nothing(place: Path) -> None:
    environment = {**os.environ, "TERM": "dumb"}
    command = [sys.executable, "-m", "bot", "init", "--config", str(place)]
    with subprocess.Popen(
        command,
        cwd=ROOT,
        env=environment,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        bufsize=0,
    ) as running:
        assert running.stdin
        assert running.stdout
        running.stdin.write("Hill Top Primary School\n")
        seen = ""
        while "A short name" not in seen:
            seen += running.stdout.read(1)
        running.send_signal(signal.SIGINT)
        _, err = running.communicate(timeout=30)
    assert running.returncode == 130
    assert "Nothing was written." in err
    assert "Traceback" not in err
    assert left_in(place.parent) == []


def test_it_works_without_a_terminal_a_width_or_colours(place: Path) -> None:
    bare = {"PATH": os.environ["PATH"], "NO_COLOR": "1", "LC_ALL": "C"}
    ended = subprocess.run(
        [sys.executable, "-m", "bot", "init", "--config", str(place)],
        cwd=ROOT,
        env=bare,
        input=TYPED,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert ended.returncode == 0, ended.stderr
    assert "\x1b" not in ended.stdout + ended.stderr
    lines = (ended.stdout + ended.stderr).replace(str(place), "school.toml").splitlines()
    assert max(map(len, lines)) <= 100
    assert read_settings(place, {}).id == "hill-top-primary-school"
