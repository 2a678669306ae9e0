"""How does a batch of letters go out by mail? (decision 0015)

Over one connection, each answered before the next is read. A server that cannot be reached, or that fails twice in a
row, is left alone for the rest of the batch, so that a batch never outlasts its lease.
"""

import os
import re
import smtplib
import socket
import ssl
from collections.abc import Iterable, Iterator
from contextlib import closing, suppress
from dataclasses import dataclass, field
from email.message import EmailMessage
from enum import StrEnum
from ipaddress import ip_address
from pathlib import Path
from typing import Final, Self
from urllib.parse import parse_qs, unquote, urlsplit
from urllib.request import url2pathname
from uuid import UUID

from clm_tracker.delivery.channels import LONGEST_ANSWER, Answer, Carrier, Parcel
from clm_tracker.delivery.lookups import PATIENCE, Lookups
from clm_tracker.delivery.mail_messages import NoAddress, Sender, checked, written
from clm_tracker.domain.words import Channel, Outcome
from clm_tracker.kernel.sayings import Text, pack, saying

TIMEOUT: Final = 20.0  # seconds for each answer
LONGER: Final = 3  # times as long for the last one: servers look for viruses before they take a message
MOST_TROUBLE: Final = 2  # letters in a row over which the connection broke, before the rest waits
OK, CLOSING, NO_SUCH, TOO_BIG = 250, 421, (550, 551, 553), 552
_ENHANCED = re.compile(r"([245]\.\d{1,3}\.\d{1,3})\b")
_NOBODY = re.compile(r"5\.1\.(?![78]\b)|5\.2\.1\b")  # 5.1.7 and 5.1.8 are about the sender


class Tls(StrEnum):
    """A connection is encrypted from its beginning, from STARTTLS on, or not at all."""

    WHOLE = "whole"
    STARTED = "started"
    NONE = "none"


@dataclass(frozen=True, slots=True, kw_only=True)
class Server:
    """A server for outgoing mail."""

    host: str
    port: int
    tls: Tls
    user: str | None = None
    password: str = field(default="", repr=False)

    @classmethod
    def at(cls, url: str) -> Self:
        """From `smtp://user:password@host:587` or `smtps://…`. Raises ValueError with a sentence."""
        parts = urlsplit(url)
        if parts.scheme not in {"smtp", "smtps"} or not parts.hostname:
            raise ValueError("Write smtp://user:password@host:587, smtps://… or file:///folder.")
        whole = parts.scheme == "smtps"
        starttls = parse_qs(parts.query).get("starttls", ["no" if _loopback(parts.hostname) else "yes"])[-1]
        if starttls not in {"yes", "no"}:
            raise ValueError("Write starttls=yes or starttls=no.")
        user, password = unquote(parts.username or ""), unquote(parts.password or "")
        if not (user + password).isascii():
            raise ValueError("Mail servers know names and passwords of ASCII letters alone.")
        return cls(
            host=parts.hostname,
            port=parts.port or (465 if whole else 587),
            tls=Tls.WHOLE if whole else Tls.STARTED if starttls == "yes" else Tls.NONE,
            user=user or None,
            password=password,
        )


def carrier(
    url: str, sender: Sender, *, tls: ssl.SSLContext | None = None, timeout: float = TIMEOUT
) -> Carrier:
    """Mail over the server or into the folder that `url` names. Raises ValueError with a sentence."""
    if url.startswith("file:///"):
        return Folder(Path(url2pathname(urlsplit(url).path)), sender)
    return Mail(Server.at(url), sender, tls=tls, timeout=timeout)


class Folder:
    """Writes each letter into a folder, for trying out: named by its identifier, so that a second try replaces the first."""

    channel: Final = Channel.MAIL

    def __init__(self, folder: Path, sender: Sender) -> None:
        self._folder = folder
        self._sender = sender

    def carry(self, parcels: Iterable[Parcel]) -> Iterator[tuple[UUID, Answer]]:
        """Write each in turn."""
        for parcel in parcels:
            yield parcel.id, self._write(parcel)

    def _write(self, parcel: Parcel) -> Answer:
        try:
            to = checked(parcel.address)
        except NoAddress:
            return _no_address(parcel.address)
        message = written(parcel, to, self._sender)
        file = self._folder / f"{parcel.id}.eml"
        aside = self._folder / f".{parcel.id}.{os.getpid()}.part"
        try:
            self._folder.mkdir(parents=True, exist_ok=True)
            aside.write_bytes(message.as_bytes())
            aside.replace(file)
        except OSError as no:
            said = pack(saying("It could not be written into the folder: {why}", why=_why(no)))
            return Answer(outcome=Outcome.LATER, said=said)
        return Answer(outcome=Outcome.SENT, said=file.name, reference=file.name)


