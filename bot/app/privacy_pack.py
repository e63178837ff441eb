"""Which documents the privacy pack has; what they say is filled in from the school and its pack."""

from bot.app.privacy.about import About
from bot.app.privacy.assessment import impact_assessment
from bot.app.privacy.blocks import PackDocument
from bot.app.privacy.notices import notice_for_parents, notice_for_staff
from bot.app.privacy.policy_document import policy_document
from bot.app.privacy.retention_schedule import retention_schedule
from bot.app.privacy.staff_guide import staff_guide


def privacy_pack(about: About) -> tuple[PackDocument, ...]:
    """Every document, the assessment first."""
    return (
        impact_assessment(about),
        notice_for_parents(about),
        notice_for_staff(about),
        retention_schedule(about),
        policy_document(about),
        staff_guide(about),
    )
