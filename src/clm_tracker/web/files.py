"""Under which addresses does a browser find the files that never change?"""

from functools import cache
from hashlib import sha256
from pathlib import Path

STATIC = Path(__file__).parent / "static"


@cache
def static_url(name: str) -> str:
    """The address of a static file, ending in its content's hash so that it may be cached for ever.

    Raises FileNotFoundError for a name that is not in `static/`.
    """
    content = (STATIC / name).read_bytes()
    return f"/static/{name}?v={sha256(content).hexdigest()[:12]}"