class Mail:
    """Hands letters to a server for outgoing mail. `tls` knows whom to trust: by default whom the machine trusts."""

    channel: Final = Channel.MAIL

    def __init__(
        self, server: Server, sender: Sender, *, tls: ssl.SSLContext | None = None, timeout: float = TIMEOUT
    ) -> None:
        self._server = server
        self._sender = sender
        self._tls = tls or (None if server.tls is Tls.NONE else ssl.create_default_context())
        self._timeout = timeout

    def carry(self, parcels: Iterable[Parcel]) -> Iterator[tuple[UUID, Answer]]:
        """Hand over each in turn, over one connection while that holds."""
        with closing(_Batch(self._server, self._sender, self._tls, self._timeout)) as batch:
            for parcel in parcels:
                yield parcel.id, batch.hand_over(parcel)


class _Broken(Exception):
    """The connection broke. `again`: nothing was handed over yet, so one may try over a new one."""

    def __init__(self, said: str, *, again: bool) -> None:
        super().__init__(said)
        self.said, self.again = said, again


class _Unreachable(Exception):
    """There is no way in: nobody there, no encryption, or the name and password are not taken."""

    def __init__(self, said: str) -> None:
        super().__init__(said)
        self.said = said


class _Batch:
    """The connection of one batch, and how it fared."""

    def __init__(self, server: Server, sender: Sender, tls: ssl.SSLContext | None, timeout: float) -> None:
        self._server, self._sender, self._tls, self._timeout = server, sender, tls, timeout
        self._lookups = Lookups()
        self._line: smtplib.SMTP | None = None
        self._begun = (
            False  # a letter that the server may not have done with; it is reset before the next one
        )
        self._returns_to = sender.bounces_to  # of the letter at hand
        self._trouble = 0
        self._given_up: str | None = None

    def close(self) -> None:
        if self._line is not None:
            with suppress(smtplib.SMTPException, OSError):
                self._line.quit()
            self._drop()

    def hand_over(self, parcel: Parcel) -> Answer:
        if self._given_up is not None:
            return Answer(outcome=Outcome.LATER, said=self._given_up)
        try:
            to = checked(parcel.address)
        except NoAddress:
            return _no_address(parcel.address)
        self._returns_to = parcel.return_path or self._sender.bounces_to
        try:
            answer = self._with_second_try(written(parcel, to, self._sender), to)
        except _Unreachable as no:
            self._given_up = no.said
            return Answer(outcome=Outcome.LATER, said=no.said)
        except _Broken as no:
            self._trouble += 1
            if self._trouble >= MOST_TROUBLE:
                self._given_up = no.said
            return Answer(outcome=Outcome.LATER, said=no.said)
        self._trouble = 0
        return answer

    def _with_second_try(self, message: EmailMessage, to: str) -> Answer:
        try:
            return self._speak(self._open(), message, to)
        except _Broken as no:
            self._drop()
            if not no.again:
                raise
        try:
            return self._speak(self._open(), message, to)
        except _Broken:
            self._drop()
            raise

    def _speak(self, line: smtplib.SMTP, message: EmailMessage, to: str) -> Answer:
        """What the server says to one message."""
        handed = False  # everything was sent: it may have been taken although nobody said so
        try:
            if self._begun and (heard := _Heard.of(line.rset())).code != OK:
                raise _Broken(heard.said, again=True)
            wide = not to.isascii()
            if wide and not line.has_extn("smtputf8"):
                said = saying("The mail server cannot write to an address in this script.")
                return Answer(outcome=Outcome.NEVER, said=pack(said), address_failed=True)
            data = message.as_bytes()
            options = [f"SIZE={len(data)}"] if line.has_extn("size") else []
            options += ["SMTPUTF8"] if wide else []
            self._begun = True
            heard = _Heard.of(line.mail(self._returns_to, options))
            if heard.code != OK:
                return heard.about_sender()
            heard = _Heard.of(line.rcpt(to))
            if heard.code not in {OK, 251, 252}:
                return heard.about_recipient()
            handed = True
            self._patience(line, LONGER)
            heard = _Heard.of(_data(line, data))
            self._begun = heard.code != OK
            self._patience(line, 1)
            return heard.about_message()
        except smtplib.SMTPServerDisconnected as no:
            slow = isinstance(no.__context__, TimeoutError)
            why = saying("no answer in time") if slow else saying("the connection broke")
            said = saying("The mail server did not say whether it took it: {why}", why=why)
            raise _Broken(pack(said), again=not (handed or slow)) from None
        except smtplib.SMTPResponseException as no:  # an answer that cannot be read
            said = saying("The mail server did not say whether it took it: {why}", why=_why(no))
            raise _Broken(pack(said), again=False) from None

    def _open(self) -> smtplib.SMTP:
        if self._line is None:
            self._line = self._connected()
            self._begun = False
        return self._line

    def _connected(self) -> smtplib.SMTP:
        server = self._server
        line: smtplib.SMTP | None = None
        try:
            if server.tls is Tls.WHOLE:
                line = _Whole(self._lookups, server, self._sender.domain, self._timeout, self._tls)
            else:
                line = _Line(self._lookups, server, self._sender.domain, self._timeout)
                if server.tls is Tls.STARTED:
                    line.starttls(context=self._tls)
            line.ehlo_or_helo_if_needed()
            if server.user is not None:
                line.login(server.user, server.password)
            return line
        except (
            OSError,
            smtplib.SMTPException,
            ValueError,
        ) as no:  # ValueError: what it asked at login is nonsense
            if line is not None:
                line.close()
            said = saying("The mail server cannot be reached: {why}", why=_why(no))
            raise _Unreachable(pack(said)) from None

    def _patience(self, line: smtplib.SMTP, times: int) -> None:
        if line.sock is not None:
            line.sock.settimeout(self._timeout * times)

    def _drop(self) -> None:
        if self._line is not None:
            self._line.close()
            self._line = None


