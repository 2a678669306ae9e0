"""What does each kind of SMS gateway want to be sent, and what does its answer mean?"""

import base64
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, Final, Protocol
from urllib.parse import unquote, urlencode, urlsplit

from clm_tracker.delivery.channels import Answer
from clm_tracker.delivery.posting import Reply
from clm_tracker.domain.words import Outcome
from clm_tracker.kernel.sayings import Saying, pack, saying

AFRICAS_TALKING: Final = "https://api.africastalking.com/version1/messaging"
FIELDS: Final = ("to", "text", "from", "id", "key")  # what a gateway can be told, by our own names


class Style(StrEnum):
    """The kinds of gateway."""

    JSON = "json"
    FORM = "form"
    AFRICAS_TALKING = "africastalking"
    TWILIO = "twilio"


@dataclass(frozen=True, slots=True, kw_only=True)
class Message:
    """One SMS: to a number as every network knows it."""

    id: str
    to: str
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Posted:
    """What goes to the gateway."""

    body: bytes
    headers: Mapping[str, str]


class Gateway(Protocol):
    """One kind of gateway."""

    def asks(self, message: Message) -> Posted:
        """How it is asked to send a message."""
        ...

    def means(self, reply: Reply) -> Answer:
        """What its answer means for the message; the parts are counted elsewhere."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Account:
    """With which name and secret the gateway knows us, and as whom it sends."""

    user: str = ""
    key: str = field(default="", repr=False)
    sender: str = ""

    def basic(self) -> dict[str, str]:
        """The header of a name and a password."""
        both = base64.b64encode(f"{self.user}:{self.key}".encode()).decode()
        return {"Authorization": f"Basic {both}"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Generic:
    """A gateway that takes one message as JSON or as a form, with field names of its own.

    `names` says how it calls ours; one that it does not name is not sent. With `key` among them the secret goes there,
    otherwise into a header. `reference` is where its answer, in JSON, holds its own name of the message ("messages.0.id").
    """

    account: Account
    names: Mapping[str, str]
    form: bool = False
    reference: str = ""

    def asks(self, message: Message) -> Posted:
        """Every field that has a name and a value."""
        ours = {
            "to": message.to,
            "text": message.text,
            "from": self.account.sender,
            "id": message.id,
            "key": self.account.key,
        }
        sent = {self.names[name]: value for name, value in ours.items() if name in self.names and value}
        headers = {"Accept": "application/json"}
        if self.account.key and "key" not in self.names:
            bearer = {"Authorization": f"Bearer {self.account.key}"}
            headers |= self.account.basic() if self.account.user else bearer
        if self.form:
            return _form(sent, headers)
        return Posted(
            body=json.dumps(sent, ensure_ascii=False).encode(),
            headers={**headers, "Content-Type": "application/json"},
        )

    def means(self, reply: Reply) -> Answer:
        """A yes by its status; by its own name of the message too, where it is known to give one."""
        if (no := _refused(reply)) is not None:
            return no
        named = _at(_json(reply), self.reference) if self.reference else None
        if self.reference and named is None:
            # It may have been sent. Trying again for three days could be a dozen messages, so somebody has to look.
            return _never(
                saying(
                    "The gateway’s answer has no {field}, so nobody knows whether it was sent: {answer}",
                    field=self.reference,
                    answer=reply.words()[:200],
                )
            )
        return Answer(outcome=Outcome.SENT, said=reply.words(), reference=named)


@dataclass(frozen=True, slots=True, kw_only=True)
class AfricasTalking:
    """https://developers.africastalking.com: a form with the key in a header; each number has its own status."""

    account: Account

    def asks(self, message: Message) -> Posted:
        """The form of its bulk messages, with one number."""
        sent = {"username": self.account.user, "to": message.to, "message": message.text}
        if self.account.sender:
            sent["from"] = self.account.sender
        return _form(sent, {"apiKey": self.account.key, "Accept": "application/json"})

    def means(self, reply: Reply) -> Answer:
        """100 to 102 took it; the rest is the number's fault, the account's, or the gateway's."""
        if (no := _refused(reply)) is not None:
            return no
        first = _at(_json(reply), "SMSMessageData.Recipients.0", whole=True)
        if not isinstance(first, dict) or not isinstance(first.get("statusCode"), int):
            return Answer(outcome=Outcome.LATER, said=reply.words())
        code = first["statusCode"]
        said = f"{code} {first.get('status', '')}".strip()[:200]
        if code in {100, 101, 102}:
            return Answer(
                outcome=Outcome.SENT, said=said, reference=str(first.get("messageId") or "") or None
            )
        nobody = code in {
            403,
            404,
            406,
        }  # no such number, one that takes no messages, one that wants none from us
        never = nobody or code in {407, 409}  # no way there, or only at other hours than ours
        return Answer(outcome=Outcome.NEVER if never else Outcome.LATER, said=said, address_failed=nobody)


