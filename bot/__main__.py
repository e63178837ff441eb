"""``report-post``, the command line: how a command begins, and how each of them ends."""

import gc
import os
import sys
import traceback
from collections.abc import Sequence
from typing import Annotated

# What is loaded stays: walking through all of it to find what could be thrown away takes as long as
# loading much of it.
gc.disable()
try:
    import typer

    from bot.cli.commands import Commands
    from bot.cli.output import Ends, complain, nobody_reads, print_anything, say, stop
    from bot.domain.errors import ReportPostError
except KeyboardInterrupt:  # Ctrl-C while all this is still being loaded
    sys.exit(130)
finally:
    gc.freeze()
    gc.enable()

app = typer.Typer(
    cls=Commands,
    help="A chat bot with which school staff report parents' posts, and which follows the "
    "school's policy step by step.",
    epilog="Begin with: report-post try",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)


def _say_version(asked: bool) -> None:  # noqa: FBT001 - Typer calls it so
    if asked:
        from importlib.metadata import PackageNotFoundError, version  # noqa: PLC0415 - not often

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
    except PermissionError as error:
        complain(_not_permitted(error))
        sys.exit(Ends.WRONG_USE if error.filename else Ends.OUR_MISTAKE)
    except Exception as error:  # noqa: BLE001 - told here, without what it may quote
        complain(_our_mistake(error))
        sys.exit(Ends.OUR_MISTAKE)


def _not_permitted(error: PermissionError) -> str:
    if not error.filename:
        return _our_mistake(error)
    from pathlib import Path  # noqa: PLC0415 - not often

    from storage.permitted import why_not_permitted  # noqa: PLC0415 - not often

    return why_not_permitted(Path(os.fsdecode(error.filename)))


def _our_mistake(error: Exception) -> str:
    last = traceback.extract_tb(error.__traceback__)[-1]
    return (
        f"Something went wrong inside Report Post: {type(error).__name__} in {last.filename}, "
        f"line {last.lineno}. It is our mistake, not yours. Nothing that was kept before is lost."
    )


if __name__ == "__main__":
    main()
