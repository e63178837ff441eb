"""What the platforms ask of the application, each loaded when somebody asks for it first.

All of it takes longer to load than the start may wait; whoever acts first waits a moment, beside
the event loop.
"""

from typing import TYPE_CHECKING

from bot.app.schools import Schools

if TYPE_CHECKING:
    from bot.app.documents import Document
    from bot.app.home import Home, Which
    from bot.app.inbound import Inbound, Person
    from bot.app.school import School
    from bot.domain.ids import EvidenceId
    from bot.screens.nodes import Reply


def respond_in(schools: Schools, inbound: "Inbound") -> "Reply":
    """``bot.app.which_school.respond_in``."""
    from bot.app import which_school  # noqa: PLC0415

    return which_school.respond_in(schools, inbound)


def home_in(
    schools: Schools,
    person: "Person",
    which: "Which | None" = None,
    page: int = 0,
    school: str = "",
) -> "Home":
    """``bot.app.home_in.home_in``; all of the open cases, if it is not said which."""
    from bot.app import home_in as home  # noqa: PLC0415
    from bot.app.home import Which  # noqa: PLC0415

    return home.home_in(schools, person, which or Which.ALL, page, school)


def evidence_in(
    schools: Schools, person: "Person", evidence: "EvidenceId", school: str
) -> tuple[bytes, str]:
    """``bot.app.school_of_file.evidence_in``. Raises ``Refused``."""
    from bot.app import school_of_file  # noqa: PLC0415

    return school_of_file.evidence_in(schools, person, evidence, school)


def document_in(schools: Schools, person: "Person", ref: str) -> "Document":
    """``bot.app.school_of_file.document_in``. Raises ``Refused``."""
    from bot.app import school_of_file  # noqa: PLC0415

    return school_of_file.document_in(schools, person, ref)


def named_in_document(schools: Schools, ref: str) -> "tuple[School, str] | None":
    """``bot.app.school_of_file.named_in_document``."""
    from bot.app import school_of_file  # noqa: PLC0415

    return school_of_file.named_in_document(schools, ref)


def is_still_needed(school: "School", ref: str) -> bool:
    """``bot.app.handed.is_still_needed``."""
    from bot.app import handed  # noqa: PLC0415

    return handed.is_still_needed(school, ref)
