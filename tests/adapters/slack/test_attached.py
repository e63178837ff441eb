"""A file that Slack sends again with its form is not taken again, whichever process it comes to."""

from adapters.slack.attached import TAKEN, Attachments
from adapters.slack.read import read_view
from bot.compose.upkeep import upkeep
from bot.domain.ids import DraftId
from bot.journeys.sample import file_named
from storage import SqlStore
from tests.builders import SchoolAtWork

from .at_work import AtWork
from .test_acts import files_of, fill, to_the_second_page


async def test_another_process_does_not_take_it_again(at: AtWork, school: SchoolAtWork) -> None:
    staff = at.member("staff")
    await to_the_second_page(at, staff)
    await fill(at, staff, {"poster": "parent-or-carer"})
    staff.modal.values["files.screenshots"] = files_of(at, file_named("a.png"))
    await at.done(staff.submit())
    held = read_view(staff.modal.payload())
    assert held.files["screenshots"]
    another = Attachments(at.client, at.host, at.workspace.report)
    assert "screenshots" not in (await another.fetched(held)).answers
    assert len(await at.host.kept(TAKEN)) == 1
    at.no_failures()
    assert held.form is not None
    store = school.school.store
    assert isinstance(store, SqlStore)
    upkeep(school.school, store)
    assert len(await at.host.kept(TAKEN)) == 1, "the report is still being written"
    with store.writing() as writing:
        writing.delete_draft(DraftId(held.form.press.subject))
    upkeep(school.school, store)
    assert await at.host.kept(TAKEN) == {}
