"""Which files come along, good and bad?"""

import io
import zipfile
from base64 import b64encode
from binascii import crc32

from PIL import Image

from clm_tracker.domain.words import Effect
from tests.intake import papers
from tests.intake.mail.corpus import Mail, message

PDF = papers.pdf()
_N = iter(range(1, 100))


def picture(fmt: str = "JPEG", colour: str = "red", size: tuple[int, int] = (40, 20)) -> bytes:
    out = io.BytesIO()
    Image.new("RGB", size, colour).save(out, fmt)
    return out.getvalue()


def _large() -> bytes:
    """A picture larger than a logo: noise does not shrink."""
    noise = b"".join(crc32(n.to_bytes(4)).to_bytes(4) for n in range(30_000))
    out = io.BytesIO()
    Image.frombytes("RGB", (200, 200), noise).save(out, "PNG")
    return out.getvalue()


def _document() -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("word/document.xml", "<w/>")
        archive.writestr("word/vbaProject.bin", "x")
    return out.getvalue()


def part(
    data: bytes, *, name: str, kind: str = "application/octet-stream", how: str = "attachment", more: str = ""
) -> str:
    return (
        f"Content-Type: {kind}; {name.replace('filename', 'name')}\nContent-Disposition: {how}; {name}\n{more}"
        f"Content-Transfer-Encoding: base64\n\n{b64encode(data).decode()}\n"
    )


def _with(
    name: str,
    *parts: str,
    kept: tuple[str, ...] = (),
    refused: tuple[str, ...] = (),
    text: str = "See the photo.",
    first: str = "",
) -> Mail:
    body = first or f"Content-Type: text/plain; charset=utf-8\n\n{text}\n"
    raw = message(
        "".join(f"--m1\n{one}" for one in (body, *parts)) + "--m1--\n",
        kind='multipart/mixed; boundary="m1"',
        id=f"<att{next(_N)}@mail.example.org>",
    )
    effect = Effect.FILED if text or kept else Effect.NOT_FILED
    return Mail(name=name, raw=raw, effect=effect, text=text, kept=kept, refused=refused)


_JPG, _EXE = picture(), b"MZ\x90\x00" + b"\x00" * 200
ATTACHED = (
    _with("a photo", part(_JPG, name='filename="fridge.jpg"', kind="image/jpeg"), kept=("picture.jpg",)),
    _with(
        "a photo alone",
        part(_JPG, name='filename="fridge.jpg"', kind="image/jpeg"),
        kept=("picture.jpg",),
        text="",
    ),
    _with(
        "a name in Khmer",
        part(_JPG, name="filename*=UTF-8''%E1%9E%91%E1%9E%BC.jpg", kind="image/jpeg"),
        kept=("picture.jpg",),
    ),
    _with(
        "a name in an encoded word",
        part(PDF, name=f'filename="=?UTF-8?B?{b64encode("réponse.pdf".encode()).decode()}?="'),
        kept=("réponse.pdf",),
    ),
    _with(
        "a name in pieces",
        part(PDF, name='filename*0="a long "; filename*1="name.pdf"'),
        kept=("a long name.pdf",),
    ),
    _with("a path for a name", part(PDF, name='filename="../../etc/passwd.pdf"'), kept=("passwd.pdf",)),
    _with("a path of Windows", part(PDF, name='filename="C:\\\\Windows\\\\a.pdf"'), kept=("a.pdf",)),
    _with(
        "two endings",
        part(_EXE, name='filename="photo.jpg.exe"'),
        part(_JPG, name='filename="b.jpg"'),
        kept=("picture.jpg",),
        refused=("photo.jpg.exe",),
    ),
    _with(
        "a program named like a picture",
        part(_EXE, name='filename="photo.jpg"', kind="image/jpeg"),
        refused=("photo.jpg",),
    ),
    _with("a picture named like a program", part(_JPG, name='filename="a.exe"'), kept=("picture.jpg",)),
    _with(
        "a name that reads from right to left",
        part(_EXE, name="filename*=UTF-8''photo%E2%80%AEgpj.exe"),
        refused=("photogpj.exe",),
    ),
    _with("an empty file", part(b"", name='filename="empty.pdf"'), refused=("empty.pdf",)),
    _with("a huge name", part(PDF, name=f'filename="{"x" * 900}.pdf"'), kept=(f"{'x' * 100}.pdf",)),
    _with("no name", part(PDF, name="size=3"), kept=("file.pdf",)),
    _with("macros", part(_document(), name='filename="report.docx"'), refused=("report.docx",)),
    _with(
        "a page of the web",
        part(b"<script>alert(1)</script>", name='filename="a.html"', kind="text/html"),
        refused=("a.html",),
    ),
    _with(
        "a drawing that can run scripts",
        part(b"<svg xmlns='http://www.w3.org/2000/svg'/>", name='filename="a.svg"', kind="image/svg+xml"),
        refused=("a.svg",),
    ),
    _with(
        "Outlook's own format",
        part(b"\x78\x9f\x3e\x22" + b"\x00" * 60, name='filename="winmail.dat"', kind="application/ms-tnef"),
        refused=("winmail.dat",),
    ),
    _with(
        "the same photo twice",
        part(_JPG, name='filename="a.jpg"'),
        part(_JPG, name='filename="b.jpg"'),
        kept=("picture.jpg",),
    ),
    _with(
        "a photo that is damaged",
        part(_JPG[:60], name='filename="cut.jpg"', kind="image/jpeg"),
        part(PDF, name='filename="ok.pdf"'),
        kept=("ok.pdf",),
        refused=("cut.jpg",),
    ),
    _with("bad files alone", part(_EXE, name='filename="a.exe"'), refused=("a.exe",), text=""),
    _with(
        "a letter that was forwarded whole",
        "Content-Type: message/rfc822\n\nSubject: An older letter\nFrom: x@example.org\nMessage-ID: <old@x>\n\nOld words.\n",
        refused=("An older letter.eml",),
    ),
    _with(
        "a logo in the text, and a photo in it",
        part(
            picture("PNG"),
            name='filename="logo.png"',
            kind="image/png",
            how="inline",
            more="Content-ID: <logo>\n",
        ),
        part(
            _large(),
            name='filename="photo.png"',
            kind="image/png",
            how="inline",
            more="Content-ID: <photo>\n",
        ),
        kept=("picture.png",),
        text="See the photo.",
        first="Content-Type: text/html; charset=utf-8\n\n<p>See the photo.</p><img src='cid:photo'><img src='cid:logo'>\n",
    ),
    _with(
        "a signature that programs check",
        part(b"x", name='filename="smime.p7s"', kind="application/pkcs7-signature"),
    ),
)
