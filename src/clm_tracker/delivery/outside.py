"""Which addresses of the web may the program call for others, and which could lead it into its own house?

An address that somebody typed is called by the program from inside its network. So it is encrypted and public, after
its name was looked up too.
"""

from collections.abc import Callable
from ipaddress import IPv4Address, IPv6Address, IPv6Network, ip_address, ip_network
from urllib.parse import SplitResult, quote, urlsplit

from clm_tracker.kernel.sayings import Saying, saying

Ip = IPv4Address | IPv6Address
MayCall = Callable[[Ip], bool]
LONGEST_URL = 2_000
_AS_THEY_ARE = "/?%:@!$&'()*+,;=~"
_NAT64 = IPv6Network("64:ff9b::/96")
_EMBEDDED = 2**32 - 1  # the last 32 bits, where NAT64 keeps the other address
# Handed out to nobody, or answered inside the house of whoever hosts us; they look like any other.
_INSIDE = tuple(
    ip_network(one)
    for one in (
        "192.0.0.0/24",  # protocols of networks among themselves, and what Oracle tells its machines
        "168.63.129.16/32",  # what Azure tells its machines
        "192.88.99.0/24",  # the way into 6to4, which has ended
        "3fff::/20",  # for books, as 2001:db8::
    )
)


class MayNotCall(Exception):
    """The program does not call this address; `said` says why."""

    def __init__(self, said: Saying) -> None:
        super().__init__(str(said))
        self.said = said


def public(ip: Ip) -> bool:
    """Can everybody reach this address? Never true for private, loopback, link-local, multicast and reserved ones."""
    if isinstance(ip, IPv6Address):
        if ip.ipv4_mapped is not None or ip.sixtofour is not None or ip.teredo is not None:
            return False  # another address inside this one, by ways that nobody needs any more
        if ip in _NAT64:
            return public(IPv4Address(int(ip) & _EMBEDDED))
        if ip.is_site_local:
            return False
    if any(ip in network for network in _INSIDE):
        return False
    closed = ip.is_multicast or ip.is_reserved or ip.is_unspecified or ip.is_loopback or ip.is_link_local
    return ip.is_global and not closed


def loopback(ip: Ip) -> bool:
    """Is it this machine?"""
    return ip.is_loopback


def public_or_loopback(ip: Ip) -> bool:
    """For trying out on one's own machine."""
    return public(ip) or loopback(ip)


def checked(url: str, *, development: bool = False) -> tuple[str, MayCall]:
    """The address as it is called, and which addresses its name may lead to. Raises MayNotCall.

    In development this machine may be called too, also without encryption.
    """
    parts = _split(url)
    host = parts.hostname or ""
    if parts.username is not None or parts.password is not None:
        raise MayNotCall(
            saying("An address with a password in it is not called; the signature says who writes.")
        )
    if parts.scheme == "http" and development:
        may_call = loopback
    elif parts.scheme == "https":
        may_call = public_or_loopback if development else public
    else:
        raise MayNotCall(saying("Write an address that begins with https://."))
    try:
        literal = ip_address(host)
    except ValueError:
        literal = None
    if (literal is not None and not may_call(literal)) or (parts.scheme == "http" and _named_elsewhere(host)):
        raise MayNotCall(not_public(host))
    return called(url), may_call


def called(url: str) -> str:
    """The address in ASCII, as it goes over the wire. Raises MayNotCall for what is no address of the web."""
    parts = _split(url)
    host = parts.hostname or ""
    try:
        host = f"[{host}]" if ":" in host else host.encode("idna").decode()
        port = f":{parts.port}" if parts.port is not None else ""
    except ValueError:
        raise MayNotCall(_no_address(url)) from None
    path = quote(parts.path or "/", safe=_AS_THEY_ARE)
    query = f"?{quote(parts.query, safe=_AS_THEY_ARE)}" if parts.query else ""
    return f"{parts.scheme}://{host}{port}{path}{query}"


def not_public(host: str) -> Saying:
    """Why an address that only its own network knows is not called."""
    return saying("{host} is inside a network of its own; only public addresses are called.", host=host)


def _split(url: str) -> SplitResult:
    try:
        parts = urlsplit(url)
        parts.port  # noqa: B018 - raises when it is no number
    except ValueError:
        raise MayNotCall(_no_address(url)) from None
    spaces = any(c.isspace() or not c.isprintable() for c in url)
    if spaces or len(url) > LONGEST_URL or parts.scheme not in {"http", "https"} or not parts.hostname:
        raise MayNotCall(_no_address(url))
    return parts


def _no_address(url: str) -> Saying:
    return saying("“{url}” is no address of the web.", url=" ".join(url.split())[:100])


def _named_elsewhere(host: str) -> bool:
    try:
        return not ip_address(host).is_loopback
    except ValueError:
        return host != "localhost" and not host.endswith(".localhost")
