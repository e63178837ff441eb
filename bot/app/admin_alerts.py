"""What the administrator is told of the running of the bot: never anything of a case."""

from bot.app.intents import Intent, ToRole
from bot.app.school import School
from bot.domain.ids import MessageKind, Role


def tell_of_backup(school: School) -> None:
    """The night’s backup was not taken, or is one of a damaged record; once a day."""
    now = school.now()
    key = f"backup:{school.today().isoformat()}"
    facts = {"why": "backup"}
    alert = Intent(key, MessageKind.ADMIN_ALERT, ToRole(Role.ADMIN), now, (), facts)
    with school.store.writing() as writing:
        writing.enqueue([alert])
