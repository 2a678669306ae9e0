"""How does a mail server hand a message to the command line, and what is it told by the exit status?

The numbers are those of sysexits.h, as Postfix, Exim, sendmail and maildrop read them.
"""

import sys
from pathlib import Path
from typing import Annotated

import typer
from sqlalchemy.exc import OperationalError

from clm_tracker import worker
from clm_tracker.cli import here
from clm_tracker.commands import messages
from clm_tracker.domain.words import Effect
from clm_tracker.intake import mail
from clm_tracker.kernel.refusals import Refusal
from clm_tracker.settings import load

NO_INPUT, NO_USER, TRY_AGAIN, NOT_SET_UP = 66, 67, 75, 78


def receive(
    file: Annotated[
        str, typer.Argument(metavar="[FILE|-]", help="The raw message; - reads it from a pipe.")
    ] = "-",
    recipient: Annotated[
        str | None, typer.Option(help="Whom the mail server took it for; its headers say so otherwise.")
    ] = None,
) -> None:
    """Take in one message that came by mail, from a pipe of a mail server; the exit status is one of sysexits.h."""
    settings = load()
    if settings.reply_domain is None:
        raise _end(NOT_SET_UP, "CLM_REPLY_DOMAIN is not set, so there are no addresses for answers.")
    try:
        raw = _read(file)
    except OSError as error:
        raise _end(NO_INPUT, f"The message cannot be read: {error.strerror}.") from None
    try:
        with here.store() as store:
            box = worker.box_of(settings, store)
            assert box is not None
            got = messages.receive(box, raw, here.clock(store).now(), recipient=recipient)
    except Refusal as no:
        raise _end(TRY_AGAIN, no.sentence) from None
    except OperationalError:
        raise _end(TRY_AGAIN, "The database does not answer.") from None
    print(f"{got.effect}: {got.why}" if str(got.why) else str(got.effect))
    if got.effect is Effect.UNKNOWN:
        raise typer.Exit(NO_USER)


def _read(file: str) -> bytes:
    """The message, as far as it may be long, and one byte more."""
    if file == "-":
        return sys.stdin.buffer.read(mail.LARGEST + 1)
    with Path(file).open("rb") as source:
        return source.read(mail.LARGEST + 1)


def _end(status: int, why: str) -> typer.Exit:
    """The end, with the reason for the log of the mail server."""
    print(why, file=sys.stderr)
    return typer.Exit(status)
