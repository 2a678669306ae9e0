"""How is something posted to another server, so that it neither leads elsewhere nor keeps the program waiting?

No redirect is followed and no proxy asked. A name is looked up once, and exactly the address that was checked is called,
under the name's certificate. All of it, from looking up to the last byte that is read, has one deadline.
"""

import ssl
import time
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from ipaddress import ip_address
from typing import Any, Final, Self

import httpcore2

from clm_tracker.delivery.channels import LONGEST_ANSWER
from clm_tracker.delivery.lookups import PATIENCE, Lookups
from clm_tracker.delivery.outside import MayCall, MayNotCall, not_public
from clm_tracker.kernel.sayings import Saying, saying

TIMEOUT: Final = PATIENCE  # seconds for everything
AGENT: Final = "clm-tracker"


class Unanswered(Exception):
    """No answer came. `sent`: the server was there, so it may have taken what was posted."""

    def __init__(self, said: Saying, *, sent: bool) -> None:
        super().__init__(str(said))
        self.said, self.sent = said, sent


@dataclass(frozen=True, slots=True)
class Reply:
    """What the server answered: the beginning of it."""

    status: int
    body: bytes = field(repr=False)

    def words(self) -> str:
        """The status and what stands beside it, in one line, at most as long as an answer is kept."""
        return f"{self.status} {' '.join(self.body.decode('utf-8', 'replace').split())}"[
            :LONGEST_ANSWER
        ].strip()


class Poster:
    """Posts to servers at the addresses that it may call, over connections that are kept while it is open."""

    def __init__(
        self,
        may_call: MayCall | None = None,
        *,
        lookups: Lookups | None = None,
        tls: ssl.SSLContext | None = None,
        timeout: float = TIMEOUT,
        most: int = 4 * LONGEST_ANSWER,
    ) -> None:
        self._way = _Way(may_call, lookups or Lookups())
        self._pool = httpcore2.ConnectionPool(
            ssl_context=tls or ssl.create_default_context(), network_backend=self._way
        )
        self._timeout, self._most = timeout, most

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._pool.close()

    def post(self, url: str, body: bytes, headers: Mapping[str, str]) -> Reply:
        """What the server answers. Raises MayNotCall, or Unanswered when nothing came in time."""
        self._way.begin(self._timeout)
        sent = {"User-Agent": AGENT, "Accept-Encoding": "identity", **headers}
        try:
            with self._pool.stream("POST", url, headers=[*sent.items()], content=body) as answer:
                heard = b""
                for piece in answer.iter_stream():
                    heard += piece
                    if len(heard) >= self._most:
                        break
                return Reply(answer.status, heard[: self._most])
        except httpcore2.TimeoutException:
            why: Saying | str = saying("no answer in time")
        except (httpcore2.NetworkError, httpcore2.ProtocolError, ssl.SSLError) as no:
            why = " ".join(str(no).split())[:200] or saying("the connection broke")
        raise Unanswered(saying("The server did not answer: {why}", why=why), sent=self._way.connected)


class _Way(httpcore2.NetworkBackend):
    """The way to a server: looks its name up, and goes to an address that it may call, before the deadline."""

    def __init__(self, may_call: MayCall | None, lookups: Lookups) -> None:
        self._may_call, self._lookups = may_call, lookups
        self._end = 0.0
        self.connected = False
        self._known = httpcore2.SyncBackend()

    def begin(self, seconds: float) -> None:
        self._end = time.perf_counter() + seconds
        self.connected = False

    def left(self) -> float:
        """Seconds until the deadline. Raises the library's own timeout after it."""
        left = self._end - time.perf_counter()
        if left <= 0:
            raise httpcore2.ReadTimeout("the deadline")
        return left

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,  # noqa: ARG002 - there is one deadline for everything
        local_address: str | None = None,
        socket_options: Iterable[Any] | None = None,
    ) -> httpcore2.NetworkStream:
        failed: httpcore2.ConnectError | httpcore2.ConnectTimeout | None = None
        for address in self._looked_up(host):
            try:
                stream = self._known.connect_tcp(address, port, self.left(), local_address, socket_options)
            except (httpcore2.ConnectError, httpcore2.ConnectTimeout) as no:
                failed = no
            else:
                self.connected = True
                return _Hurried(stream, self)
        raise failed or httpcore2.ConnectError("the name has no address")

    def _looked_up(self, host: str) -> list[str]:
        """The addresses of the name, in the order in which to try them; one that may not be called closes all."""
        try:
            addresses = self._lookups.addresses(host, self.left())
        except TimeoutError:
            raise httpcore2.ConnectTimeout("the name was not looked up in time") from None
        except (OSError, UnicodeError) as no:
            raise httpcore2.ConnectError(str(no)) from None
        if self._may_call is not None:
            closed = [one for one in addresses if not self._may_call(ip_address(one))]
            if closed:
                raise MayNotCall(not_public(host))
        return addresses


class _Hurried(httpcore2.NetworkStream):
    """A connection that ends with the deadline, however slowly the other side sends."""

    def __init__(self, stream: httpcore2.NetworkStream, way: _Way) -> None:
        self._stream, self._way = stream, way

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:  # noqa: ARG002
        self._way.connected = True
        return self._stream.read(max_bytes, self._way.left())

    def write(self, buffer: bytes, timeout: float | None = None) -> None:  # noqa: ARG002
        self._way.connected = True
        self._stream.write(buffer, self._way.left())

    def close(self) -> None:
        self._stream.close()

    def start_tls(
        self,
        ssl_context: ssl.SSLContext,
        server_hostname: str | None = None,
        timeout: float | None = None,  # noqa: ARG002
    ) -> httpcore2.NetworkStream:
        self._way.connected = False  # nothing is posted before both sides know each other
        return _Hurried(self._stream.start_tls(ssl_context, server_hostname, self._way.left()), self._way)

    def get_extra_info(self, info: str) -> Any:  # noqa: ANN401 - the library's own
        return self._stream.get_extra_info(info)
