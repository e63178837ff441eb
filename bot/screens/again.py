"""What opens a screen again, and where a document is that a platform hands over in a chat."""

from dataclasses import replace

from bot.domain.ids import DraftId
from bot.screens.facts import plain
from bot.screens.nodes import Done, Form, Paragraph, Reply, View
from bot.screens.press import Press, Verb
from bot.screens.say import Say


def what_opens(show: Form | View) -> Press:
    """The button that leads to the same screen, with all that was kept of it."""
    if isinstance(show, View):
        return show.here
    press = show.ref.press
    if press.verb is Verb.REPORT and press.subject:
        return Press(Verb.RESUME, DraftId(press.subject), school=press.school)
    return press


def with_where_it_is(reply: Reply) -> Reply:
    """The answer, which says that the document is in the chat, if one is handed over there."""
    if reply.hand is None:
        return reply
    says = plain(Say.HANDED_IN_CHAT)
    match reply.show:
        case Done():
            return replace(reply, show=Done(says))
        case Form() as form:
            return replace(reply, show=replace(form, intro=(Paragraph(says), *form.intro)))
        case View() as view:
            return replace(reply, show=replace(view, nodes=(Paragraph(says), *view.nodes)))
        case _:
            return reply
