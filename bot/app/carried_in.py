"""What an act carries of where it came from: the school and the subject, which are only hints."""

from bot.app.inbound import Act, Attached, Changed, Left, Pressed, Submitted
from bot.screens.press import Press


def school_in(act: Act) -> str:
    """The school's id; empty if the act says none."""
    pressed, form = _presses(act)
    return (pressed.school if pressed else "") or (form.school if form else "")


def subject_in(act: Act) -> str:
    """The id of the case, the draft or another thing that it is about; empty for none."""
    pressed, form = _presses(act)
    found = pressed or form
    return found.subject if found else ""


def _presses(act: Act) -> tuple[Press | None, Press | None]:
    """The button, and that of the form with which the act came."""
    match act:
        case Pressed(press, form):
            return press, form.press if form else None
        case Changed(form) | Submitted(form) | Left(form):
            return None, form.press
        case Attached(form=form) if form is not None:
            return None, form.press
        case _:
            return None, None
