"""How does a mail server hand a message in? By LMTP or SMTP, on the machine itself, without being left in doubt.

"250" is said after the commit, and never before it; whatever could not be kept is to be brought again. One recipient a
transaction: servers bring the others at once in another, and each is answered for itself.
"""

import asyncio
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any
from urllib.parse import urlsplit

import structlog
from aiosmtpd.lmtp import LMTP
from aiosmtpd.smtp import SMTP, Envelope, Session

from clm_tracker.commands import messages
from clm_tracker.commands.messages import Box
from clm_tracker.intake import mail
from clm_tracker.kernel.clock import Clock
from clm_tracker.kernel.refusals import Refusal

AT_ONCE = 4  # messages that are taken in at the same moment; other servers wait
PATIENCE = 300  # seconds for one message, as RFC 5321 asks
LONGEST_LINE = 64 * 1024  # bytes; the rules say 998, and programs that do not know them are many

TAKEN = "250 2.0.0 The message was taken in"
LATER = "451 4.3.0 Try again in a few minutes"
ONE_BY_ONE = "452 4.5.3 One recipient at a time"
NOBODY = "550 5.1.1 There is no such address here"


class _Lines:
    """What both ways have in common."""

    line_length_limit = LONGEST_LINE


class _Smtp(_Lines, SMTP):
    pass


class _Lmtp(_Lines, LMTP):
    pass


class Handler:
    """What is said to a mail server."""

    def __init__(self, box: Box, clock: Clock) -> None:
        self._box = box
        self._clock = clock
        self._turns = asyncio.Semaphore(AT_ONCE)

    async def handle_RCPT(  # noqa: N802 - aiosmtpd's own name
        self, _server: SMTP, _session: Session, envelope: Envelope, address: str, _options: list[str]
    ) -> str:
        """An address of a link or letter of ours is taken; any other is refused at once."""
        if envelope.rcpt_tos:
            return ONE_BY_ONE
        known = await self._in_turn(lambda: messages.expects(self._box, address, self._clock.now()))
        if known is None:
            return LATER
        if not known:
            return NOBODY
        envelope.rcpt_tos.append(address)
        return "250 2.1.5 OK"

    async def handle_DATA(self, _server: SMTP, _session: Session, envelope: Envelope) -> str:  # noqa: N802 - aiosmtpd's own name
        """The message is kept, or is to be brought again."""
        content = envelope.content
        raw = content if isinstance(content, bytes) else (content or "").encode()
        # As every last server puts it down: who gets what comes back; nobody, of what a machine sent.
        sender = (
            (envelope.mail_from or "").strip("<>").encode("utf-8", "surrogateescape")
        )  # any bytes may come
        raw = b"Return-Path: <" + sender + b">\n" + raw
        to = envelope.rcpt_tos[0]
        got = await self._in_turn(lambda: messages.receive(self._box, raw, self._clock.now(), recipient=to))
        if got is None:
            return LATER
        structlog.get_logger().info("a message came", effect=str(got.effect))
        return TAKEN

    async def _in_turn(self, do: Callable[[], Any]) -> Any:  # noqa: ANN401 - whatever `do` gives
        """What was asked of the database; None when it cannot answer now."""
        async with self._turns:
            try:
                return await asyncio.to_thread(do)
            except Refusal as no:
                structlog.get_logger().warning("a message waits", reason=no.sentence)
            except Exception:  # noqa: BLE001 - whatever happens here, the other server keeps the message
                structlog.get_logger().exception("a message could not be taken in")
        return None


class Door:
    """A server in a thread of its own. Raises OSError when the place is taken."""

    def __init__(self, handler: Handler, scheme: str, host: str, port: int) -> None:
        family = socket.AF_INET6 if ":" in host else socket.AF_INET
        self._socket = socket.create_server((host, port), family=family)
        self._speaks: type[SMTP] = _Lmtp if scheme == "lmtp" else _Smtp
        self._handler = handler
        self._loop = asyncio.new_event_loop()
        self._closing = asyncio.Event()
        self._thread = threading.Thread(target=self._run, name="mail")
        self._thread.start()

    def close(self) -> None:
        """Take nothing more, and end when what is being written is written."""
        self._loop.call_soon_threadsafe(self._closing.set)
        self._thread.join()

    def _run(self) -> None:
        with asyncio.Runner(loop_factory=lambda: self._loop) as runner:
            runner.run(self._serve())

    async def _serve(self) -> None:
        server = await self._loop.create_server(self._conversation, sock=self._socket)
        async with server:
            await self._closing.wait()

    def _conversation(self) -> SMTP:
        return self._speaks(
            self._handler,
            data_size_limit=mail.LARGEST,
            enable_SMTPUTF8=True,
            decode_data=False,
            hostname="clm-tracker",
            ident="clm-tracker",
            timeout=PATIENCE,
            loop=self._loop,
        )


@contextmanager
def listening(box: Box, url: str, clock: Clock) -> Iterator[Door]:
    """The door at `lmtp://host:port` or `smtp://host:port`, open until the block ends. Raises Refusal when it cannot be opened."""
    parts = urlsplit(url)
    assert parts.hostname is not None
    assert parts.port is not None
    try:
        door = Door(Handler(box, clock), parts.scheme, parts.hostname, parts.port)
    except OSError as error:
        raise Refusal("no_door", f"Mail cannot be taken in at {url}: {error}") from None
    structlog.get_logger().info("takes mail in", at=url)
    try:
        yield door
    finally:
        door.close()
