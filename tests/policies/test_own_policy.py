"""A pack of a school's own: copied with remarks, changed as documented, checked and played."""

import re
import tomllib
from datetime import date
from pathlib import Path

import pytest

from bot.__main__ import main
from bot.compose.own_pack import ADVICE, NotAName, own_pack, write_own_pack
from bot.compose.setup.kept import NotWritten
from bot.domain.ids import StepId
from bot.policies.bundled import load_guidance, read_guidance
from bot.policies.check_pack import check_pack
from bot.policies.parse import load_pack, parse_policy

from .own_policy import JOURNEY, PACK, PAGE, example_pack

TODAY = date(2026, 11, 22)


def ends_with(capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[object, str, str]:
    with pytest.raises(SystemExit) as ended:
        main(list(arguments))
    told = capsys.readouterr()
    return ended.value.code, told.out, told.err


# The copy


def test_the_copy_says_the_same_under_its_own_name() -> None:
    copied, bundled = parse_policy(own_pack("hill-top", TODAY)), load_pack("derwent-vale").policy
    assert (copied.id, copied.dated_on) == ("hill-top", TODAY)
    assert "Derwent Vale" not in own_pack("hill-top", TODAY)
    assert copied.steps == bundled.steps
    assert copied.questions == bundled.questions
    assert copied.reminders == bundled.reminders


def test_every_section_of_the_copy_has_a_word_of_advice() -> None:
    text = own_pack("hill-top", TODAY)
    titles = re.findall(r"^# -{20,} (.+)\n(#?)", text, re.MULTILINE)
    assert len(titles) >= 10
    assert [title for title, remark in titles if not remark] == []
    assert [each for each in ADVICE if not any(title.startswith(each) for title, _ in titles)] == []


def test_the_command_writes_the_pack_and_the_cards_to_copy_from(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    code, out, _ = ends_with(capsys, "policy", "new", "hill-top", "--out", str(tmp_path))
    assert code == 0
    assert "policy check" in out
    names = sorted(each.name for each in tmp_path.iterdir())
    assert names == ["hill-top-cards.toml", "hill-top.toml"]
    cards = (tmp_path / "hill-top-cards.toml").read_text("utf-8")
    assert read_guidance(cards, "cards") == load_guidance()


def test_a_card_that_is_copied_takes_the_place_of_the_shared_one(tmp_path: Path) -> None:
    written = write_own_pack("hill-top", tmp_path, TODAY)
    cards = written.cards.read_text("utf-8")
    name = next(iter(tomllib.loads(cards)))
    (card,) = re.findall(rf"^\[{name}\]\n(.*?\n\n)", cards, re.DOTALL | re.MULTILINE)
    own = f"[card.{name}]\n" + re.sub(r'title = ".*"', 'title = "Ours"', card)
    policy = parse_policy(f"{written.pack.read_text('utf-8')}\n{own}")
    assert [each.id.value for each in policy.cards.values() if each.title == "Ours"] == [name]


@pytest.mark.parametrize("name", ["Hill Top", "1st", "hill_top", "", "x" * 41, "derwent-vale", "-"])
def test_a_name_that_no_pack_can_have_is_refused(tmp_path: Path, name: str) -> None:
    with pytest.raises(NotAName):
        write_own_pack(name, tmp_path, TODAY)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("there", ["hill-top.toml", "hill-top-cards.toml"])
def test_a_file_that_is_there_is_never_overwritten(tmp_path: Path, there: str) -> None:
    (tmp_path / there).write_text("mine", "utf-8")
    with pytest.raises(NotWritten, match="is there already"):
        write_own_pack("hill-top", tmp_path, TODAY)
    assert [each.name for each in tmp_path.iterdir()] == [there]
    assert (tmp_path / there).read_text("utf-8") == "mine"


def test_a_folder_that_is_not_there_is_told(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    code, out, err = ends_with(capsys, "policy", "new", "x", "--out", str(tmp_path / "none"))
    assert (code, out) == (2, "")
    assert "no folder that is there" in err


# The documented example


def test_the_example_is_a_fresh_copy_with_the_blocks_of_the_page(
    request: pytest.FixtureRequest,
) -> None:
    if request.config.getoption("--golden"):
        PACK.write_text(example_pack(), "utf-8")
    assert PACK.read_text("utf-8") == example_pack(), "run pytest --golden, and look at the example"


def test_the_page_shows_the_story_as_it_is_played() -> None:
    (shown,) = re.findall(r"```toml\n(\[\[step\]\]\n.*?)```", PAGE.read_text("utf-8"), re.DOTALL)
    assert shown in JOURNEY.read_text("utf-8")


def test_ten_categories_are_refused_as_the_page_says() -> None:
    text = example_pack()
    ten = re.sub(r"^school-images = .*\n", "", text, flags=re.MULTILINE)
    told = re.search(r"> (question\.content\.option: .*?) …", PAGE.read_text("utf-8"), re.DOTALL)
    assert told
    with pytest.raises(Exception, match="multiple of 5") as refused:
        parse_policy(ten)
    assert " ".join(told[1].split()) in str(refused.value)


@pytest.mark.slow
def test_the_example_passes_its_check(capsys: pytest.CaptureFixture[str]) -> None:
    code, out, _ = ends_with(capsys, "policy", "check", str(PACK))
    assert (code, out.count("nothing is wrong")) == (0, 1)


@pytest.mark.slow
def test_the_examples_story_goes_as_it_is_told(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(PAGE.parents[1])
    code, out, _ = ends_with(capsys, "journey", str(JOURNEY.relative_to(PAGE.parents[1])))
    assert code == 0, out


def test_the_example_has_the_category_the_question_and_the_step() -> None:
    policy = load_pack(str(PACK)).policy
    options = {each.id.value for each in policy.questions[policy.categories].options}
    assert {"impersonation", "school-images"} <= options
    assert StepId("report-false-account") in policy.steps_by_id
    assert check_pack(str(PACK)).policy.id == "hill-top"