@dataclass(frozen=True, slots=True, kw_only=True)
class Twilio:
    """https://www.twilio.com/docs/messaging/api, and what imitates it: a form with name and password."""

    account: Account

    def asks(self, message: Message) -> Posted:
        """The form of its messages; a sender that begins so is a messaging service."""
        sender = self.account.sender
        whose = "MessagingServiceSid" if sender.startswith("MG") and len(sender) == 34 else "From"
        sent = {"To": message.to, whose: sender, "Body": message.text}
        return _form(sent, {**self.account.basic(), "Accept": "application/json"})

    def means(self, reply: Reply) -> Answer:
        """Its errors have numbers: of the number that was written to, of the account, or of the message."""
        known = _json(reply)
        code = known.get("code") if isinstance(known, dict) else None
        if reply.status == 400 and code in _TWILIO_NOBODY:
            return Answer(outcome=Outcome.NEVER, said=_twilio(known, reply), address_failed=True)
        if reply.status == 400 and code in _TWILIO_ACCOUNT:
            return Answer(outcome=Outcome.LATER, said=_twilio(known, reply))
        if (no := _refused(reply)) is not None:
            return Answer(outcome=no.outcome, said=_twilio(known, reply) if code else no.said)
        sid = known.get("sid") if isinstance(known, dict) else None
        if not isinstance(sid, str):
            return Answer(outcome=Outcome.LATER, said=reply.words())
        status = known.get("status", "") if isinstance(known, dict) else ""
        return Answer(outcome=Outcome.SENT, said=f"{reply.status} {status}".strip(), reference=sid)


# The number is none, not a phone's, does not want our messages, or cannot be reached from there.
_TWILIO_NOBODY = frozenset({21211, 21610, 21612, 21614})
# The sender or the country is not allowed yet: somebody mends that, and letters wait for it.
_TWILIO_ACCOUNT = frozenset({21212, 21408, 21603, 21606, 21607, 21608, 21611, 21659, 21703})


def basic_of(url: str) -> tuple[str, str, str]:
    """An address without its name and password, and those."""
    parts = urlsplit(url)
    bare = parts._replace(netloc=parts.netloc.rpartition("@")[2]).geturl()
    return bare, unquote(parts.username or ""), unquote(parts.password or "")


def _refused(reply: Reply) -> Answer | None:
    """No, by the status alone. A mistake of the set-up is mended by somebody, so letters wait for that; 400 is the letter's own."""
    if 200 <= reply.status < 300:
        return None
    if 300 <= reply.status < 400:
        said = saying("The gateway answered {status}: it is at another address now.", status=reply.status)
        return Answer(outcome=Outcome.LATER, said=pack(said))
    never = reply.status in {400, 413, 422}
    return Answer(outcome=Outcome.NEVER if never else Outcome.LATER, said=reply.words())


def _never(said: Saying) -> Answer:
    return Answer(outcome=Outcome.NEVER, said=pack(said))


def _form(sent: Mapping[str, str], headers: Mapping[str, str]) -> Posted:
    return Posted(
        body=urlencode(sent).encode(),
        headers={**headers, "Content-Type": "application/x-www-form-urlencoded"},
    )


def _json(reply: Reply) -> Any:  # noqa: ANN401 - any JSON
    try:
        return json.loads(reply.body)
    except (ValueError, RecursionError):
        return None


def _at(known: Any, path: str, *, whole: bool = False) -> Any:  # noqa: ANN401 - any JSON
    """What stands at "messages.0.id"; None when there is nothing, or no text or number."""
    for step in path.split("."):
        if isinstance(known, list) and step.isdecimal() and int(step) < len(known):
            known = known[int(step)]
        elif isinstance(known, dict):
            known = known.get(step)
        else:
            return None
    if whole:
        return known
    return str(known)[:200] if isinstance(known, str | int) and known != "" else None


def _twilio(known: Any, reply: Reply) -> str:  # noqa: ANN401 - any JSON
    if not isinstance(known, dict) or "message" not in known:
        return reply.words()
    return f"{known.get('code', reply.status)} {' '.join(str(known['message']).split())}"[:400]
