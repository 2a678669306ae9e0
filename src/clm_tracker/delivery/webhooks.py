"""How does another system hear of events, and know that it was us? (Standard Webhooks)

The letter's identifier is the message's, the same at every try. Each try has its own moment, so that an old one cannot be
played back, and is signed with every secret that holds, so that a secret can be changed while letters are on their way.
"""

import base64
import binascii
import hashlib
import hmac
import ssl
from collections.abc import Iterable, Iterator
from contextlib import ExitStack
from datetime import datetime
from typing import Final
from urllib.parse import urlsplit
from uuid import UUID

from clm_tracker.delivery import outside
from clm_tracker.delivery.channels import Answer, Parcel
from clm_tracker.delivery.lookups import Lookups
from clm_tracker.delivery.outside import MayCall, MayNotCall
from clm_tracker.delivery.posting import TIMEOUT, Poster, Reply, Unanswered
from clm_tracker.domain.words import Channel, Outcome
from clm_tracker.kernel.clock import Clock
from clm_tracker.kernel.sayings import Saying, pack, saying

PREFIX: Final = "whsec_"
GONE: Final = 410


class Webhooks:
    """Posts to each address in turn; a server that does not answer is left alone for the rest of the batch."""

    channel: Final = Channel.WEBHOOK

    def __init__(
        self,
        clock: Clock,
        *,
        development: bool = False,
        tls: ssl.SSLContext | None = None,
        timeout: float = TIMEOUT,
    ) -> None:
        self._clock = clock
        self._development = development
        self._tls = tls
        self._timeout = timeout

    def carry(self, parcels: Iterable[Parcel]) -> Iterator[tuple[UUID, Answer]]:
        """Post each, and say at once what came of it."""
        with ExitStack() as open_:
            posters, lookups = dict[MayCall, Poster](), Lookups()
            silent: dict[str, Saying] = {}
            for parcel in parcels:
                yield parcel.id, self._one(parcel, open_, posters, lookups, silent)

    def _one(
        self,
        parcel: Parcel,
        open_: ExitStack,
        posters: dict[MayCall, Poster],
        lookups: Lookups,
        silent: dict[str, Saying],
    ) -> Answer:
        try:
            url, may_call = outside.checked(parcel.address, development=self._development)
        except MayNotCall as no:
            return _never(no.said)
        server = urlsplit(url).netloc
        if server in silent:
            return _later(silent[server])
        if may_call not in posters:
            poster = Poster(may_call, lookups=lookups, tls=self._tls, timeout=self._timeout)
            posters[may_call] = open_.enter_context(poster)
        body = parcel.text.encode()
        try:
            headers = signed(parcel.id, self._clock.now(), body, parcel.secrets)
        except ValueError:
            return _never(saying("There is no secret to sign it with. Make a new one."))
        try:
            return _understood(posters[may_call].post(url, body, headers))
        except MayNotCall as no:
            return _never(no.said)
        except Unanswered as no:
            silent[server] = no.said
            return _later(no.said)


def signed(id: UUID, at: datetime, body: bytes, secrets: Iterable[str]) -> dict[str, str]:
    """The headers by which a receiver knows whose message it is. Raises ValueError without a good secret."""
    stamp = str(int(at.timestamp()))
    content = b".".join((str(id).encode(), stamp.encode(), body))
    marks = [_mark(secret, content) for secret in secrets]
    if not marks:
        raise ValueError("A webhook without a secret would not be believed.")
    return {
        "Content-Type": "application/json",
        "webhook-id": str(id),
        "webhook-timestamp": stamp,
        "webhook-signature": " ".join(marks),
    }


def new_secret(random: bytes) -> str:
    """A secret as receivers write it down, from 24 to 64 random bytes."""
    return PREFIX + base64.b64encode(random).decode()


def _mark(secret: str, content: bytes) -> str:
    try:
        key = base64.b64decode(secret.removeprefix(PREFIX), validate=True)
    except binascii.Error:
        raise ValueError("A webhook's secret is base64 after whsec_.") from None
    return "v1," + base64.b64encode(hmac.new(key, content, hashlib.sha256).digest()).decode()


def _understood(reply: Reply) -> Answer:
    if 200 <= reply.status < 300:
        return Answer(outcome=Outcome.SENT, said=reply.words())
    if reply.status == GONE:
        return Answer(outcome=Outcome.NEVER, said=reply.words(), address_failed=True)
    if 300 <= reply.status < 400:
        return _never(
            saying(
                "It answered {status} and wanted the message at another address. Put that address in place of this one.",
                status=reply.status,
            )
        )
    return Answer(outcome=Outcome.LATER, said=reply.words())


def _later(said: Saying) -> Answer:
    return Answer(outcome=Outcome.LATER, said=pack(said))


def _never(said: Saying) -> Answer:
    return Answer(outcome=Outcome.NEVER, said=pack(said))
