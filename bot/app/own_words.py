"""What somebody wrote in a report that is not sent yet: shown to its writer alone, on demand."""

from collections.abc import Iterable

from bot.app.act import Look
from bot.app.drafts import Content, content_of, own_draft
from bot.domain.evaluate import holds_in_answers
from bot.domain.ids import DraftId
from bot.domain.policy import Policy
from bot.domain.questions import AnswerKind
from bot.screens.facts import plain
from bot.screens.nodes import Paragraph, Picture, Told, View, ViewNode
from bot.screens.press import Press, Verb
from bot.screens.say import Say


def own_words_view(look: Look, draft: DraftId) -> View:
    """The links, names and texts so far, and the pictures. Raises ``Invalid`` if it is gone."""
    content = content_of(own_draft(look, draft))
    nodes = tuple(_told(look.school.pack.policy, content))
    nothing = (Paragraph(plain(Say.NOTHING_FOUND)),)
    return View(plain(Say.MY_WORDS_TITLE), nodes or nothing, Press(Verb.MY_WORDS, draft))


def _told(policy: Policy, content: Content) -> Iterable[ViewNode]:
    for question in policy.questions.values():
        value = content.answers.get(question.id)
        if isinstance(value, tuple):
            label = plain(Say.LABEL, label=question.id)
            yield Told(label, value, links=question.kind is AnswerKind.LINKS)
    if holds_in_answers(policy.files_forbidden, content.answers):
        return
    for number, each in enumerate(content.files, start=1):
        label = plain(Say.EVIDENCE_LABEL, number=number)
        yield Picture(each.evidence, label, each.media_type)
