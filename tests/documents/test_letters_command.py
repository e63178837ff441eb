"""``report-post letters``: copies of the letters, to be changed."""

from pathlib import Path

import pytest
from docx import Document

from bot.__main__ import main
from bot.app.letter_fields import LETTERS


def run(*arguments: str) -> int:
    with pytest.raises(SystemExit) as ended:
        main(arguments)
    code = ended.value.code
    return code if isinstance(code, int) else 0


def test_it_writes_every_letter_and_says_how_to_go_on(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = tmp_path / "letters"
    assert run("letters", "--out", str(folder)) == 0

    said = capsys.readouterr().out
    for name in LETTERS:
        assert str(folder / f"{name}.docx") in said
        assert Document(str(folder / f"{name}.docx")).paragraphs
    assert f"policy check --letters {folder} derwent-vale" in said


def test_it_leaves_what_is_there_as_it_is(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "invitation.docx").write_bytes(b"changed")

    assert run("letters", "--out", str(tmp_path)) == 2
    assert "invitation.docx" in capsys.readouterr().err
    assert (tmp_path / "invitation.docx").read_bytes() == b"changed"
