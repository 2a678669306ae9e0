"""How does evidence come in: a file, a link or a statement? (R17, R18)"""

import hashlib
import io
import re
import warnings
import zipfile
from dataclasses import dataclass
from datetime import date
from uuid import UUID

import filetype
from PIL import Image

from clm_tracker.commands import holding
from clm_tracker.db import digests
from clm_tracker.db.held import hold
from clm_tracker.db.units import Writing
from clm_tracker.delivery.evidence_store import EvidenceStore
from clm_tracker.domain import evidence as law
from clm_tracker.domain.cases import Case, Evidence
from clm_tracker.domain.names import is_seen
from clm_tracker.domain.policy import Act
from clm_tracker.domain.words import EvidenceKind, Purpose
from clm_tracker.intake import office_files, pdf_files, pictures, recordings
from clm_tracker.kernel.refusals import NotFound, invalid
from clm_tracker.kernel.speech import N_, _

LARGEST = 25 * 1024 * 1024  # bytes
IMAGES = {"image/jpeg": "JPEG", "image/png": "PNG", "image/webp": "WEBP"}
# What a file may be, by its own first bytes, with the ending it is given.
ENDINGS = {
    "image/jpeg": "jpg",
    "image/png": "png",
    "image/webp": "webp",
    "application/pdf": "pdf",
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document": "docx",
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet": "xlsx",
    "application/vnd.oasis.opendocument.text": "odt",
    "application/vnd.oasis.opendocument.spreadsheet": "ods",
    "audio/mpeg": "mp3",
    "audio/mp4": "m4a",
    "audio/ogg": "ogg",
    "audio/x-wav": "wav",
    "video/mp4": "mp4",
}
_NO = N_(
    "Send a picture (JPEG, PNG, WebP), a PDF, a document (docx, xlsx, odt, ods), or sound or video (mp3, m4a, ogg, wav, mp4)."
)
_TURNS = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}


@dataclass(frozen=True, slots=True)
class Upload:
    """A file as somebody sent it."""

    filename: str
    content: bytes


@dataclass(frozen=True, slots=True)
class Clean:
    """A file fit to keep: its type by its content, without what tells of whoever made it."""

    filename: str
    media_type: str
    content: bytes


def attach(
    unit: Writing,
    ref: str,
    *,
    purpose: Purpose,
    store: EvidenceStore,
    caption: str = "",
    action_id: UUID | None = None,
    captured_on: date | None = None,
    text: str | None = None,
    url: str | None = None,
    file: Clean | None = None,
) -> Evidence:
    """Add one statement (`text`), link (`url`) or file (`file`, made `clean` before the unit began: that takes seconds). Raises Invalid for none, several, or a file not fit."""
    case = holding.take(unit, Act.ATTACH_EVIDENCE, ref)
    given = [
        kind
        for kind, is_given in (
            (EvidenceKind.STATEMENT, is_seen(text or "")),
            (EvidenceKind.LINK, is_seen(url or "")),
            (EvidenceKind.FILE, file is not None),
        )
        if is_given
    ]
    if len(given) != 1:
        raise invalid("file", _("Add one thing at a time: a file, a link or a statement."))
    if file:  # the same content may be on its way out with another draft
        hold(unit, hashlib.sha256(file.content).hexdigest())
    story = law.attach(
        case,
        unit.now,
        kind=given[0],
        purpose=purpose,
        side=unit.side(case),
        given_by=unit.actor.id,
        caption=caption.strip(),
        action_id=action_id,
        captured_on=captured_on,
        text=text.strip() if text else None,
        url=url.strip() if url else None,
        filename=file.filename if file else None,
        media_type=file.media_type if file else None,
        size=len(file.content) if file else None,
        # Kept before the unit commits: without the line nobody finds it, and the same file is kept once.
        sha256=store.put(file.content) if file else None,
    )
    made = next(one for one in story.case.evidence if one not in case.evidence)
    return holding.put(unit, Act.ATTACH_EVIDENCE, case, story).evidence[made]


def call(unit: Writing, ref: str, id: UUID, caption: str) -> None:
    """Say otherwise what a draft's piece of evidence shows; one that is gone is called nothing."""
    case = holding.take(unit, Act.EDIT_FINDING, ref)
    holding.put(unit, Act.EDIT_FINDING, case, law.call(case, _piece(case, id), caption.strip(), unit.now))


def take_off(unit: Writing, ref: str, id: UUID) -> Evidence:
    """Take a piece of evidence off a draft; `forget` its file when this unit has ended. Twice is as good as once."""
    case = holding.take(unit, Act.EDIT_FINDING, ref)
    piece = _piece(case, id)
    holding.put(unit, Act.EDIT_FINDING, case, law.take_off(case, piece, unit.now))
    return piece


def forget(unit: Writing, store: EvidenceStore, sha256: str) -> None:
    """Let a file go that no evidence refers to any more. In a unit of its own: what is not committed may come back."""
    hold(unit, sha256)
    if not digests.is_needed(unit, sha256):
        store.remove(sha256)


def _piece(case: Case, id: UUID) -> Evidence:
    if id not in case.evidence:
        raise NotFound("evidence")
    return case.evidence[id]


