"""``report-post digest``: the termly report from the command line, of a trial and of a school."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from bot import __main__ as command_line
from bot.app.digest_record import DigestRecord, put_digest_record
from bot.cli.output import Ends
from bot.compose.desk import open_desk
from bot.compose.schools import open_the_store
from bot.compose.trial_folder import TrialFolder
from bot.config import read_settings, sample_settings
from bot.domain.digest import digest_for
from bot.domain.figures import Published
from tests.school_files import changed

Run = Callable[..., tuple[object, str]]
AT = datetime(2026, 11, 20, 15, 30, tzinfo=UTC)


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str]) -> Run:
    """Runs the command in this process; its code, and what it printed on either stream."""

    def run_it(*arguments: str | Path) -> tuple[object, str]:
        with pytest.raises(SystemExit) as ended:
            command_line.main(["digest", *(str(each) for each in arguments)])
        told = capsys.readouterr()
        assert "Traceback" not in told.out + told.err
        return ended.value.code, told.out + told.err

    return run_it


@pytest.fixture
def trial(tmp_path: Path) -> Path:
    """The folder of a trial that has ended, in which a digest was printed."""
    folder = TrialFolder(tmp_path / "trial")
    with folder.in_use(fresh=False), open_desk(folder):
        pass
    store = open_the_store(sample_settings(folder.path), {})
    with store.writing() as writing:
        put_digest_record(writing, DigestRecord((a_digest(),), AT))
    store.close()
    return folder.path


def a_digest() -> Published:
    bare = digest_for(
        (), (), categories=(), term="2026-autumn", since=None, at=AT, history=(), offers=()
    )
    return replace(bare, total=10)


@pytest.mark.parametrize("name", ["report.csv", "report.docx"])
def test_the_report_of_a_trial_is_written(run: Run, trial: Path, tmp_path: Path, name: str) -> None:
    out = tmp_path / name
    code, told = run("--term", "autumn", "--year", 2026, "--data", trial, "--out", out)

    assert (code, out.stat().st_size > 500) == (Ends.WELL, True)
    assert told == f"{out} is ready: Autumn 2026, from what its weekly digests have said.\n"


def test_what_is_wrong_is_said_and_nothing_is_written(
    run: Run, trial: Path, tmp_path: Path
) -> None:
    out = tmp_path / "report.csv"
    for arguments, said in (
        (("--term", "autumm", "--data", trial), "Did you mean"),
        (("--term", "spring", "--data", trial), "No weekly digest has gone out"),
        (("--term", "autumn", "--data", tmp_path / "none"), "not a folder of report-post try"),
        (("--term", "autumn", "--config", tmp_path / "none.toml"), "is not there"),
        (("--term", "autumn", "--config", "a", "--data", "b"), "not both"),
        (("--term", "autumn", "--year", 26, "--data", trial), "or equal to 2000"),
        (("--data", trial), "--term"),
    ):
        code, told = run(*arguments, "--out", out)
        assert (code, said in told) == (Ends.WRONG_USE, True), told
    assert not out.exists()


def test_a_school_without_a_record_is_told_so(run: Run, tmp_path: Path) -> None:
    file = tmp_path / "school.toml"
    file.write_text(changed(), "utf-8")
    code, told = run("--term", "autumn", "--config", file, "--out", tmp_path / "report.csv")

    assert (code, "no record of the school derwent-vale yet" in told) == (Ends.WRONG_USE, True)
    assert not (tmp_path / "report-post-data" / "report-post.sqlite3").exists()


def test_the_report_of_a_school_at_work_is_written(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("REPORT_POST_DATA", raising=False)
    file, out = tmp_path / "school.toml", tmp_path / "report.csv"
    file.write_text(changed(), "utf-8")
    store = open_the_store(read_settings(file, {}), {})
    with store.writing() as writing:
        put_digest_record(writing, DigestRecord((a_digest(),), AT))
    store.close()

    code, _ = run("--term", "Autumn", "--config", file, "--out", out)
    assert (code, "Cases this term,10" in out.read_text("utf-8")) == (Ends.WELL, True)
