"""How does a message of a phone go out by any of the services that Apprise knows? An extra: `pip install -e .[apprise]`.

Apprise says whether a service took a message, and nothing that could be asked about later: what can be done by a gateway
of `sms_gateways` is better done there.
"""

import logging
from collections.abc import Iterable, Iterator
from importlib import import_module
from typing import Any, Final
from urllib.parse import quote
from uuid import UUID

from clm_tracker.delivery.channels import Answer, Parcel
from clm_tracker.delivery.phone_numbers import NoNumber, number
from clm_tracker.delivery.sms_parts import parts
from clm_tracker.domain.words import Channel, Outcome
from clm_tracker.kernel.sayings import pack, saying

PREFIX: Final = "apprise+"
TO: Final = "{to}"
MOST_TROUBLE: Final = 2


class Apprise:
    """Sends each message by one of Apprise's addresses, with the number in its place."""

    channel: Final = Channel.SMS

    def __init__(self, library: Any, address: str, country_code: str) -> None:  # noqa: ANN401 - not always installed
        self._library = library
        self._address = address
        self._country_code = country_code
        logging.getLogger("apprise").setLevel(logging.CRITICAL)  # its log lines hold numbers and texts (R41)

    def carry(self, parcels: Iterable[Parcel]) -> Iterator[tuple[UUID, Answer]]:
        """Hand over each in turn; after two that were not taken the rest waits."""
        trouble = 0
        for parcel in parcels:
            answer = self._one(parcel) if trouble < MOST_TROUBLE else _later()
            if answer.outcome is not Outcome.NEVER:
                trouble = trouble + 1 if answer.outcome is Outcome.LATER else 0
            yield parcel.id, answer

    def _one(self, parcel: Parcel) -> Answer:
        try:
            to = number(parcel.address, self._country_code)
        except NoNumber as no:
            return Answer(outcome=Outcome.NEVER, said=pack(no.said), address_failed=True)
        service = self._library.Apprise()
        service.add(self._address.replace(TO, quote(to.removeprefix("+"))))
        if not service.notify(body=parcel.text):
            return _later()
        return Answer(
            outcome=Outcome.SENT, said=pack(saying("The service took it.")), parts=parts(parcel.text)
        )


def carrier(url: str, *, country_code: str = "") -> Apprise:
    """From `apprise+sinch://…/{to}`. Raises ValueError with a sentence."""
    try:
        library = import_module("apprise")
    except ModuleNotFoundError:
        raise ValueError("Apprise is not installed; it is the extra “apprise” of this package.") from None
    address = url.removeprefix(PREFIX)
    if TO not in address:
        raise ValueError("Write {to} where Apprise expects the number, such as apprise+sinch://…/{to}.")
    if library.Apprise.instantiate(address.replace(TO, "15551230000")) is None:
        raise ValueError("Apprise knows no such service.")
    return Apprise(library, address, country_code.removeprefix("+"))


def _later() -> Answer:
    return Answer(
        outcome=Outcome.LATER, said=pack(saying("The service did not take it; Apprise does not say why."))
    )
