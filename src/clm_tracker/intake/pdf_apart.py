"""What does a PDF say about who made it? Taken out in a process of its own, which may die of what it is given.

A few kilobytes can unpack to gigabytes. So this runs as a program, with little memory and time: a PDF comes in, one
without names goes out, and how it ends says what else was found.
"""

import contextlib
import io
import re
import sys
from collections.abc import Iterator
from typing import Any

import filetype
import pikepdf
from pikepdf import Name

from clm_tracker.intake import office_files, pdf_files, pictures, recordings
from clm_tracker.intake.files import apart
from clm_tracker.kernel.refusals import Invalid

_NOTES = (Name.Metadata, Name.PieceInfo)  # XMP, and what programs that made it keep for themselves


_HOLD = (pikepdf.Dictionary, pikepdf.Array)
_LEADS_TO_A_FILE = re.compile(rb"/[ER]F\b")
_BROKEN = (pikepdf.PdfError, ValueError, TypeError, KeyError, RuntimeError, AttributeError, MemoryError)


class _Attached(Exception):
    """A file in it cannot be looked into."""


def main() -> int:
    """From standard input to standard output."""
    apart.hold_back(pdf_files.MEMORY)
    content = sys.stdin.buffer.read()
    try:
        now = _without_names(content)
    except _Attached:
        return pdf_files.ATTACHED
    except pikepdf.PasswordError:
        return pdf_files.PASSWORD
    except _BROKEN:
        return pdf_files.DAMAGED
    if now is content:
        return pdf_files.SIGNED
    sys.stdout.buffer.write(now)
    return 0


def _without_names(content: bytes, *, inside: bool = False) -> bytes:
    """The PDF anew; the very same where somebody signed it."""
    with pikepdf.open(io.BytesIO(content)) as pdf:
        if is_signed(pdf):
            return content
        _forget(pdf, inside=inside)
        out = io.BytesIO()
        # The same for the same file, so that it is known again.
        pdf.save(out, encryption=False, deterministic_id=True)
    return out.getvalue()


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


def _forget(pdf: pikepdf.Pdf, *, inside: bool) -> None:
    if Name.Info in pdf.trailer:
        del pdf.trailer[Name.Info]
    files: dict[tuple[int, int], Any] = {}  # each once, in however many lists it stands
    for one in pdf.objects:
        if not inside:
            files.update((file.objgen, file) for file in _attached(one))
        if not isinstance(one, pikepdf.Dictionary | pikepdf.Stream):
            continue
        for note in _NOTES:
            if note in one:
                del one[note]
        if isinstance(one, pikepdf.Stream):
            if one.get(Name.Type) == Name.Metadata:
                one.write(b"")  # dictionaries that are no objects of their own may lead to it
            _forget_of_picture(one)
    for file in files.values():
        _forget_of_file(file)


def _attached(one: Any) -> Iterator[Any]:  # noqa: ANN401 - the library's object
    """The files that are attached here, whose folders are forgotten at once."""
    for spec in _written_in(one):
        files, related = spec.get(Name.EF), spec.get(Name.RF)
        if isinstance(files, pikepdf.Dictionary):
            for name in (Name.F, Name.UF):
                if name in spec:
                    spec[name] = re.split(r"[/\\]", str(spec[name]))[-1]
            yield from (file for file in files.values() if isinstance(file, pikepdf.Stream))
        for some in related.values() if isinstance(related, pikepdf.Dictionary) else ():
            if isinstance(some, pikepdf.Array):
                yield from (file for file in some if isinstance(file, pikepdf.Stream))


def _written_in(one: Any) -> Iterator[Any]:  # noqa: ANN401 - the library's object
    """A dictionary and those written inside it, which are no objects of their own, where any leads to a file."""
    one = one.stream_dict if isinstance(one, pikepdf.Stream) else one
    if not isinstance(one, _HOLD) or not _LEADS_TO_A_FILE.search(one.unparse(resolved=True)):
        return
    left = [one]
    while left:
        one = left.pop()
        if isinstance(one, pikepdf.Dictionary):
            yield one
        places = range(len(one)) if isinstance(one, pikepdf.Array) else list(one.keys())
        for place in places:
            with contextlib.suppress(ArithmeticError):  # a number that is none
                if isinstance(held := one[place], _HOLD) and not held.is_indirect:
                    left.append(held)


def _forget_of_file(stream: Any) -> None:  # noqa: ANN401 - the library's object
    """A file is kept in a PDF as if it had been sent by itself. Raises _Attached."""
    if Name.Params in stream:
        del stream[Name.Params]  # its hours and its sum
    try:
        was = stream.read_bytes()
        if was.startswith(b"%PDF"):
            now = _without_names(was, inside=True)
        elif was.startswith(b"PK\3\4"):
            now = office_files.without_names(was)
        else:
            now = recordings.without_notes(pictures.without_notes(was), filetype.guess_mime(was) or "")
    except (*_BROKEN, pikepdf.PasswordError, Invalid):
        raise _Attached from None
    if now != was:
        stream.write(now)


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
