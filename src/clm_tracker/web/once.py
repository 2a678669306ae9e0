"""How does a request that is sent twice change things only once?

A form carries a one-time key, a program sends `Idempotency-Key`. The key is claimed in the unit of work that makes the
change, so both are kept or neither; the answer is written beside it afterwards. A second request with the same key
gets the first one's answer; while the first is still at work the second waits for its commit, in the database.
"""

import hmac
import re
import time
from dataclasses import dataclass, replace
from hashlib import sha256

from sqlalchemy import insert, select, update
from sqlalchemy.exc import IntegrityError
from starlette.datastructures import FormData, UploadFile
from starlette.responses import Response

from clm_tracker.db.tables import OnceKeyRow
from clm_tracker.db.units import Reading, Writing
from clm_tracker.kernel.refusals import Invalid, NotNow, invalid
from clm_tracker.kernel.speech import _

HEADER = "Idempotency-Key"
FIELD = "once"
LONGEST = 200
_KEY = re.compile(rf"[!-~]{{1,{LONGEST}}}")
CLAIMED = 0  # the status of a key whose answer is not written yet
KEPT_HEADERS = ("content-type", "etag", "location", "hx-location", "hx-redirect", "hx-trigger", "vary")
_WAIT_SECONDS, _STEP_SECONDS = 2.0, 0.05


class AnsweredBefore(Exception):
    """Another request with the same key was first."""


class UsedBefore(Invalid):
    """The key was used for a request that said something else. What was done stays; what is said now is not done."""


@dataclass(frozen=True, slots=True)
class Ticket:
    """What makes two requests the same one: the sender's key, the route, and a digest of what was sent."""

    key: str
    route: str
    digest: str
    in_form: bool = False  # whether a person's form brought the key

    @property
    def kept(self) -> str:
        """The key as it is kept. Several buttons of a form may each lead elsewhere, and each is a request of its own."""
        if not self.in_form:
            return self.key
        return _beside(self.key, sha256(self.route.encode()).hexdigest())


def ticket(key: str, route: str, sent: bytes | FormData, query: str = "", *, secret: bytes = b"") -> Ticket:
    """The ticket of a request. The digest is keyed with the `secret`: short answers are not guessed from it. A form counts by its answers, since its boundary differs each time it is sent.

    Raises Invalid for a key that is empty, too long or not plain text.
    """
    if not _KEY.fullmatch(key):
        raise invalid(
            HEADER,
            _("The {header} is 1 to {longest} plain characters without spaces.").format(
                header=HEADER, longest=LONGEST
            ),
        )
    seen = hmac.new(secret, query.encode("utf-8", "replace") + b"\n", sha256)
    if isinstance(sent, bytes):
        seen.update(sent)
    else:
        for name, value in sent.multi_items():
            if name == FIELD:
                continue
            for part in _parts(name, value):
                seen.update(f"{len(part)}:".encode() + part)
    return Ticket(key, route, seen.hexdigest())


def of_a_step(ticket: Ticket) -> Ticket:
    """The ticket for a form that is filled in step by step: the same key with other answers is the next step."""
    return replace(ticket, key=_beside(ticket.key, ticket.digest))


def _beside(key: str, digest: str) -> str:
    """The key with what tells requests with it apart, no longer than a key is."""
    return f"{key[: LONGEST - 33]}:{digest[:32]}"


def claim(unit: Writing, ticket: Ticket) -> None:
    """Take the key for this unit of work. Raises AnsweredBefore when another unit has committed with it."""
    row = insert(OnceKeyRow).values(
        key=ticket.kept,
        person_id=unit.actor.id,
        programme_id=unit.programme_id,
        route=ticket.route,
        request_hash=ticket.digest,
        status=CLAIMED,
        body=b"",
        created_at=unit.now,
    )
    try:
        unit.session.execute(row)
    except IntegrityError:
        raise AnsweredBefore from None


def earlier(look: Reading, ticket: Ticket) -> Response | None:
    """The answer given before to the same request; None when its key is new.

    Waits a moment for a first request that has committed and is writing its answer down. Raises UsedBefore when the key
    was used for another request, and NotNow when its answer was never written. That a key came by another route is only
    found of a program's: a form's is kept with its route.
    """
    until = time.monotonic() + _WAIT_SECONDS
    while True:
        row = _row(look, ticket)
        if row is None:
            return None
        if row.route != ticket.route or row.request_hash != ticket.digest:
            raise UsedBefore((), _used(ticket))
        if row.status != CLAIMED:
            return _again(row)
        if time.monotonic() >= until:
            raise NotNow("in_progress", _("The same request was sent a moment ago. Look whether it is done."))
        time.sleep(_STEP_SECONDS)
        look.session.rollback()  # the next look sees what was committed since


def keep(unit: Writing, ticket: Ticket, answer: Response) -> None:
    """Write the answer down, for whoever asks again."""
    headers = {name: value for name, value in answer.headers.items() if name in KEPT_HEADERS}
    location = headers.pop("location", None)
    unit.session.execute(
        update(OnceKeyRow)
        .where(
            OnceKeyRow.key == ticket.kept,
            OnceKeyRow.person_id == unit.actor.id,
            OnceKeyRow.programme_id == unit.programme_id,
        )
        .values(status=answer.status_code, body=bytes(answer.body), location=location, headers=headers)
    )


def _used(ticket: Ticket) -> str:
    if ticket.in_form:
        return _(
            "It is done as you sent it then. What you wrote now says something else, and is not sent yet."
        )
    return _("This {header} was used before, for a different request. Use a new one.").format(header=HEADER)


def _again(row: OnceKeyRow) -> Response:
    answer = Response(row.body, row.status, dict(row.headers))
    if row.location is not None:
        answer.headers["location"] = row.location
    answer.headers["Idempotency-Replayed"] = "true"
    return answer


def _row(look: Reading, ticket: Ticket) -> OnceKeyRow | None:
    return look.session.scalars(
        select(OnceKeyRow).where(
            OnceKeyRow.key == ticket.kept,
            OnceKeyRow.person_id == look.actor.id,
            OnceKeyRow.programme_id == look.programme_id,
        )
    ).one_or_none()


def _parts(name: str, value: UploadFile | str) -> tuple[bytes, ...]:
    if isinstance(value, str):
        return name.encode("utf-8", "replace"), value.encode("utf-8", "replace")
    content = value.file.read()
    value.file.seek(0)
    return name.encode(), (value.filename or "").encode("utf-8", "replace"), sha256(content).digest()
