"""How is a picture drawn small, so that a gallery costs little on a slow network?"""

import io
from collections import OrderedDict
from threading import Lock

from PIL import Image, ImageOps

from clm_tracker.kernel.refusals import NotFound

MEDIA_TYPE = "image/webp"
SIDE, QUALITY, MOST = 480, 55, 256


def draw(content: bytes) -> bytes:
    """The picture, at most `SIDE` pixels wide and high, as WebP. Raises NotFound for what is no picture."""
    try:
        with Image.open(io.BytesIO(content), formats=["JPEG", "PNG", "WEBP"]) as picture:
            picture.draft("RGB", (SIDE, SIDE))  # a JPEG is unpacked at a fraction of its size
            upright = ImageOps.exif_transpose(picture)
            upright.thumbnail((SIDE, SIDE))
            out = io.BytesIO()
            upright.convert("RGBA" if upright.has_transparency_data else "RGB").save(
                out, "WEBP", quality=QUALITY
            )
    except (OSError, ValueError, SyntaxError, Image.DecompressionBombError):
        raise NotFound("picture") from None
    return out.getvalue()


class Drawn:
    """The small pictures that this process drew last, by the digest of the picture they show.

    In memory alone: what lies on a disk beside the evidence could be exchanged without its digest telling.
    """

    def __init__(self) -> None:
        self._kept: OrderedDict[str, bytes] = OrderedDict()
        self._lock = Lock()

    def get(self, digest: str) -> bytes | None:
        """The small picture, when it is kept."""
        with self._lock:
            if (found := self._kept.get(digest)) is not None:
                self._kept.move_to_end(digest)
            return found

    def keep(self, digest: str, drawn: bytes) -> None:
        """Keep it, and forget the one that was asked for longest ago."""
        with self._lock:
            self._kept[digest] = drawn
            if len(self._kept) > MOST:
                self._kept.popitem(last=False)

    def drop(self, digest: str) -> None:
        """Forget it: its picture is gone."""
        with self._lock:
            self._kept.pop(digest, None)
