"""Every command: what it prints and where, the code it ends with, and never a traceback."""

import errno
import re
import shutil
import signal
import sqlite3
import subprocess
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path

import pytest

from bot import __main__ as command_line
from bot.cli.output import Ends
from bot.compose.desk import open_desk
from bot.compose.schools import KEY_FILE, open_the_store
from bot.compose.trial_folder import TrialFolder
from bot.config import sample_settings
from tests.running_trial import LIMIT, ROOT, command, done

JOURNEY = """
title = "A report is accepted"
policy = "derwent-vale"
starts = 2026-11-23T09:05:00

[[step]]
who = "staff"
does = "report"
as = "A"
answers.safety = ["none"]
answers.content = ["offensive"]
answers.about = ["staff-member"]
answers.place = "closed-group"
answers.poster = "parent-or-carer"
expect = { severity = "standard", owner = "head" }
"""
PACK = files("bot.policies").joinpath("derwent_vale.toml").read_text("utf-8")
SCHOOL = files("bot").joinpath("sample_school.toml").read_text("utf-8")


@dataclass(frozen=True)
class Printed:
    """What a command ended with and printed."""

    code: object
    out: str
    err: str


Run = Callable[..., Printed]


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str]) -> Run:
    """Runs a command in this process."""

    def run_it(*arguments: str | Path) -> Printed:
        with pytest.raises(SystemExit) as ended:
            command_line.main([str(each) for each in arguments])
        told = capsys.readouterr()
        assert "Traceback" not in told.out + told.err
        return Printed(ended.value.code, told.out, told.err)

    return run_it


@pytest.fixture
def trial(tmp_path: Path) -> Path:
    """The folder of a trial that has ended."""
    folder = TrialFolder(tmp_path / "trial")
    with folder.in_use(fresh=False), open_desk(folder):
        pass
    return folder.path


def written(path: Path, text: str) -> Path:
    path.write_text(text, "utf-8")
    return path


# Help and wrong use


LATER = (
    *("init", "doctor", "serve", "letters", "digest", "privacy-pack", "retention"),
    *("subject-access", "backup", "restore", "rotate-key"),
)


@pytest.mark.parametrize(
    "words",
    [
        [],
        ["try"],
        ["teams-package"],
        ["policy"],
        ["policy", "check"],
        ["policy", "show"],
        ["journey"],
        ["verify"],
        ["policy", "new"],
        *([word] for word in LATER),
    ],
)
def test_every_command_has_help(run: Run, words: list[str]) -> None:
    printed = run(*words, "--help")
    assert (printed.code, printed.err) == (Ends.WELL, "")
    assert printed.out.startswith(" ".join(["Usage: report-post", *words]))


def test_the_help_names_every_command(run: Run) -> None:
    printed = run("--help")
    for word in ("try", "teams-package", "policy", "journey", "verify", "--version", *LATER):
        assert re.search(rf"^  {word} ", printed.out, re.MULTILINE)
    assert "..." not in printed.out.replace("[ARGS]...", "")  # nothing is cut


@pytest.mark.parametrize("words", [[], ["policy"]])
def test_without_a_word_the_help_is_shown(run: Run, words: list[str]) -> None:
    printed = run(*words)
    assert printed.code == Ends.WRONG_USE
    assert "Commands:" in printed.out + printed.err


@pytest.mark.parametrize(
    "words",
    [
        ["reprot"],
        ["--nonsense"],
        ["try", "--port", "many"],
        ["try", "--port", "65536"],
        ["try", "extra"],
        ["teams-package", "--app-id", ""],
        ["policy", "chekc", "x.toml"],
        ["policy", "check"],
        ["policy", "check", "not-there.toml"],
        ["policy", "check", "x" * 5000],
        ["policy", "show", "not-there.toml"],
        ["journey"],
        ["journey", "not-there.toml"],
        ["journey", "."],
        ["verify", "--data", "not-there"],
        ["verify", "--config", "not-there.toml"],
        ["verify", "--data", "a", "--config", "b"],
    ],
)
def test_wrong_use_ends_with_2_and_is_told_on_standard_error(run: Run, words: list[str]) -> None:
    printed = run(*words)
    assert (printed.code, printed.out) == (Ends.WRONG_USE, "")
    assert printed.err.strip()


