"""Which words does `clm-tracker` understand?

One line a command: its name, where it lives, what it does. A command's module is imported when the command is called,
so that `--help` does not wait for the database or the web.
"""

import sys
from errno import EADDRINUSE
from importlib import import_module
from typing import Any, NoReturn

import typer
from typer.core import TyperCommand, TyperGroup

from clm_tracker import __version__
from clm_tracker.kernel.refusals import Refusal

# name: (module and attribute: a function, or a typer.Typer for a group of words, first sentence of its help)
COMMANDS: dict[str, tuple[str, str]] = {
    "backup": (
        "clm_tracker.cli.backup:backup",
        "Copy the database and the evidence, as they stand at one moment, into one file.",
    ),
    "bench": (
        "clm_tracker.cli.bench:bench",
        "Measure the program against what the database itself can do.",
    ),
    "demo": (
        "clm_tracker.cli.demo:demo",
        "Prepare a demonstration in the data folder, say who can sign in, and serve it.",
    ),
    "due": ("clm_tracker.cli.due:due", "Print a due date and each day counted or skipped, with the reason."),
    "explain": (
        "clm_tracker.cli.explain:explain",
        "Print a finding's facts, ladder, due dates day by day, and what is decided about it now.",
    ),
    "export": (
        "clm_tracker.cli.export:export",
        "Write findings, actions, escalations, the ledger or everything to a .csv, .xlsx or .jsonl file.",
    ),
    "import": (
        "clm_tracker.cli.intake:import_",
        "Take in areas, sites, duty bearers or findings from a file, whole or not at all.",
    ),
    "restore": (
        "clm_tracker.cli.backup:restore",
        "Fill an empty database and the evidence from a backup; a damaged file is refused and changes nothing.",
    ),
    "settings": (
        "clm_tracker.cli.settings:settings",
        "Print each setting with its meaning, value and source.",
    ),
    "verify": (
        "clm_tracker.cli.verify:verify",
        "Compare every finding with its ledger and every obligation with its promise; name the first thing wrong.",
    ),
    "health": (
        "clm_tracker.cli.engine:health",
        "Say whether the engine keeps its promises; exit 1 when one is broken.",
    ),
    "outbox": (
        "clm_tracker.cli.engine:outbox",
        "Print the notices that wait to be sent, oldest first, and what each waits for.",
    ),
    "receive": (
        "clm_tracker.cli.receive:receive",
        "Take in one message that came by mail, from a pipe of a mail server; the exit status is one of sysexits.h.",
    ),
    "simulate": (
        "clm_tracker.cli.engine:simulate",
        "Print what happens in the next days if nobody does anything, to one finding or to all.",
    ),
    "sweep": (
        "clm_tracker.cli.engine:sweep",
        "Sweep once: remind, enter and propose stages, end pauses; print what was done. Exit 1 when a row could not be decided.",
    ),
    "work": (
        "clm_tracker.cli.work:work",
        "Do the jobs (sweeps, the auditor, clearing up) until stopped by Ctrl-C or SIGTERM.",
    ),
    "init": (
        "clm_tracker.cli.begin:init",
        "Begin a new programme: its database, first coordinator, calendar, ladders and themes.",
    ),
    "migrate": (
        "clm_tracker.cli.begin:migrate",
        "Bring the database to this program's schema.",
    ),
    "serve": (
        "clm_tracker.cli.serve:serve",
        "Serve pages and JSON, and do the jobs.",
    ),
    "token": (
        "clm_tracker.cli.people:token",
        "Create and revoke the tokens of programs.",
    ),
    "user": (
        "clm_tracker.cli.people:user",
        "Add, list and disable people.",
    ),
}


def load(name: str) -> TyperCommand | TyperGroup:
    """The command called `name`, imported now; ready to be called by Typer."""
    place, _ = COMMANDS[name]
    module, attribute = place.split(":")
    found = getattr(import_module(module), attribute)
    if isinstance(found, typer.Typer):
        group = typer.main.get_group(found)
        group.name = name
        return group
    alone = typer.Typer(add_completion=False, pretty_exceptions_enable=False)
    alone.command(name)(found)
    command = typer.main.get_command(alone)
    assert isinstance(command, TyperCommand)
    return command


class LateGroup(TyperGroup):
    """Knows each command by name and sentence, and imports only the one that is called."""

    def __init__(self, **attributes: Any) -> None:
        super().__init__(**attributes)
        for name, (_, sentence) in COMMANDS.items():
            self.add_command(TyperCommand(name, help=sentence, callback=None))

    def resolve_command(self, ctx: Any, args: list[str]) -> tuple[str | None, Any, list[str]]:  # noqa: ANN401 - Typer keeps the type private
        """The real command in place of its sentence."""
        name, command, rest = super().resolve_command(ctx, args)
        return name, load(name) if name in COMMANDS else command, rest


def _print_version(wanted: bool) -> None:
    if wanted:
        print(f"clm-tracker {__version__}")
        raise typer.Exit


cli = typer.Typer(
    name="clm-tracker",
    cls=LateGroup,
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    help="Findings of community-led monitoring, who must act, and escalation until it is fixed and verified.",
)


@cli.callback()
def _root(
    version: bool = typer.Option(
        False, "--version", help="Print the version.", callback=_print_version, is_eager=True
    ),
) -> None:
    del version


# What each library raises when the database says no; most words never load them.
_DATABASE = {"sqlalchemy.exc": "DBAPIError", "psycopg": "Error"}


def main() -> NoReturn:
    """Run one command. Exit 0 done, 1 refused or found wrong, 2 misuse."""
    try:
        cli()
    except Exception as error:
        said = _sentence(error)
        if said is None:
            raise
        print(said, file=sys.stderr)
    sys.exit(1)


def _sentence(error: Exception) -> str | None:
    """What to say of a refusal, or of a no of the machine or the database; None for a mistake of ours, which is shown whole."""
    if isinstance(error, Refusal):
        return _with_reason(error.sentence, getattr(error.__cause__, "orig", ""))
    if isinstance(error, OSError):
        return _of_the_machine(error)
    loaded = {name: sys.modules[name] for name in _DATABASE if name in sys.modules}
    if any(isinstance(error, getattr(loaded[name], _DATABASE[name])) for name in loaded):
        return _with_reason("The database could not do this.", getattr(error, "orig", error))
    return None


def _of_the_machine(error: OSError) -> str:
    reason = error.strerror or error
    if error.errno == EADDRINUSE:
        return "Another program uses the address and port that this needs."
    if error.filename is None:
        return f"The machine could not do this: {reason}."
    if isinstance(error, FileNotFoundError):
        return f"There is no file or folder {error.filename}."
    if isinstance(error, PermissionError):
        return f"This program may not use {error.filename}."
    return f"The machine could not do this with {error.filename}: {reason}."


def _with_reason(sentence: str, reason: object) -> str:
    """The sentence with what the database itself said, for whoever holds the machine."""
    said = str(reason).strip()
    return f"{sentence.removesuffix('.')}: {said.splitlines()[0]}" if said else sentence
