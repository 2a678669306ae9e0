"""How does a server for mail behave on a bad day? A real one, that can be told to."""

import asyncio
import socket
import ssl
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager
from email import message_from_bytes, policy
from email.message import EmailMessage

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session

DROP, HANG = "drop", "hang"
USER, PASSWORD = "clm", "a p@ss/word:#"


class PostOffice:
    """What it took, who came, and what it says next at each step ("MAIL", "RCPT", "DATA"); nothing means yes."""

    def __init__(self) -> None:
        self.taken: list[tuple[str, list[str], bytes]] = []
        self.visits = 0
        self.resets = 0
        self.encrypted: list[bool] = []
        self.users: list[str] = []
        self.says: dict[str, deque[str]] = {
            "EHLO": deque(),
            "MAIL": deque(),
            "RCPT": deque(),
            "DATA": deque(),
        }
        self.port = free_port()

    def then(self, step: str, *answers: str) -> "PostOffice":
        """Say these, one after the other, at this step; "" is a yes in between."""
        self.says[step].extend(answers)
        return self

    @property
    def messages(self) -> list[EmailMessage]:
        return [message_from_bytes(data, policy=policy.default) for _, _, data in self.taken]

    async def handle_EHLO(  # noqa: N802 - the library's name
        self, server: SMTP, session: Session, _envelope: Envelope, hostname: str, responses: list[str]
    ) -> list[str]:
        self.visits += not session.host_name
        session.host_name = hostname
        self.encrypted.append(session.ssl is not None)
        said = await self._say("EHLO", server)
        return [said] if said else responses

    async def handle_RSET(self, _server: SMTP, _session: Session, _envelope: Envelope) -> str:  # noqa: N802
        self.resets += 1
        return "250 OK"

    async def handle_MAIL(  # noqa: N802
        self, server: SMTP, _session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        if said := await self._say("MAIL", server):
            return said
        envelope.mail_from = address
        envelope.mail_options.extend(options)
        return "250 OK"

    async def handle_RCPT(  # noqa: N802
        self, server: SMTP, _session: Session, envelope: Envelope, address: str, _options: list[str]
    ) -> str:
        if said := await self._say("RCPT", server):
            return said
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: SMTP, _session: Session, envelope: Envelope) -> str:  # noqa: N802
        said = await self._say("DATA", server, envelope)
        if said:
            return said
        self._take(envelope)
        return f"250 2.0.0 Ok: queued as {len(self.taken):04X}"

    def authenticate(
        self, _server: SMTP, _session: Session, _envelope: Envelope, _how: str, data: object
    ) -> AuthResult:
        assert isinstance(data, LoginPassword)
        good = (data.login.decode(), data.password.decode()) == (USER, PASSWORD)
        self.users.append(data.login.decode())
        return AuthResult(success=good, handled=good)

    def _take(self, envelope: Envelope) -> None:
        assert isinstance(envelope.content, bytes)
        self.taken.append((envelope.mail_from or "", list(envelope.rcpt_tos), envelope.content))

    async def _say(self, step: str, server: SMTP, envelope: Envelope | None = None) -> str:
        said = self.says[step].popleft() if self.says[step] else ""
        if said.startswith(DROP):
            if envelope is not None and said == "drop after taking":
                self._take(envelope)
            assert isinstance(server.transport, asyncio.WriteTransport)
            server.transport.abort()
            await asyncio.sleep(3600)
        if said.startswith(HANG):
            await asyncio.sleep(3600)
        return said


@contextmanager
def serving(
    office: PostOffice,
    *,
    starttls: ssl.SSLContext | None = None,
    whole: ssl.SSLContext | None = None,
    login: bool = False,
) -> Iterator[str]:
    """The office at work on this machine; its "host:port"."""
    controller = Controller(
        office,
        hostname="127.0.0.1",
        port=office.port,
        ssl_context=whole,
        tls_context=starttls,
        require_starttls=starttls is not None,
        authenticator=office.authenticate if login else None,
        auth_required=login,
        auth_require_tls=whole is None,
        enable_SMTPUTF8=False,
    )
    controller.start()
    try:
        yield f"127.0.0.1:{office.port}"
    finally:
        controller.stop()


def free_port() -> int:
    """A port at which nobody listens."""
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        return int(s.getsockname()[1])
