"""How is a letter given out as a paper to sign?"""

from urllib.parse import quote

from starlette.responses import Response

from clm_tracker.delivery.letters import Letter, documents
from clm_tracker.web.security import FILE_POLICY


def paper(letter: Letter, kind: str) -> Response:
    """The letter as a file: `documents.PDF` or `documents.DOCX`."""
    is_pdf = kind == documents.PDF
    content = documents.as_pdf(letter) if is_pdf else documents.as_docx(letter)
    name = documents.filename(letter, ".pdf" if is_pdf else ".docx")
    return Response(
        content,
        media_type=kind,
        headers={
            "Content-Disposition": f"attachment; filename*=UTF-8''{quote(name, safe='')}",
            "Content-Security-Policy": FILE_POLICY,
        },
    )