def clean(upload: Upload) -> Clean:
    """The file with its type by content; a picture is drawn anew and a recording loses its notes, so that place, camera and
    comments are gone, and its name. A document loses what says who made it, unless it is digitally signed.

    Raises Invalid for other types, files over `LARGEST` bytes, pictures over `pictures.MOST_PIXELS` or that move, macros, and
    for what is damaged or has a password.
    """
    if not upload.content:
        raise invalid("file", _("The file is empty."))
    if len(upload.content) > LARGEST:
        raise invalid("file", _("Send a file of at most {n} MB.").format(n=LARGEST // 1024**2))
    media_type = _type_of(upload.content)
    if media_type not in ENDINGS:
        raise office_files.unreadable() if _is_meant_as_document(upload) else invalid("file", _(_NO))
    ending = ENDINGS[media_type]
    what, content = media_type.partition("/")[0], upload.content
    if media_type in IMAGES:
        what, content = "picture", _redrawn(content, IMAGES[media_type])
    elif what in {"audio", "video"}:
        what, content = "recording", recordings.without_notes(content, media_type)
    else:
        without_names = pdf_files.without_names if ending == "pdf" else office_files.without_names
        return Clean(_named(upload.filename, ending), media_type, without_names(content))
    if not content:
        raise invalid("file", _("The file is empty."))
    # A phone writes hour and place into the name, and people write who is on it; no letter says that (R41).
    return Clean(f"{what}-{hashlib.sha256(content).hexdigest()[:8]}.{ending}", media_type, content)


def _is_meant_as_document(upload: Upload) -> bool:
    """Would somebody who sent this be puzzled to hear that documents are welcome?"""
    named = upload.filename.rpartition(".")[2].strip().lower()
    return named in {"docx", "xlsx", "odt", "ods"} or office_files.has_password(upload.content)


def _type_of(content: bytes) -> str | None:
    if content.startswith(b"PK\x03\x04"):
        return _type_of_zip(content)
    found = filetype.guess_mime(content)
    # Sound alone in the container that also carries video.
    return "audio/mp4" if found == "video/mp4" and content[8:11] == b"M4A" else found


def _type_of_zip(content: bytes) -> str | None:
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            names = set(archive.namelist())
            says = archive.getinfo("mimetype") if "mimetype" in names else None
            if says and says.file_size < 200:
                return office_files.unpacked(content, says).decode("ascii", "replace").strip()
    except office_files.DAMAGED:
        raise office_files.unreadable() from None
    if any(name.lower().endswith("vbaproject.bin") for name in names):
        raise invalid("file", _("This document contains macros; save it without them, or as a PDF."))
    office = "application/vnd.openxmlformats-officedocument"
    if "word/document.xml" in names:
        return f"{office}.wordprocessingml.document"
    return f"{office}.spreadsheetml.sheet" if "xl/workbook.xml" in names else None


def _redrawn(content: bytes, fmt: str) -> bytes:
    """The pixels alone, upright, in a new file of the same kind."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", Image.DecompressionBombWarning)  # our own limit is lower
            warnings.simplefilter("ignore", UserWarning)  # said of each note of a camera that makes no sense
            picture = Image.open(io.BytesIO(content), formats=[fmt])
        if picture.width * picture.height > pictures.MOST_PIXELS:
            raise invalid(
                "file",
                _("Send a picture of at most {n} million pixels.").format(n=pictures.MOST_PIXELS // 1000000),
            )
        # Phones write JPEG with a second, smaller picture behind it; the first is the one that was taken.
        if fmt != "JPEG" and getattr(picture, "n_frames", 1) > 1:
            raise invalid("file", _("Send a picture that does not move, or a video."))
        upright = _upright(picture)
        see_through = upright.has_transparency_data and fmt != "JPEG"
        plain = upright.convert("RGBA" if see_through else "RGB")
    except pictures.DAMAGED:
        raise invalid("file", _("This picture cannot be read; it may be damaged.")) from None
    # Only pixels go into the new picture: nothing that came along in the old one's `info`.
    drawn = Image.new(plain.mode, plain.size)
    drawn.paste(plain)
    out = io.BytesIO()
    drawn.save(out, fmt, **({} if fmt == "PNG" else {"quality": pictures.QUALITY}))
    return out.getvalue()


def _upright(picture: Image.Image) -> Image.Image:
    """The picture as it was held. What else a camera notes is not read: much of it is nonsense, in pictures that are good."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", UserWarning)
            how = _TURNS.get(picture.getexif().get(pictures.ORIENTATION, 1))
    except pictures.DAMAGED:
        how = None
    picture.load()
    return picture if how is None else picture.transpose(how)


def _named(filename: str, ending: str) -> str:
    """The name for people, without folders and control characters, with the ending of what the file really is."""
    last = re.split(r"[/\\]", filename)[-1]
    kept = "".join(c for c in last if c.isprintable() and c not in '<>:"|?*').strip(" .")
    stem = kept.rpartition(".")[0] if "." in kept else kept
    return f"{stem[:100] or 'file'}.{ending}"
