"""Decides what a template of a letter may say: show a field, repeat a list, leave something out.

Everything else that Jinja can do is refused before anything runs, by what is allowed and not by
what is forbidden; the sandbox stands behind it all the same.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Final, NamedTuple, Never

from jinja2 import StrictUndefined, TemplateSyntaxError, nodes
from jinja2.exceptions import SecurityError
from jinja2.sandbox import ImmutableSandboxedEnvironment

from bot.app.letter_fields import Field, Shape
from bot.policies.problems import did_you_mean

FILTERS: Final = ("capitalize", "first", "join", "last", "length", "lower", "upper")
_LOOP: Final = ("first", "index", "last", "length")
_DEEPEST: Final = 2
"""Lists within lists; more would only make a letter long."""

_EACH: Final = (
    "Write {{%p for each in {name} %}}, {{{{ each{part} }}}} and {{%p endfor %}}, each in a "
    "paragraph of its own."
)
_TAKE_OUT: Final = "Take it out, or copy that part again from the letter that comes with the bot."


class Mistake(NamedTuple):
    """What is wrong in a text: near which words, what, and how to mend it."""

    place: str
    wrong: str
    mend: str


class LetterLanguage(ImmutableSandboxedEnvironment):
    """Jinja with nothing to call, nothing to load, and no attribute but a row's and a loop's."""

    def __init__(self) -> None:
        super().__init__(autoescape=True, undefined=StrictUndefined, loader=None)
        self.globals.clear()
        self.filters = {name: self.filters[name] for name in FILTERS}
        self.tests = {"defined": self.tests["defined"]}

    def is_safe_attribute(self, obj: object, attr: str, value: object) -> bool:
        return type(obj).__name__ == "LoopContext" and attr in _LOOP and value is not None

    def getattr(self, obj: object, attribute: str) -> object:
        """A row's field; never a method of the row, of which Jinja would otherwise think first."""
        if isinstance(obj, Mapping):
            found: object = obj.get(attribute)
            return self.undefined(obj=obj, name=attribute) if found is None else found
        return super().getattr(obj, attribute)

    def call(__self, *_: object, **__: object) -> Never:  # noqa: N805 - Jinja's own name for it
        raise SecurityError("A template calls nothing.")


def mistakes_in(text: str, fields: Mapping[str, Field]) -> Iterator[Mistake]:
    """Everything in a template's text that it may not say; each line of ``text`` a paragraph."""
    try:
        tree = LetterLanguage().parse(text)
    except TemplateSyntaxError as wrong:
        yield _unreadable(text, wrong)
        return
    except RecursionError:
        yield Mistake("", "is put together in too deep a way.", _TAKE_OUT)
        return
    yield from _Reader(text, fields).body(tree.body, fields, 0)


def near(text: str, line: int) -> str:
    """The words of a paragraph, so that somebody can find it in Word."""
    lines = text.split("\n")
    words = _words(lines[line - 1]) if 0 < line <= len(lines) else ""
    return f"near “{words[:59]}…”" if len(words) > 60 else f"near “{words}”" if words else ""


def _words(xml: str) -> str:
    return " ".join(re.sub(r"<[^>]*>", "", xml).split())


def _unreadable(text: str, wrong: TemplateSyntaxError) -> Mistake:
    message = wrong.message or ""
    place = near(text, wrong.lineno)
    if message.startswith("Unexpected end of template"):
        return Mistake(
            place,
            "has a {% for %} or an {% if %} that is not ended.",
            "Write {%p endfor %} or {%p endif %} after it, in a paragraph of its own.",
        )
    if re.search("end of print statement|expected token|unexpected", message):
        return Mistake(
            place, "has a field that cannot be read.", "A field looks like this: {{ date }}."
        )
    tag = re.search(r"unknown tag '([a-z_]{1,20})'", message)
    said = f"has {{% {tag[1]} %}}, which" if tag else "has a field that"
    return Mistake(place, f"{said} cannot be understood.", _TAKE_OUT)


