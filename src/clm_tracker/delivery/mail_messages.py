"""What does a letter look like as a message by mail, and which addresses are none? (decision 0015)"""

import re
from dataclasses import dataclass
from email.headerregistry import Address, HeaderRegistry, MessageIDHeader
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime

from clm_tracker.delivery.channels import Attachment, Parcel

_KINDS = HeaderRegistry()
for _name in ("references", "in-reply-to", "list-id"):
    # As any other text, a long one would be cut up and encoded, and no mail program would know it again.
    _KINDS.map_to_type(_name, MessageIDHeader)  # type: ignore[arg-type]  # it is mixed into a header's class
# Seven bits, so that every server on the way can carry it; only an address in another script needs more.
ASCII = SMTP.clone(cte_type="7bit", header_factory=_KINDS)
UTF8 = ASCII.clone(utf8=True)
_LOCAL = re.compile(r"[^\s@<>()\[\],;:\\\"\x00-\x1f\x7f]{1,64}")
_DOMAIN = re.compile(
    r"(?=.{1,253}$)[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?(\.[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?)*"
)
_NOT_IN_A_LINE = re.compile(r"[\s\x00-\x1f\x7f\x85\u2028\u2029]+")
_TURNING = re.compile(r"[\u202a-\u202e\u2066-\u2069]")  # would show what follows them backwards
# Where a line of UTF-8 is folded, the library forgets the quotation marks around a name with these.
_ONLY_QUOTED = re.compile(r'[()<>@,:;"\[\]\\]+')
LONGEST_NAME = 200


class NoAddress(ValueError):
    """Nobody can have this address; the sentence says so."""


@dataclass(frozen=True, slots=True)
class Sender:
    """Whom letters come from; `bounces_to` is told by other servers when they cannot be delivered."""

    name: str
    address: str
    bounces_to: str

    @property
    def domain(self) -> str:
        """The domain of the sender: identifiers of messages end with it."""
        return self.address.rpartition("@")[2]

    @classmethod
    def of(cls, written: str, bounces_to: str | None = None) -> "Sender":
        """From "Name <name@example.org>". Raises NoAddress; a sender in another script would keep most servers away."""
        name, named, address = written.strip().removesuffix(">").rpartition("<")
        address = checked(address)
        bounces_to = checked(bounces_to) if bounces_to else address
        if not (address + bounces_to).isascii():
            raise NoAddress("The address of the sender may have ASCII letters alone.")
        return cls(one_line(name).strip('"') if named else "", address, bounces_to)


def checked(address: str) -> str:
    """The address with its domain as servers write it. Raises NoAddress for what could not be one, or hides something."""
    local, at, domain = address.strip().rpartition("@")
    try:
        domain = domain.encode("idna").decode().lower()
    except UnicodeError:
        domain = ""
    dots = local.startswith(".") or local.endswith(".") or ".." in local
    if not at or dots or not _LOCAL.fullmatch(local) or not _DOMAIN.fullmatch(domain):
        raise NoAddress(f"“{one_line(address)[:80]}” is no mail address.")
    return f"{local}@{domain}"


def written(parcel: Parcel, to: str, sender: Sender) -> EmailMessage:
    """The message to a checked address. Its identifier is the letter's, so that a second try is the same message."""
    message = EmailMessage(policy=ASCII if to.isascii() else UTF8)
    message["Message-ID"] = f"<{parcel.id}@{sender.domain}>"
    message["Date"] = format_datetime(parcel.at)
    message["From"] = _shown(sender.name, sender.address)
    message["To"] = _shown(parcel.name, to)
    if parcel.reply_to is not None:
        message["Reply-To"] = _shown(sender.name, checked(parcel.reply_to))
    message["Subject"] = one_line(parcel.subject)
    if parcel.thread is not None:
        # A message that was never sent stands at the top of each finding, so that mail programs show its letters together.
        root = f"<finding-{parcel.thread.hex}@{sender.domain}>"
        message["In-Reply-To"] = root
        message["References"] = root
    # Nobody's absence note answers a list or a machine (RFC 3834); servers that could not deliver still do.
    message["Auto-Submitted"] = "auto-generated"
    message["Precedence"] = "bulk"
    message["List-Id"] = f"<letters.{sender.domain}>"
    message["X-Auto-Response-Suppress"] = "OOF, AutoReply, RN, NRN, DR"
    message.set_content(parcel.text, charset="utf-8")
    if parcel.html:
        message.add_alternative(parcel.html, subtype="html", charset="utf-8")
    for attachment in parcel.attachments:
        _attach(message, attachment)
    message["Content-Language"] = parcel.language
    return message


def one_line(text: str) -> str:
    """The text without anything that could end a header or turn it around: each run of space or control signs is one space.

    What looks like an encoded word already would be decoded, and could hold such signs; it is taken apart.
    """
    return _NOT_IN_A_LINE.sub(" ", _TURNING.sub("", text)).replace("=?", "= ?").strip()


def _attach(message: EmailMessage, file: Attachment) -> None:
    main, _slash, sub = file.media_type.partition("/")
    if not sub or main in {"message", "multipart"}:
        main, sub = (
            "application",
            "octet-stream",
        )  # would be taken apart on the way; as mere data it stays whole
    name = one_line(file.name.replace("/", "-").replace("\\", "-"))[:LONGEST_NAME] or "file"
    message.add_attachment(file.data, maintype=main, subtype=sub, filename=name)


def _shown(name: str, address: str) -> Address:
    local, _at, domain = address.rpartition("@")
    shown = one_line(name)[:LONGEST_NAME]
    return Address(shown if address.isascii() else one_line(_ONLY_QUOTED.sub(" ", shown)), local, domain)
