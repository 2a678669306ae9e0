"""Does a request come from our own pages, is it of a bearable size, and what may a browser do with the answer?"""

import hmac
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from starlette.datastructures import Headers, MutableHeaders
from starlette.requests import Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from clm_tracker.kernel.refusals import NotAllowed, Refusal
from clm_tracker.kernel.speech import _
from clm_tracker.web import sessions

UNSAFE = frozenset({"POST", "PUT", "PATCH", "DELETE"})
KILOBYTE = 1024
BODY_LIMIT = 512 * KILOBYTE
UPLOAD_LIMIT = 25 * KILOBYTE * KILOBYTE + BODY_LIMIT  # the files, and the words beside them

POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; media-src 'self'; connect-src 'self'; "
    "form-action 'self'; frame-ancestors 'none'; base-uri 'none'"
)
# A downloaded file has no business with anything.
FILE_POLICY = "default-src 'none'; sandbox; frame-ancestors 'none'; base-uri 'none'"
# A letter as a mail program shows it brings its own style and nothing else; a page of ours may frame it.
MAIL_POLICY = "default-src 'none'; style-src 'unsafe-inline'; form-action 'none'; sandbox; frame-ancestors 'self'; base-uri 'none'"
POLICY_WITH_FRAMES = f"{POLICY}; frame-src 'self'"
HEADERS = {
    "Content-Security-Policy": POLICY,
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Permissions-Policy": "camera=(), microphone=(), geolocation=(self), payment=(), usb=(), browsing-topics=()",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Cache-Control": "private, no-store",  # phones are shared
}
# The address of such a page is itself a secret: no other site, cache or search engine learns it.
BY_LINK = {
    "Referrer-Policy": "no-referrer",
    "X-Robots-Tag": "noindex, nofollow, noarchive",
    "Cache-Control": "private, no-store",
}
LINKS = "/a/"
CALENDARS = "/calendar/"
SECRET = ("/invitation/", LINKS, CALENDARS)  # what follows is a word that opens something
TWO_YEARS = 63_072_000


class TooLarge(Refusal):
    """More was sent than this door takes."""

    def __init__(self, limit: int) -> None:
        size = (
            _("{n} MB").format(n=limit // KILOBYTE**2)
            if limit >= KILOBYTE**2
            else _("{n} kB").format(n=limit // KILOBYTE)
        )
        super().__init__("too_large", _("This is too large. Send at most {size}.").format(size=size))


class TooMany(TooLarge):
    """More files were sent than a form takes."""

    def __init__(self, most: int) -> None:
        super().__init__(UPLOAD_LIMIT)
        self.sentence = _("These are too many files. Send at most {n} at once.").format(n=most)


class SafeHeaders:
    """ASGI: adds the headers of this module to every answer that does not say otherwise."""

    def __init__(self, app: ASGIApp, *, secure: bool) -> None:
        self.app = app
        headers = {**HEADERS, **({"Strict-Transport-Security": f"max-age={TWO_YEARS}"} if secure else {})}
        self.headers = Headers(headers).raw

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return

        async def send_safely(message: Message) -> None:
            if message["type"] == "http.response.start":
                if scope["path"].startswith(LINKS):
                    MutableHeaders(scope=message).update(BY_LINK)
                said = {name for name, _value in message["headers"]}
                message["headers"].extend(own for own in self.headers if own[0] not in said)
            await send(message)

        await self.app(scope, receive, send_safely)


def path_to_note(request: Request) -> str:
    """The path as logs and keys of requests may hold it: the word of an invitation, a link or a calendar is a secret, and left out."""
    path = request.url.path
    for start in SECRET:
        if path.startswith(start):
            rest = path.removeprefix(start).partition("/")[2]
            return f"{start}{{word}}/{rest}" if rest else f"{start}{{word}}"
    return path


@dataclass(slots=True)
class Begun:
    """What came of a request so far, and whether that is the `whole` of it."""

    parts: list[bytes] = field(default_factory=list)
    whole: bool = False


def limited(request: Request, limit: int, begun: Begun | None = None) -> Request:
    """The same request, which raises TooLarge as soon as more than `limit` bytes come.

    With `begun` nothing is refused unread: what came until then is put there.
    """
    said = request.headers.get("content-length", "")
    if (
        begun is None and said.isdecimal() and int(said[:20]) > limit
    ):  # no number of thousands of digits is read
        raise TooLarge(limit)
    came = 0

    async def receive() -> Message:
        nonlocal came
        message = await request.receive()
        came += len(message.get("body", b""))
        if begun is not None:
            begun.parts.append(message.get("body", b""))
            begun.whole = not message.get("more_body", False)
        if came > limit:
            raise TooLarge(limit)
        return message

    return Request(request.scope, receive)


def check_origin(request: Request, *, base_url: str, key: bytes, cookie: str, token: str | None) -> None:
    """Refuse a change that another site's page asked our visitor's browser for. Raises NotAllowed.

    `Sec-Fetch-Site` answers where a browser sends it (not over plain http to a bare address), else `Origin`; a very
    old browser sends neither and is asked for the token hidden in our own form. Without a cookie there is nothing
    that another site could borrow.
    """
    headers = request.headers
    site = headers.get("sec-fetch-site")
    if site is not None:
        ours = site in {"same-origin", "none"}
    elif (origin := headers.get("origin")) is not None:
        ours = _is_ours(origin, headers, base_url)
    else:
        ours = not cookie or _signed(token, key, cookie)
    if not ours:
        raise NotAllowed(_("This came from another site. Open the page here and try again."), "cross_site")


def is_ours(request: Request, base_url: str) -> bool:
    """Whether the browser itself says that one of our own pages asks."""
    site, origin = request.headers.get("sec-fetch-site"), request.headers.get("origin")
    if site is not None:
        return site == "same-origin"
    return origin is not None and _is_ours(origin, request.headers, base_url)


def check_form(*, key: bytes, word: str, token: str | None) -> None:
    """Refuse an answer by link that did not come from a form of that link. Raises NotAllowed."""
    if not _signed(token, key, word):
        raise NotAllowed(
            _("This did not come from the form behind the link. Open the link and try again."), "no_form"
        )


def _is_ours(origin: str, headers: Headers, base_url: str) -> bool:
    try:
        sent = urlsplit(origin)
    except ValueError:  # no address at all, like "http://["
        return False
    if not sent.netloc:
        return False
    return sent.netloc.lower() in {urlsplit(base_url).netloc.lower(), headers.get("host", "").lower()}


def _signed(token: str | None, key: bytes, cookie: str) -> bool:
    nonce, _, mark = (token or "").partition(".")
    return bool(nonce) and hmac.compare_digest(mark.encode(), sessions.signature(key, cookie, nonce).encode())
