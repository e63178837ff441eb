"""A browser without a window: reads a drawn form, fills it in, and posts what a browser would post.

It follows HTML's "Form submission" where that changes an answer: line ends are posted as CR LF, a
text area drops its first line end, a text field holds none, nothing ticked is nothing posted.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from html.parser import HTMLParser

from adapters.desk.inbound import Payload
from bot.app.inbound import Given, Upload
from bot.domain.personal import Personal


@dataclass
class Control:
    """A control of a form, with what it holds now."""

    kind: str
    name: str
    value: str
    checked: bool = False
    alone: bool = False
    label: str = ""
    files: tuple[Upload, ...] = ()


@dataclass
class PretendForm:
    """The first form with questions in a page or fragment."""

    html: str
    controls: list[Control] = field(default_factory=list)
    buttons: list[Control] = field(default_factory=list)
    title: str = ""

    def __post_init__(self) -> None:
        reader = _Reader(self)
        reader.feed(self.html.replace("\r\n", "\n").replace("\r", "\n"))
        reader.close()

    @property
    def asked(self) -> dict[str, str]:
        """The kind of each field that the form asks, by the field's id."""
        names = (each.value for each in self.controls if each.name == "asks")
        return {name.split(".", 1)[1]: name.split(".", 1)[0] for name in names}

    def fill(self, answers: Mapping[str, Given]) -> None:
        """Answers as a person would: what is not in the form cannot be answered."""
        for name, given in answers.items():
            kind = self.asked[name]
            for control in self.controls:
                if control.name == f"{kind}.{name}":
                    _fill(control, given)

    def button(self, label: str) -> str:
        """What a button does that has that label."""
        return next(each.value for each in self.buttons if each.label == label)

    def payload(self, do: str = "submit") -> Payload:
        """What is posted when a button is pressed."""
        posted: list[tuple[str, str | Upload]] = []
        for control in self.controls:
            match control.kind:
                case "radio" | "checkbox":
                    if control.checked:
                        posted.append((control.name, control.value))
                case "file":
                    posted.extend((control.name, upload) for upload in control.files)
                case _:
                    posted.append((control.name, _line_ends(control.value)))
        return (*posted, ("do", do))


def _fill(control: Control, given: Given) -> None:
    match given:
        case Personal():
            control.value = _held(control.kind, given.reveal())
        case tuple() if control.kind == "file":
            control.files = tuple(each for each in given if isinstance(each, Upload))
        case tuple() if control.kind == "textarea":
            control.value = "\n".join(e.reveal() for e in given if isinstance(e, Personal))
        case tuple():
            control.checked = control.value in given
        case str() | None:
            control.checked = control.value == given
        case _:
            raise TypeError(type(given))


def _held(kind: str, text: str) -> str:
    return text.replace("\r", "").replace("\n", "") if kind == "text" else text


def _line_ends(text: str) -> str:
    return text.replace("\r\n", "\n").replace("\r", "\n").replace("\n", "\r\n")


class _Reader(HTMLParser):
    def __init__(self, form: PretendForm) -> None:
        super().__init__()
        self._form = form
        self._inside = self._over = False
        self._text: Control | None = None
        self._labels: dict[str, Control] = {}
        self._title = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if tag == "form" and "data-form" in given and not self._over:
            self._inside = True
        if not self._inside:
            return
        if tag == "h2":
            self._title = True
        if tag in {"input", "textarea"}:
            self._control(tag, given)
        if tag == "button":
            self._text = Control("button", given.get("name", ""), given.get("value", ""))
            self._form.buttons.append(self._text)
        if tag == "label" and given.get("for") in self._labels:
            self._text = Control("label", "", given["for"])

    def _control(self, tag: str, given: dict[str, str]) -> None:
        kind = "textarea" if tag == "textarea" else given["type"]
        value = _held(kind, given.get("value", ""))
        control = Control(kind, given["name"], value, "checked" in given, "data-alone" in given)
        self._form.controls.append(control)
        self._labels[given.get("id", "")] = control
        if tag == "textarea":
            self._text = control

    def handle_data(self, data: str) -> None:
        if self._title:
            self._form.title += data
        if self._text is None:
            return
        if self._text.kind == "textarea":
            self._text.value += data
        elif self._text.kind == "label":
            self._labels[self._text.value].label += data.strip()
        else:
            self._text.label += data.strip()

    def handle_endtag(self, tag: str) -> None:
        if tag == "h2":
            self._title = False
        if tag == "textarea" and self._text is not None:
            self._text.value = self._text.value.removeprefix("\n")
        if tag in {"textarea", "label", "button"}:
            self._text = None
        if tag == "form" and self._inside:
            self._inside, self._over = False, True