class _Line(smtplib.SMTP):
    """A connection whose name is not looked up for longer than one waits: the library's own way knows no deadline for that."""

    def __init__(self, lookups: Lookups, server: Server, domain: str, timeout: float) -> None:
        self._lookups = lookups
        super().__init__(server.host, server.port, domain, timeout=timeout)

    def _get_socket(self, host: str, port: int, timeout: float) -> socket.socket:
        failed: OSError | None = None
        for address in self._lookups.addresses(host, min(timeout, PATIENCE)):
            try:
                return socket.create_connection((address, port), timeout)
            except OSError as no:
                failed = no
        raise failed or OSError("the name has no address")


class _Whole(smtplib.SMTP_SSL, _Line):
    """The same, encrypted from its beginning."""

    def __init__(
        self, lookups: Lookups, server: Server, domain: str, timeout: float, tls: ssl.SSLContext | None
    ) -> None:
        self._lookups = lookups
        smtplib.SMTP_SSL.__init__(self, server.host, server.port, domain, timeout=timeout, context=tls)


@dataclass(frozen=True, slots=True)
class _Heard:
    """One reply of a server."""

    code: int
    said: str
    enhanced: str

    @classmethod
    def of(cls, reply: tuple[int, bytes]) -> Self:
        """The reply. Raises _Broken when the server ends the connection with it, or it is none."""
        code, words = reply[0], " ".join(reply[1].decode("utf-8", "replace").split())
        heard = cls(code, f"{code} {words}"[:LONGEST_ANSWER], _first(words))
        if code == CLOSING or not 200 <= code < 600:
            raise _Broken(heard.said, again=code == CLOSING)
        return heard

    def about_sender(self) -> Answer:
        """A sender that is refused is a mistake of the set-up, which somebody mends: letters wait for it."""
        never = self.code == TOO_BIG
        return Answer(outcome=Outcome.NEVER if never else Outcome.LATER, said=self.said)

    def about_recipient(self) -> Answer:
        nobody = self._nobody or (not self.enhanced and self.code in NO_SUCH)
        return Answer(outcome=self._outcome, said=self.said, address_failed=nobody)

    def about_message(self) -> Answer:
        return Answer(outcome=self._outcome, said=self.said, address_failed=self._nobody)

    @property
    def _nobody(self) -> bool:
        return self.code >= 500 and bool(_NOBODY.match(self.enhanced))

    @property
    def _outcome(self) -> Outcome:
        if 200 <= self.code < 300:
            return Outcome.SENT
        return Outcome.NEVER if 500 <= self.code < 600 else Outcome.LATER


def _first(words: str) -> str:
    found = _ENHANCED.match(words)
    return found[1] if found else ""


def _data(line: smtplib.SMTP, data: bytes) -> tuple[int, bytes]:
    try:
        return line.data(data)
    except smtplib.SMTPDataError as no:  # it did not even want to begin
        said = no.smtp_error if isinstance(no.smtp_error, bytes) else no.smtp_error.encode()
        if no.smtp_code < 400:  # a yes to what it has not heard yet
            raise _Broken(_Heard.of((no.smtp_code, said)).said, again=False) from None
        return no.smtp_code, said


def _no_address(address: str) -> Answer:
    said = saying("“{address}” is no mail address.", address=" ".join(address.split())[:100])
    return Answer(outcome=Outcome.NEVER, said=pack(said), address_failed=True)


def _why(no: Exception) -> Text:
    """What a library says of a failure, in one line; nothing of it holds the password."""
    if isinstance(no, smtplib.SMTPResponseException):
        error = no.smtp_error
        words = error.decode("utf-8", "replace") if isinstance(error, bytes) else str(error)
        return f"{no.smtp_code} {' '.join(words.split())}"[:200]
    if isinstance(no, TimeoutError):
        return saying("no answer in time")
    return " ".join(str(no).split())[:200] or type(no).__name__


def _loopback(host: str) -> bool:
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
