"""Is a file of evidence kept once, never changed, and read only while it is the same?"""

import hashlib
import io
from pathlib import Path

import pytest
from PIL import Image

from clm_tracker.delivery.evidence_store import Altered, EvidenceStore
from clm_tracker.kernel.refusals import NotFound

CONTENT = b"a photograph"
DIGEST = hashlib.sha256(CONTENT).hexdigest()


@pytest.fixture(params=["file", "memory"])
def store(request: pytest.FixtureRequest, tmp_path: Path) -> EvidenceStore:
    return EvidenceStore.at(
        (tmp_path / "with space" / "new").as_uri() if request.param == "file" else "memory:///"
    )


def test_what_was_put_is_read_by_its_digest(store: EvidenceStore) -> None:
    assert store.put(CONTENT) == DIGEST
    assert store.put(CONTENT) == DIGEST, "twice is once"
    assert store.get(DIGEST) == CONTENT


def test_what_is_missing_is_not_found(store: EvidenceStore) -> None:
    with pytest.raises(NotFound, match="There is no such file"):
        store.get(DIGEST)


def test_a_changed_file_is_never_handed_out(tmp_path: Path) -> None:
    store = EvidenceStore.at(tmp_path.as_uri())
    store.put(CONTENT)
    (tmp_path / DIGEST[:2] / DIGEST).write_bytes(b"another photograph")
    with pytest.raises(Altered):
        store.get(DIGEST)
    with pytest.raises(Altered):
        store.put(CONTENT)


def test_what_was_let_go_is_gone_and_may_come_again(store: EvidenceStore) -> None:
    out = io.BytesIO()
    Image.new("RGB", (40, 30), "teal").save(out, "PNG")
    digest = store.put(out.getvalue())
    assert store.small(digest)
    store.remove(digest)
    store.remove(digest)
    for gone in (store.get, store.small):
        with pytest.raises(NotFound):
            gone(digest)
    assert store.put(out.getvalue()) == digest
    assert store.get(digest) == out.getvalue()
