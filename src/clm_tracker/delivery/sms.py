"""How does a batch of letters go out as messages of phones?"""

import re
import ssl
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from typing import Final
from uuid import UUID

from clm_tracker.delivery import outside, sms_gateways
from clm_tracker.delivery.channels import Answer, Parcel
from clm_tracker.delivery.outside import MayNotCall
from clm_tracker.delivery.phone_numbers import NoNumber, number
from clm_tracker.delivery.posting import Poster, Unanswered
from clm_tracker.delivery.sms_gateways import (
    Account,
    AfricasTalking,
    Gateway,
    Generic,
    Message,
    Style,
    Twilio,
)
from clm_tracker.delivery.sms_parts import parts
from clm_tracker.domain.words import Channel, Outcome
from clm_tracker.kernel.sayings import pack

TIMEOUT: Final = 20.0
LONGEST_ANSWER: Final = 64_000  # bytes that are read: enough for one message
TOO_MANY: Final = 429
MOST_TROUBLE: Final = 2  # messages in a row without an answer, before the rest waits
_CODE = re.compile(r"[1-9][0-9]{0,3}")


class Sms:
    """Hands messages to a gateway; one that is silent, or asks for patience, is left alone for the rest of the batch."""

    channel: Final = Channel.SMS

    def __init__(
        self,
        url: str,
        gateway: Gateway,
        *,
        country_code: str = "",
        tls: ssl.SSLContext | None = None,
        timeout: float = TIMEOUT,
    ) -> None:
        self._url = url
        self._gateway = gateway
        self._country_code = country_code
        self._tls = tls
        self._timeout = timeout

    def carry(self, parcels: Iterable[Parcel]) -> Iterator[tuple[UUID, Answer]]:
        """Hand over each in turn, and say at once what became of it."""
        trouble, given_up = 0, ""
        with Poster(tls=self._tls, timeout=self._timeout, most=LONGEST_ANSWER) as poster:
            for parcel in parcels:
                if given_up:
                    yield parcel.id, Answer(outcome=Outcome.LATER, said=given_up)
                    continue
                try:
                    answer, patience = self._one(parcel, poster)
                    trouble, given_up = 0, answer.said if patience else ""
                except Unanswered as no:
                    answer = Answer(outcome=Outcome.LATER, said=pack(no.said))
                    trouble += 1
                    given_up = answer.said if not no.sent or trouble >= MOST_TROUBLE else ""
                yield parcel.id, answer

    def _one(self, parcel: Parcel, poster: Poster) -> tuple[Answer, bool]:
        """What the gateway said, and whether it asks to be left alone for now."""
        try:
            to = number(parcel.address, self._country_code)
        except NoNumber as no:
            return Answer(outcome=Outcome.NEVER, said=pack(no.said), address_failed=True), False
        asked = self._gateway.asks(Message(id=str(parcel.id), to=to, text=parcel.text))
        reply = poster.post(self._url, asked.body, asked.headers)
        answer = replace(self._gateway.means(reply), parts=parts(parcel.text))
        return answer, reply.status == TOO_MANY


def carrier(
    url: str,
    style: Style,
    account: Account,
    *,
    country_code: str = "",
    names: str = "",
    reference: str = "",
    tls: ssl.SSLContext | None = None,
    timeout: float = TIMEOUT,
) -> Sms:
    """Messages by the gateway at `url`, whose name and password may stand in it. Raises ValueError with a sentence."""
    bare, user, key = sms_gateways.basic_of(url)
    try:
        called = outside.called(bare)
    except MayNotCall:
        raise ValueError("Write the address of the gateway, such as https://sms.example.org/send.") from None
    account = replace(account, user=account.user or user, key=account.key or key)
    gateway: Gateway
    if style is Style.AFRICAS_TALKING:
        gateway = AfricasTalking(account=_named(account))
    elif style is Style.TWILIO:
        gateway = Twilio(account=_named(account, sender=True))
    else:
        gateway = Generic(
            account=account, names=fields(names), form=style is Style.FORM, reference=reference.strip()
        )
    return Sms(called, gateway, country_code=code(country_code), tls=tls, timeout=timeout)


def code(written: str) -> str:
    """A country's code without its plus, or nothing. Raises ValueError with a sentence."""
    digits = written.strip().removeprefix("+")
    if digits and not _CODE.fullmatch(digits):
        raise ValueError("Write a country's code such as 855.")
    return digits


def fields(written: str) -> Mapping[str, str]:
    """From "to=recipient, text=message": how the gateway calls each. Raises ValueError with a sentence."""
    pairs = [pair.partition("=") for pair in written.split(",") if pair.strip()]
    names = {ours.strip(): theirs.strip() for ours, _, theirs in pairs}
    wrong = [ours for ours, theirs in names.items() if ours not in sms_gateways.FIELDS or not theirs]
    if wrong or len(names) < len(pairs) or not {"to", "text"} <= names.keys():
        known = ", ".join(sms_gateways.FIELDS)
        raise ValueError(
            f"Write fields as to=recipient,text=message; there are {known}, and to and text are needed."
        )
    return names


def _named(account: Account, *, sender: bool = False) -> Account:
    if not account.user or not account.key:
        raise ValueError("This gateway wants CLM_SMS_USER and CLM_SMS_KEY.")
    if sender and not account.sender:
        raise ValueError("This gateway wants CLM_SMS_FROM.")
    return account
