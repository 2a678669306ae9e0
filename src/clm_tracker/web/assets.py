"""How do style, script and drawings reach a browser once, and never again until they change?"""

import mimetypes
from dataclasses import dataclass
from functools import cache
from hashlib import sha256

from starlette.requests import Request
from starlette.responses import Response

from clm_tracker.kernel.refusals import NotFound
from clm_tracker.web import files
from clm_tracker.web.access import ANYONE, Router

FOR_EVER = "public, max-age=31536000, immutable"
ASK_AGAIN = "public, no-cache"
_TYPES = {".css", ".js", ".svg", ".png", ".woff2", ".webmanifest", ".ico"}
router = Router()


@dataclass(frozen=True, slots=True)
class Asset:
    """One file as it is sent."""

    content: bytes
    media_type: str
    digest: str


@cache
def assets() -> dict[str, Asset]:
    """Every file of `static/` that a page may ask for, by its name."""
    found = {}
    for path in sorted(files.STATIC.rglob("*")):
        if path.is_file() and path.suffix in _TYPES:
            content = path.read_bytes()
            kind = mimetypes.guess_type(path.name)[0] or "application/octet-stream"
            name = path.relative_to(files.STATIC).as_posix()
            found[name] = Asset(content, kind, sha256(content).hexdigest()[:12])
    return found


@router.get("/static/{name:path}", access=ANYONE, include_in_schema=False)
def static(request: Request, name: str) -> Response:
    """A file; for ever when the address names its content."""
    asset = assets().get(name)
    if asset is None:
        raise NotFound("file")
    etag = f'"{asset.digest}"'
    caching = FOR_EVER if request.query_params.get("v") == asset.digest else ASK_AGAIN
    headers = {"Cache-Control": caching, "ETag": etag}
    if request.headers.get("if-none-match") == etag:
        return Response(status_code=304, headers=headers)
    return Response(asset.content, headers=headers, media_type=asset.media_type)
