"""What stood in a form that could not be taken, so that nobody has to write it again?

It is kept nowhere: it goes back, in the answer, to the browser that sent it, and from there once more when somebody says so.
"""

import json
from collections.abc import AsyncGenerator
from dataclasses import dataclass

from starlette.datastructures import FormData
from starlette.formparsers import MultiPartException, MultiPartParser
from starlette.requests import Request

from clm_tracker.web import once
from clm_tracker.web.security import BODY_LIMIT, Begun

_STAYS_UNSEEN = "reporter"  # who told of a finding goes back, and is put on no screen
_SECRET = "password"  # noqa: S105 - a part of a field's name
_FORMS = ("multipart/form-data", "application/x-www-form-urlencoded")


@dataclass(frozen=True, slots=True)
class Unsent:
    """The answers of a form, by the names of its fields, and the address that it goes `to`."""

    to: str
    fields: tuple[tuple[str, str], ...]
    files: tuple[str, ...] = ()

    @property
    def written(self) -> tuple[str, ...]:
        """What a person wrote in words, to be read again: no choices, no numbers, nothing that the form said by itself."""
        if _STAYS_UNSEEN in self.to:
            return ()
        return tuple(
            value.strip()
            for name, value in self.fields
            if not name.startswith(_STAYS_UNSEEN) and _is_in_words(value.strip())
        )


def is_form(request: Request) -> bool:
    """Whether a form was posted to a page."""
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    return request.method == "POST" and kind in _FORMS


def of(request: Request, sent: FormData) -> Unsent:
    """What the form held. Passwords do not come back, and files cannot: their names tell which to choose again."""
    to = request.url.path + (f"?{request.url.query}" if request.url.query else "")
    fields, files = [], []
    for name, value in sent.multi_items():
        if not isinstance(value, str):
            files += [value.filename] if value.filename else []
        elif name != once.FIELD and _SECRET not in name:
            fields.append((name, value))
    return Unsent(to, tuple(fields), tuple(files))


class _Words(MultiPartParser):
    """Reads the texts of a form, and of its files the names alone."""

    def on_part_data(self, data: bytes, start: int, end: int) -> None:
        if self._current_part.file is None:
            super().on_part_data(data, start, end)


async def words(request: Request, begun: Begun, *, most: int) -> FormData:
    """The texts of a form that cannot be taken whole, of which `begun` was read already; nothing beyond `most` bytes is."""

    async def stream() -> AsyncGenerator[bytes, None]:
        yield b"".join(begun.parts)
        came, whole = sum(map(len, begun.parts)), begun.whole
        while not whole and came <= most:
            message = await request.receive()
            came += len(message.get("body", b""))
            yield message.get("body", b"")
            whole = not message.get("more_body", False)

    reader = _Words(request.headers, stream(), max_part_size=BODY_LIMIT)
    try:
        return await reader.parse()
    except (MultiPartException, ValueError):
        return FormData()
    finally:
        for file in reader._files_to_close_on_error:  # noqa: SLF001 - also of a file that never ended
            file.close()


def keep(request: Request, sent: FormData) -> None:
    """Hand what stood in the form on to the page of the refusal."""
    request.state.unsent = of(request, sent)


def kept(request: Request) -> Unsent | None:
    """What stood in the form of the request that was refused, where it could not be taken at all."""
    found = getattr(request.state, "unsent", None)
    return found if isinstance(found, Unsent) else None


def _is_in_words(value: str) -> bool:
    if not (" " in value or "\n" in value or not value.isascii()):
        return False
    try:
        json.loads(value)
    except ValueError:
        return True
    return False