def test_the_version_is_shown(run: Run) -> None:
    printed = run("--version")
    assert printed.code == Ends.WELL
    assert printed.out.startswith("report-post")


# policy


def test_a_pack_in_order_passes(run: Run, tmp_path: Path) -> None:
    printed = run("policy", "check", written(tmp_path / "ours.toml", PACK))
    assert (printed.code, printed.err) == (Ends.WELL, "")
    assert "ours.toml: nothing is wrong." in printed.out


def test_every_mistake_of_every_pack_is_named(run: Run, tmp_path: Path) -> None:
    first = written(tmp_path / "first.toml", PACK.replace('first_step = "', 'first_step = "not-'))
    second = written(tmp_path / "second.toml", "id = ")
    printed = run("policy", "check", first, second, "derwent-vale")
    assert (printed.code, printed.err) == (Ends.CHECK_FAILED, "")
    assert "first.toml, first_step: " in printed.out
    assert "second.toml" in printed.out
    assert "derwent-vale: nothing is wrong." in printed.out


def test_a_missing_file_stops_the_check_before_it_begins(run: Run, tmp_path: Path) -> None:
    printed = run("policy", "check", "derwent-vale", tmp_path / "not-there.toml")
    assert (printed.code, printed.out) == (Ends.WRONG_USE, "")
    assert "not-there.toml: There is no such file." in printed.err


def test_a_pack_is_shown_for_a_head_to_read(run: Run, tmp_path: Path) -> None:
    usual = run("policy", "show")
    assert (usual.code, usual.err) == (Ends.WELL, "")
    for heading in ("What is asked", "The steps", "Who is told, and when"):
        assert f"\n{heading}\n" in usual.out
    assert run("policy", "show", "derwent-vale").out == usual.out
    assert run("policy", "show", written(tmp_path / "ours.toml", PACK)).out == usual.out


def test_a_broken_pack_is_not_shown(run: Run, tmp_path: Path) -> None:
    printed = run("policy", "show", written(tmp_path / "ours.toml", "id = "))
    assert (printed.code, printed.out) == (Ends.WRONG_USE, "")
    assert "ours.toml" in printed.err


# journey


def test_a_journey_that_goes_as_told(run: Run, tmp_path: Path) -> None:
    file = written(tmp_path / "story.toml", "\ufeff" + JOURNEY)
    printed = run("journey", file)
    assert (printed.code, printed.err) == (Ends.WELL, "")
    assert printed.out == f"{file}: as told (A report is accepted)\n1 journey: as told.\n"


def test_each_mismatch_is_printed_and_the_check_fails(run: Run, tmp_path: Path) -> None:
    good = written(tmp_path / "good.toml", JOURNEY)
    bad = JOURNEY.replace('"standard"', '"urgent"').replace('owner = "head"', 'owner = "chair"')
    printed = run("journey", written(tmp_path / "bad.toml", bad), good)
    assert (printed.code, printed.err) == (Ends.CHECK_FAILED, "")
    assert "bad.toml, step 1 (staff: report): severity: expected urgent" in printed.out
    assert "bad.toml, step 1 (staff: report): owner: expected chair" in printed.out
    assert "good.toml: as told" in printed.out
    assert printed.out.endswith("2 journeys: 2 mismatches.\n")


def test_a_journey_finds_a_pack_beside_it(run: Run, tmp_path: Path) -> None:
    written(tmp_path / "ours.toml", PACK)
    file = written(tmp_path / "story.toml", JOURNEY.replace('"derwent-vale"', '"ours.toml"'))
    assert run("journey", file).code == Ends.WELL


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("title = ", "This is not TOML"),
        (JOURNEY.replace('does = "report"', 'does = "repotr"'), "repotr"),
        (JOURNEY.replace('"derwent-vale"', '"no-such-pack"'), "no-such-pack"),
        (JOURNEY.replace('"derwent-vale"', '"broken.toml"'), "broken.toml"),
    ],
)
def test_what_cannot_be_played_is_wrong_use(run: Run, tmp_path: Path, text: str, told: str) -> None:
    written(tmp_path / "broken.toml", "id = ")
    good = written(tmp_path / "good.toml", JOURNEY)
    printed = run("journey", good, written(tmp_path / "story.toml", text))
    assert (printed.code, printed.out) == (Ends.WRONG_USE, "")
    assert told in printed.err


