"""What does a PDF say about who made it? Taken out in a process of its own, which may die of what it is given.

A few kilobytes can unpack to gigabytes. So this runs as a program, with little memory and time: a PDF comes in, one
without names goes out, and how it ends says what else was found.
"""

import io
import sys
from typing import Any

import pikepdf
from pikepdf import Name

from clm_tracker.intake import pdf_files, pictures
from clm_tracker.intake.files import apart

_NOTES = (Name.Metadata, Name.PieceInfo)  # XMP, and what programs that made it keep for themselves


def main() -> int:
    """From standard input to standard output."""
    apart.hold_back(pdf_files.MEMORY)
    content = sys.stdin.buffer.read()
    try:
        with pikepdf.open(io.BytesIO(content)) as pdf:
            if is_signed(pdf):
                return pdf_files.SIGNED
            _forget(pdf)
            out = io.BytesIO()
            # The same for the same file, so that it is known again.
            pdf.save(out, encryption=False, deterministic_id=True)
    except pikepdf.PasswordError:
        return pdf_files.PASSWORD
    except (pikepdf.PdfError, ValueError, TypeError, KeyError, RuntimeError, AttributeError, MemoryError):
        return pdf_files.DAMAGED
    sys.stdout.buffer.write(out.getvalue())
    return 0


def is_signed(pdf: pikepdf.Pdf) -> bool:
    """Did somebody sign it, so that every changed byte would show? A field that waits for a signature is none."""
    rights = pdf.Root.get(Name.Perms)
    given: list[Any] = list(rights.values()) if isinstance(rights, pikepdf.Dictionary) else []
    form = pdf.Root.get(Name.AcroForm)
    fields: list[Any] = [(form, None)] if isinstance(form, pikepdf.Dictionary) else []
    seen = set()
    while fields:
        field, kind = fields.pop()
        kind = field.get(Name.FT, kind)
        if kind == Name.Sig:
            given.append(field.get(Name.V))
        for below in (field.get(Name.Fields), field.get(Name.Kids)):
            for one in below if isinstance(below, pikepdf.Array) else ():
                if isinstance(one, pikepdf.Dictionary) and not (one.is_indirect and one.objgen in seen):
                    seen.add(one.objgen)
                    fields.append((one, kind))
    return any(_is_signature(one) for one in given)


def _is_signature(one: object) -> bool:
    return (
        isinstance(one, pikepdf.Dictionary)
        and isinstance(one.get(Name.ByteRange), pikepdf.Array)
        and isinstance(one.get(Name.Contents), pikepdf.String)
    )


def _forget(pdf: pikepdf.Pdf) -> None:
    if Name.Info in pdf.trailer:
        del pdf.trailer[Name.Info]
    for one in pdf.objects:
        if not isinstance(one, pikepdf.Dictionary | pikepdf.Stream):
            continue
        for note in _NOTES:
            if note in one:
                del one[note]
        if isinstance(one, pikepdf.Stream):
            _forget_of_picture(one)


def _forget_of_picture(stream: Any) -> None:  # noqa: ANN401 - the library's object
    """A photo keeps in a PDF what the camera wrote into it."""
    how = stream.get(Name.Filter)
    if isinstance(how, pikepdf.Array) and len(how) == 1:
        how = how[0]
    if how != Name.DCTDecode:
        return
    was = stream.read_raw_bytes()
    if (now := pictures.without_notes(was)) != was:
        stream.write(now, filter=Name.DCTDecode, decode_parms=stream.get(Name.DecodeParms))


if __name__ == "__main__":
    sys.exit(main())
