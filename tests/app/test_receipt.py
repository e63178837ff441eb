"""What a receipt says of pictures: it never promises what was not kept (PRODUCT 2.2 and 2.3)."""

from pathlib import Path

from bot.domain.ids import MessageKind
from bot.screens.nodes import Bullets
from bot.screens.say import Say
from tests.builders import SchoolAtWork, a_school

LINK = "https://www.facebook.com/groups/1/posts/2"


def last_line(school: SchoolAtWork) -> Say:
    """The last line of the newest receipt."""
    school.settle()
    message = school.sent(MessageKind.RECEIPT)[-1].message
    (lines,) = (node.lines for node in message.nodes if isinstance(node, Bullets))
    return lines[-1].key


def test_what_is_kept_may_be_deleted_from_the_chat(tmp_path: Path) -> None:
    school = a_school(tmp_path)
    school.report(files=["a.png"], links={LINK})
    assert last_line(school) is Say.RECEIPT_DELETE


def test_where_no_picture_may_be_added_none_is_to_be_deleted(tmp_path: Path) -> None:
    school = a_school(tmp_path)
    school.report(safety={"sexual-image"})
    assert last_line(school) is Say.RECEIPT_LEAVE_PICTURES


def test_a_picture_that_was_not_kept_is_said_not_to_be(tmp_path: Path) -> None:
    school = a_school(tmp_path)
    case = school.report(safety={"unsure"}, links={LINK})
    assert school.report("staff-2", files=["a.png"], links={LINK}) == case
    assert last_line(school) is Say.RECEIPT_PICTURES_NOT_KEPT
    assert school.state(case).evidence == ()