def test_a_journey_in_another_encoding_is_told(run: Run, tmp_path: Path) -> None:
    (tmp_path / "story.toml").write_bytes('title = "Café"'.encode("utf-16"))
    printed = run("journey", tmp_path / "story.toml")
    assert printed.code == Ends.WRONG_USE
    assert "UTF-8" in printed.err


# verify


def test_a_record_in_order_passes(run: Run, trial: Path) -> None:
    printed = run("verify", "--data", trial)
    assert (printed.code, printed.err) == (Ends.WELL, "")
    assert "Checked 1 stream" in printed.out
    assert "0 entries and 0 files: nothing is wrong." in printed.out
    assert re.search(r"number 0, [0-9a-f]{64}\.", printed.out)


def test_the_usual_folder_is_checked_if_none_is_named(
    run: Run, trial: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    shutil.copytree(trial, trial.parent / "report-post" / "try")
    monkeypatch.setenv("XDG_DATA_HOME", str(trial.parent))
    assert run("verify").code == Ends.WELL


def test_a_record_that_was_altered_fails(run: Run, trial: Path) -> None:
    with closing(sqlite3.connect(trial / "report-post.sqlite3")) as base:
        base.execute("update heads set number = 7")
        base.commit()
    printed = run("verify", "--data", trial)
    assert (printed.code, printed.err) == (Ends.CHECK_FAILED, "")
    assert printed.out.startswith("school, entry ")
    assert "1 problem found." in printed.out


def test_the_record_of_a_school_at_work_is_found_by_its_settings(run: Run, tmp_path: Path) -> None:
    config = written(tmp_path / "school.toml", SCHOOL)
    empty = run("verify", "--config", config)
    assert (empty.code, empty.out) == (Ends.WRONG_USE, "")
    assert "There is no record of the school derwent-vale yet" in empty.err
    assert not (tmp_path / "report-post-data").exists()  # checking makes nothing
    open_the_store(sample_settings(tmp_path / "report-post-data"), {}).close()
    assert run("verify", "--config", config).code == Ends.WELL


def test_the_id_of_another_school_is_not_found_to_be_in_order(run: Run, tmp_path: Path) -> None:
    open_the_store(sample_settings(tmp_path / "report-post-data"), {}).close()
    other = SCHOOL.replace('id = "derwent-vale"', 'id = "elsewhere"')
    printed = run("verify", "--config", written(tmp_path / "school.toml", other))
    assert printed.code == Ends.WRONG_USE
    assert "elsewhere" in printed.err


def test_every_mistake_of_school_toml_is_named(run: Run, tmp_path: Path) -> None:
    broken = SCHOOL.replace('country = "England"', 'country = "Narnia"')
    broken = broken.replace("last = 2026-12-18", "last = 2026-02-30")
    printed = run("verify", "--config", written(tmp_path / "school.toml", broken))
    assert (printed.code, printed.out) == (Ends.WRONG_USE, "")
    assert "school.country" in printed.err
    assert "calendar.terms[1].last" in printed.err


def test_a_missing_or_wrong_key_is_told(run: Run, trial: Path) -> None:
    key = (trial / KEY_FILE).read_bytes()
    (trial / KEY_FILE).unlink()
    missing = run("verify", "--data", trial)
    assert (missing.code, missing.out) == (Ends.WRONG_USE, "")
    assert "master key is missing" in missing.err
    (trial / KEY_FILE).write_bytes(b"A" * 43 + b"=")
    (trial / KEY_FILE).chmod(0o600)
    wrong = run("verify", "--data", trial)
    assert (wrong.code, wrong.out) == (Ends.WRONG_USE, "")
    assert "does not open this database" in wrong.err
    assert key.decode().strip() not in wrong.err


def test_what_is_no_database_is_told(run: Run, trial: Path) -> None:
    (trial / "report-post.sqlite3").write_text("something else" * 500)
    printed = run("verify", "--data", trial)
    assert (printed.code, printed.out) == (Ends.WRONG_USE, "")
    assert "is damaged: file is not a database" in printed.err


# try


@pytest.mark.parametrize("words", [[], ["--fresh"]])
def test_a_trial_never_touches_a_school_at_work(run: Run, tmp_path: Path, words: list[str]) -> None:
    open_the_store(sample_settings(tmp_path), {}).close()
    printed = run("try", "--data", tmp_path, *words)
    assert (printed.code, printed.out) == (Ends.WRONG_USE, "")
    assert "school at work" in printed.err
    assert (tmp_path / KEY_FILE).exists()


def test_a_damaged_clock_is_told(run: Run, trial: Path) -> None:
    written(TrialFolder(trial).clock, "soon")
    printed = run("try", "--data", trial)
    assert (printed.code, printed.out) == (Ends.WRONG_USE, "")
    assert "--fresh" in printed.err


def test_a_folder_that_cannot_be_written_is_told(run: Run, tmp_path: Path) -> None:
    printed = run("try", "--data", written(tmp_path / "file", ""))
    assert (printed.code, printed.out) == (Ends.WRONG_USE, "")
    assert "--data FOLDER" in printed.err


# However it is called


def test_a_file_of_another_account_is_told_with_whose_it_is(
    run: Run, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    closed = tmp_path / "master.key"

    def closed_to_us(*_: object) -> None:
        raise PermissionError(errno.EACCES, "Permission denied", str(closed))

    monkeypatch.setattr("bot.journeys.running.run_journey", closed_to_us)
    printed = run("journey", written(tmp_path / "story.toml", JOURNEY))
    assert printed.code == Ends.WRONG_USE
    assert printed.err.startswith(f"{closed} may not be used by the account")
    assert f"{tmp_path} belongs to {tmp_path.owner()}" in printed.err
    assert "mistake" not in printed.err


def test_an_error_of_ours_is_told_without_what_it_quotes(
    run: Run, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    def broken(*_: object) -> None:
        raise KeyError("Pat Example")

    monkeypatch.setattr("bot.journeys.running.run_journey", broken)
    printed = run("journey", written(tmp_path / "story.toml", JOURNEY))
    assert printed.code == Ends.OUR_MISTAKE
    assert "KeyError in " in printed.err
    assert "Pat" not in printed.err


@pytest.mark.parametrize(
    "environment",
    [{"NO_COLOR": "1"}, {"TERM": "dumb"}, {"PYTHONIOENCODING": "ascii"}, {"LC_ALL": "C"}],
)
def test_it_works_without_a_terminal(environment: dict[str, str]) -> None:
    shown = done("policy", "show", **environment)
    assert (shown.returncode, shown.stderr) == (Ends.WELL, "")
    assert "\x1b" not in shown.stdout
    wrong = done("policy", "check", "not-there.toml", **environment)
    assert wrong.returncode == Ends.WRONG_USE
    assert wrong.stderr == "not-there.toml: There is no such file.\n"


def test_a_reader_that_went_away_is_no_error() -> None:
    with subprocess.Popen(
        command("policy", "show"), cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE
    ) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        process.stdout.close()
        assert process.stderr.read() == b""
        assert process.wait(LIMIT) == Ends.NOBODY_READS


def test_ctrl_c_ends_a_long_command_quietly(tmp_path: Path) -> None:
    story = written(tmp_path / "story.toml", JOURNEY)
    with subprocess.Popen(
        command("journey", *[str(story)] * 100),
        cwd=ROOT,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        process.stdout.readline()
        process.send_signal(signal.SIGINT)
        assert process.stderr.read() == ""
        assert process.wait(LIMIT) == 130