class _Reader:
    """Walks through a template, with what each name means where it stands."""

    def __init__(self, text: str, fields: Mapping[str, Field]) -> None:
        self._text = text
        self._fields = fields

    def body(
        self, parts: Sequence[nodes.Node], known: Mapping[str, Field], depth: int
    ) -> Iterator[Mistake]:
        for part in parts:
            match part:
                case nodes.Output():
                    for each in part.nodes:
                        yield from self._shown(each, known)
                case nodes.For():
                    yield from self._repeated(part, known, depth)
                case nodes.If():
                    yield from self._asked(part.test, known)
                    yield from self.body([*part.body, *part.elif_, *part.else_], known, depth)
                case _:
                    yield self._refused(part)

    def _shown(self, node: nodes.Node, known: Mapping[str, Field]) -> Iterator[Mistake]:
        if isinstance(node, nodes.TemplateData):
            yield from self._leftover(node)
            return
        yield from self._asked(node, known)
        meant = self._meaning(node, known)
        if meant is None or meant.shape is Shape.TEXT:
            return
        name = _name(node)
        yield Mistake(f"{{{{ {name} }}}}", *self._told_of(meant, name))

    def _told_of(self, meant: Field, name: str) -> tuple[str, str]:
        part = f".{next(iter(meant.columns))}" if meant.columns else ""
        if meant.shape is Shape.YES_NO:
            wrong = "is a yes or a no, and no text."
            return wrong, f"Ask for it: {{%p if {name} %}} …, {{%p endif %}}."
        if name in self._fields:
            return "is a list, and no text.", _EACH.format(name=name, part=part)
        return "is several things, and no text.", f"Name one of them: {{{{ {name}{part} }}}}."

    def _leftover(self, node: nodes.TemplateData) -> Iterator[Mistake]:
        """Braces that were meant to be a field, and would be sent as they are."""
        for number, line in enumerate(node.data.split("\n")):
            words = _words(line)
            single = re.search(r"\{\s*(\w+)\s*\}", words)
            halves = re.search(r"\{\{|\}\}|\{%|%\}", words)
            if halves or (single and single[1] in self._fields):
                yield Mistake(
                    near(self._text, node.lineno + number),
                    "has a brace too few or too many.",
                    "A field has two on each side: {{ date }}.",
                )

    def _repeated(
        self, part: nodes.For, known: Mapping[str, Field], depth: int
    ) -> Iterator[Mistake]:
        if (
            depth >= _DEEPEST
            or part.recursive
            or part.test
            or not isinstance(part.target, nodes.Name)
        ):
            yield self._refused(part)
            return
        wrong = tuple(self._asked(part.iter, known))
        yield from wrong
        meant = self._meaning(part.iter, known)
        if meant is not None and meant.shape not in {Shape.LIST, Shape.ROWS}:
            name = _name(part.iter)
            yield Mistake(f"{{% for … in {name} %}}", "goes through what is no list.", _TAKE_OUT)
        if meant is None and not wrong:
            yield self._refused(part)
        row = _row_of(meant)
        yield from self.body(
            part.body, {**known, part.target.name: row, "loop": _LOOPING}, depth + 1
        )
        yield from self.body(part.else_, known, depth)

    def _asked(self, node: nodes.Node, known: Mapping[str, Field]) -> Iterator[Mistake]:
        """Every field of an expression must be there, and nothing in it may do anything."""
        match node:
            case nodes.Const():
                return
            case nodes.Name():
                if node.name not in known:
                    mend = did_you_mean(node.name, self._fields)
                    yield Mistake(f"{{{{ {node.name} }}}}", "is not a field of this letter.", mend)
            case nodes.Getattr(node=nodes.Name()):
                yield from self._column(node, known)
            case nodes.Filter() if node.name not in FILTERS:
                yield Mistake(f"“| {node.name}”", "is not there to be used.", _TAKE_OUT)
            case nodes.Test() if node.name != "defined":
                yield self._refused(node)
            case (
                nodes.Filter()
                | nodes.Test()
                | nodes.Compare()
                | nodes.Operand()
                | nodes.Not()
                | nodes.And()
                | nodes.Or()
                | nodes.CondExpr()
            ):
                for child in node.iter_child_nodes():
                    yield from self._asked(child, known)
            case _:
                yield self._refused(node)

    def _column(self, node: nodes.Getattr, known: Mapping[str, Field]) -> Iterator[Mistake]:
        yield from self._asked(node.node, known)
        meant = known.get(_name(node.node))
        if meant is None or "" in meant.columns or node.attr in meant.columns:
            return
        place = f"{{{{ {_name(node)} }}}}"
        if not meant.columns:
            yield Mistake(place, "asks for a part of what has none.", _TAKE_OUT)
        else:
            yield Mistake(
                place,
                f"is not there: {meant.name} has nothing of that name.",
                did_you_mean(node.attr, meant.columns),
            )

    def _meaning(self, node: nodes.Node, known: Mapping[str, Field]) -> Field | None:
        """What a name means; ``None`` for what is put together from several."""
        return known.get(node.name) if isinstance(node, nodes.Name) else None

    def _refused(self, node: nodes.Node) -> Mistake:
        return Mistake(
            near(self._text, node.lineno),
            "does more than show a field, repeat a list or leave something out.",
            _TAKE_OUT,
        )


def _row_of(meant: Field | None) -> Field:
    """What a name stands for that goes through a list; anything, where the list is not known."""
    if meant is None:
        return Field("", "", Shape.TEXT, {"": ""})
    if meant.shape is Shape.LIST:
        return Field(meant.name, "")
    return Field(meant.name, "", Shape.ROWS, meant.columns or {"": ""})


_LOOPING: Final = Field("loop", "", Shape.ROWS, dict.fromkeys(_LOOP, ""))


def _name(node: nodes.Node) -> str:
    match node:
        case nodes.Name():
            return node.name
        case nodes.Getattr():
            return f"{_name(node.node)}.{node.attr}"
        case _:
            return "…"
