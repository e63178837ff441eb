"""``report-post``, the command line: which commands there are, and how each of them ends."""

import sys
import traceback
from collections.abc import Sequence
from importlib.metadata import PackageNotFoundError, version
from typing import Annotated

try:
    import typer

    from bot.cli.backup import backup, restore
    from bot.cli.digest import digest
    from bot.cli.doctor import doctor
    from bot.cli.init import init
    from bot.cli.keys import rotate_key
    from bot.cli.letters import letters
    from bot.cli.output import Ends, complain, nobody_reads, print_anything, say, stop
    from bot.cli.packs import commands as policy
    from bot.cli.privacy import privacy_pack
    from bot.cli.record import verify
    from bot.cli.retention import retention
    from bot.cli.serving import serve
    from bot.cli.stories import journey
    from bot.cli.subject_access import subject_access
    from bot.cli.teams import teams_package
    from bot.cli.trial import try_
    from bot.domain.errors import ReportPostError
except KeyboardInterrupt:  # Ctrl-C while all this is still being loaded
    sys.exit(130)

app = typer.Typer(
    help="A chat bot with which school staff report parents' posts, and which follows the "
    "school's policy step by step.",
    epilog="Begin with: report-post try",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)
app.command("try", short_help="Try it with a sample school.")(try_)
app.command(short_help="Write a school's settings, by asking.")(init)
app.command(short_help="Look whether everything is ready.")(doctor)
app.command(short_help="Run it for a school.")(serve)
app.command("teams-package", short_help="Make the app for Microsoft Teams.")(teams_package)
app.add_typer(policy, name="policy", short_help="Check, print or make a policy pack.")
app.command(short_help="Copy the letters, to change them.")(letters)
app.command(short_help="Play stories through a policy.")(journey)
app.command(short_help="Write the termly report for governors.")(digest)
app.command("privacy-pack", short_help="Write drafts for data protection.")(privacy_pack)
app.command(short_help="Check that the record was not altered.")(verify)
app.command(short_help="Show or do what the rules say of old cases.")(retention)
app.command("subject-access", short_help="Collect what is held on a person.")(subject_access)
app.command(short_help="Take a sealed copy of the record.")(backup)
app.command(short_help="Make a record of a backup again.")(restore)
app.command("rotate-key", short_help="Change the master key.")(rotate_key)


def _say_version(asked: bool) -> None:  # noqa: FBT001 - Typer calls it so
    if asked:
        try:
            say(f"report-post {version('report-post')}")
        except PackageNotFoundError:
            say("report-post, not installed")
        stop(Ends.WELL)


@app.callback()
def _options(
    *,
    _version: Annotated[
        bool,
        typer.Option("--version", help="Show the version.", callback=_say_version, is_eager=True),
    ] = False,
) -> None:
    pass


def main(arguments: Sequence[str] | None = None) -> None:
    """Runs a command and ends the process with its code; never with a traceback."""
    print_anything()
    try:
        app(arguments, prog_name="report-post")
    except ReportPostError as error:
        complain(str(error))
        sys.exit(Ends.WRONG_USE)
    except BrokenPipeError:
        nobody_reads()
    except Exception as error:  # noqa: BLE001 - told here, without what it may quote
        complain(_our_mistake(error))
        sys.exit(Ends.OUR_MISTAKE)


def _our_mistake(error: Exception) -> str:
    last = traceback.extract_tb(error.__traceback__)[-1]
    return (
        f"Something went wrong inside Report Post: {type(error).__name__} in {last.filename}, "
        f"line {last.lineno}. It is our mistake, not yours. Nothing that was kept before is lost."
    )


if __name__ == "__main__":
    main()
