"""Where do the files of evidence lie, and are they still what was given? (R17, R18)"""

import contextlib
import hashlib
from pathlib import Path
from typing import Self
from urllib.parse import urlsplit
from urllib.request import url2pathname

import obstore
from obstore.exceptions import AlreadyExistsError
from obstore.store import LocalStore, MemoryStore, ObjectStore, from_url

from clm_tracker.delivery import thumbnails
from clm_tracker.kernel.refusals import NotFound


class Altered(Exception):
    """What is stored under a digest has another digest: somebody changed it outside the program."""


class EvidenceStore:
    """Files by the SHA-256 of their content: written once, never changed, read only when they are still the same."""

    def __init__(self, store: ObjectStore) -> None:
        self._store = store
        self._drawn = thumbnails.Drawn()

    @classmethod
    def at(cls, url: str) -> Self:
        """A store at `file:///folder` (made when missing), `s3://bucket/prefix` or `memory:///`.

        S3 takes its keys and region from the environment, as Amazon's own tools do.
        """
        parts = urlsplit(url)
        match parts.scheme:
            case "file":
                return cls(LocalStore(Path(url2pathname(parts.path)), mkdir=True))
            case "memory":
                return cls(MemoryStore())
            case _:
                return cls(from_url(url))

    def put(self, content: bytes) -> str:
        """Keep the content; its SHA-256 in hex. The same content is kept once."""
        digest = hashlib.sha256(content).hexdigest()
        try:
            obstore.put(self._store, _path(digest), content, mode="create")
        except AlreadyExistsError:
            self.get(digest)  # a damaged file must not pass for the one that was given now
        return digest

    def get(self, digest: str) -> bytes:
        """The content. Raises NotFound when it is missing, Altered when it is no longer what was given."""
        try:
            content = bytes(obstore.get(self._store, _path(digest)).bytes())
        except FileNotFoundError:
            raise NotFound("file") from None
        if hashlib.sha256(content).hexdigest() != digest:
            raise Altered(f"The evidence {digest} was changed outside the program.")
        return content

    def remove(self, digest: str) -> None:
        """Let the content go; whoever asks makes sure first that nothing refers to it. Nothing to do when it is gone."""
        self._drawn.drop(digest)
        with contextlib.suppress(FileNotFoundError):
            obstore.delete(self._store, _path(digest))

    def small(self, digest: str) -> bytes:
        """A picture drawn small, kept in memory. Raises NotFound or Altered as `get` does."""
        if (kept := self._drawn.get(digest)) is not None:
            return kept
        drawn = thumbnails.draw(self.get(digest))
        self._drawn.keep(digest, drawn)
        return drawn


def _path(digest: str) -> str:
    # Two levels, so that no folder holds more than a few thousand files.
    return f"{digest[:2]}/{digest}"
