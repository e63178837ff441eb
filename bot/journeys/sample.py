"""Who is who in the sample school, in which every journey happens (DESIGN, Journeys)."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final
from zoneinfo import ZoneInfo

from bot.domain.ids import Role

ZONE: Final = ZoneInfo("Europe/London")

CHANNEL: Final = "governors"
"""The label of the governors' channel: it gets messages and does nothing."""


@dataclass(frozen=True)
class SamplePerson:
    """Somebody with an account. ``member``: a full member of the school's workspace or tenant."""

    label: str
    named_in: Role | None = None
    """The role that ``bot/sample_school.toml`` names this person in."""
    member: bool = True

    @property
    def email(self) -> str:
        """The address by which ``bot/sample_school.toml`` gives the role."""
        return f"{self.label}@derwentvale.example"

    @property
    def roles(self) -> frozenset[Role]:
        """Every role held: the one named, and ``staff`` for full members."""
        named = frozenset({self.named_in} if self.named_in else ())
        return named | {Role.STAFF} if self.member else named


_PEOPLE: Final = (
    SamplePerson("staff"),
    SamplePerson("staff-2"),
    SamplePerson("staff-3"),
    SamplePerson("head", Role.HEAD),
    SamplePerson("deputy", Role.DEPUTY),
    SamplePerson("dsl", Role.DSL),
    # Governors are guests in most schools' workspaces: their role alone admits them.
    SamplePerson("chair", Role.CHAIR, member=False),
    SamplePerson("chair-2", Role.CHAIR, member=False),
    SamplePerson("admin", Role.ADMIN),
    SamplePerson("guest", member=False),
    SamplePerson("stranger", member=False),
)

PEOPLE: Final[Mapping[str, SamplePerson]] = {person.label: person for person in _PEOPLE}
"""By label, and within a role in the order of its holders."""

ADDRESSEES: Final = (*PEOPLE, CHANNEL)
"""Every label that a message can be sent to."""

# One transparent pixel.
_PNG: Final = bytes.fromhex(
    "89504e470d0a1a0a0000000d49484452000000010000000108060000001f15c489"
    "0000000d49444154789c6360000002000001e221bc330000000049454e44ae426082"
)
_PDF: Final = b"%PDF-1.4\n1 0 obj<</Type/Catalog>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n"


def file_named(name: str) -> bytes:
    """The bytes of a file in a journey: its ending says its kind, ``empty`` that it has none."""
    if name.startswith("empty"):
        return b""
    return {"png": _PNG, "pdf": _PDF}.get(name.rpartition(".")[2], b"neither picture nor PDF")


def holders_of(role: Role) -> tuple[str, ...]:
    """The labels of those whom ``school.toml`` names in the role, in order."""
    return tuple(person.label for person in _PEOPLE if person.named_in is role)


def role_meant(label: str) -> tuple[Role, str | None]:
    """The role that a label stands for, and the label again if it means a certain person.

    ``chair`` is the role; ``chair-2`` is the role and the person. KeyError if it stands for none.
    """
    role = next(iter(PEOPLE[label].roles - {Role.STAFF}), Role.STAFF)
    return role, None if label == role.value else label
