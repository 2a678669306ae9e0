"""How is another system told of what happens here, and how does it know that it is us?"""

import secrets
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any, Final
from urllib.parse import urlsplit
from uuid import UUID

from sqlalchemy import select

from clm_tracker.commands import set_up
from clm_tracker.db.letters import trying
from clm_tracker.db.mint import new_id
from clm_tracker.db.tables import WebhookRow
from clm_tracker.db.units import Writing
from clm_tracker.delivery import outside
from clm_tracker.delivery.outside import MayNotCall
from clm_tracker.delivery.sealed import Seal
from clm_tracker.delivery.webhooks import new_secret
from clm_tracker.domain.letters import Reader
from clm_tracker.domain.notices import TELLS
from clm_tracker.domain.policy import Act
from clm_tracker.domain.words import Channel
from clm_tracker.kernel.refusals import NotNow, Stale, each, invalid
from clm_tracker.kernel.sayings import saying
from clm_tracker.kernel.speech import _

KINDS: Final = tuple(event.kind for event in TELLS)  # what another system can be told of
TEST: Final = "webhook_test"  # the kind of the letter by which one is tried out
OLD_HOLDS: Final = timedelta(hours=24)
MOST, LONGEST_NAME, BYTES = 20, 100, 32


@dataclass(frozen=True, slots=True)
class Made:
    """`secret` is shown this once; it is kept sealed."""

    id: UUID
    secret: str = field(repr=False)


def add(
    unit: Writing,
    seal: Seal,
    *,
    name: str,
    url: str,
    kinds: Iterable[str] = (),
    development: bool = False,
) -> Made:
    """Tell another system at `url` of these kinds of events, or of all. In development it may be on this machine."""
    unit.require(Act.SET_UP)
    known = unit.session.scalars(select(WebhookRow.id).where(WebhookRow.programme_id == unit.programme_id))
    if len(known.all()) >= MOST:
        raise NotNow("too_many", _("There are {n} webhooks already; change one of them.").format(n=MOST))
    values = _checked(name, url, kinds, development=development)
    made = Made(new_id(), new_secret(secrets.token_bytes(BYTES)))
    unit.session.add(
        WebhookRow(
            id=made.id,
            programme_id=unit.programme_id,
            secret=seal.close(made.secret),
            created_at=unit.now,
            version=1,
            **values,
        )
    )
    set_up.put(
        unit, "webhook", made.id, saying("added the webhook {name}", name=values["name"]), after=_told(values)
    )
    return made


def change(
    unit: Writing,
    webhook_id: UUID,
    *,
    name: str,
    url: str,
    kinds: Iterable[str],
    version: int,
    development: bool = False,
) -> None:
    """Give it another name, address or choice of events; what waits goes to the new address. Its secret stays.

    Raises Stale when somebody else changed it.
    """
    row = _own(unit, webhook_id, version)
    values = _checked(name, url, kinds, development=development)
    before = {column: getattr(row, column) for column in values}
    if values == before:
        return
    for column, value in values.items():
        setattr(row, column, value)
    row.version += 1
    what = saying("changed the webhook {name}", name=before["name"])
    set_up.put(unit, "webhook", row.id, what, before=_told(before), after=_told(values))


def rotate(unit: Writing, seal: Seal, webhook_id: UUID, *, version: int | None = None) -> Made:
    """Make a new secret; for a day what is sent is signed with the one before too, so that the receiver has time.

    Raises Stale as `change` does (None: not asked): a secret that somebody else made meanwhile would hold for a day only.
    """
    row = _own(unit, webhook_id, version)
    made = Made(row.id, new_secret(secrets.token_bytes(BYTES)))
    row.old_secret, row.old_until = row.secret, unit.now + OLD_HOLDS
    row.secret = seal.close(made.secret)
    row.version += 1
    what = saying("made a new secret for the webhook {name}", name=row.name)
    set_up.put(unit, "webhook", row.id, what, after={"old_until": row.old_until})
    return made


def disable(unit: Writing, webhook_id: UUID) -> None:
    """Tell it nothing more; what waits for it lapses."""
    row = _own(unit, webhook_id)
    if row.disabled_at is not None:
        raise NotNow("disabled", _("This webhook is off already."))
    row.disabled_at = unit.now
    row.version += 1
    what = saying("turned off the webhook {name}", name=row.name)
    set_up.put(unit, "webhook", row.id, what, after={"disabled_at": unit.now})


def enable(unit: Writing, webhook_id: UUID) -> None:
    """Tell it of what happens from now on."""
    row = _own(unit, webhook_id)
    if row.disabled_at is None:
        raise NotNow("enabled", _("This webhook is on already."))
    before = {"disabled_at": row.disabled_at}
    row.disabled_at, row.failures = None, 0
    row.version += 1
    what = saying("turned on the webhook {name}", name=row.name)
    set_up.put(unit, "webhook", row.id, what, before=before, after={"disabled_at": None})


def test(unit: Writing, webhook_id: UUID) -> UUID:
    """Send it a letter that says nothing, within the minute; what came of it stands in its log."""
    row = _own(unit, webhook_id)
    if row.disabled_at is not None:
        raise NotNow("disabled", _("This webhook is off. Turn it on first."))
    set_up.put(unit, "webhook", row.id, saying("tried out the webhook {name}", name=row.name))
    return trying.put(unit, Reader(channel=Channel.WEBHOOK, webhook_id=row.id), TEST)


def _own(unit: Writing, webhook_id: UUID, version: int | None = None) -> WebhookRow:
    unit.require(Act.SET_UP)
    row = set_up.own(unit, WebhookRow, webhook_id, "webhook")
    if version not in {None, row.version}:
        raise Stale(
            _("Somebody changed this webhook in the meantime. Look at it again."), version=row.version
        )
    return row


def _checked(name: str, url: str, kinds: Iterable[str], *, development: bool) -> dict[str, Any]:
    called, address, told = each(
        lambda: set_up.named("name", name, most=LONGEST_NAME),
        lambda: _address(url, development=development),
        lambda: _kinds(set(kinds)),
    )
    return {"name": called, "url": address, "kinds": told}


def _address(url: str, *, development: bool) -> str:
    url = url.strip()
    try:
        outside.checked(url, development=development)
    except MayNotCall as no:
        raise invalid("url", str(no.said)) from None
    return url


def _kinds(wanted: set[str]) -> tuple[str, ...]:
    if unknown := wanted - set(KINDS):
        raise invalid("kinds", _("There is no event called {kind}.").format(kind=min(unknown)[:60]))
    return tuple(kind for kind in KINDS if kind in wanted) if wanted != set(KINDS) else ()


def _told(values: dict[str, Any]) -> dict[str, Any]:
    """What the ledger keeps. Of the address the server alone: the rest of it may be a key."""
    return {"name": values["name"], "server": urlsplit(values["url"]).netloc, "kinds": list(values["kinds"])}
