"""Is a message read as its writer meant it, and told from what machines send?"""

import time

import pytest

from clm_tracker.domain.words import Effect
from clm_tracker.intake.mail import Sort, Unreadable, read, sort_of
from tests.intake.mail.attached import ATTACHED
from tests.intake.mail.bounced import BOUNCED
from tests.intake.mail.corpus import Mail
from tests.intake.mail.hostile import BURDENS, HOSTILE
from tests.intake.mail.machines import AUTOMATIC, EMPTY, LISTS
from tests.intake.mail.written import WRITTEN

PLACES = {
    "TO": "reply+sophea@answers.example.org",
    "TOUPPER": "REPLY+SOPHEA@ANSWERS.EXAMPLE.ORG",
    "DARA": "reply+dara@answers.example.org",
    "LETTER": "018f0000-0000-7000-8000-000000000001@clm.example.org",
    "RETURN": "bounce+letter@answers.example.org",
}
named = pytest.mark.parametrize


@named("mail", WRITTEN, ids=lambda mail: mail.name)
def test_what_people_write(mail: Mail) -> None:
    found = read(mail.to(PLACES))
    assert sort_of(found) is Sort.ANSWER
    assert found.text == mail.text
    assert len(found.senders) == 1
    assert {"reply+sophea@answers.example.org", "reply+dara@answers.example.org"} & set(found.recipients)


@named("mail", AUTOMATIC, ids=lambda mail: mail.name)
def test_what_machines_answer(mail: Mail) -> None:
    assert sort_of(read(mail.to(PLACES))) is Sort.AUTOMATIC


@named("mail", (*LISTS, *EMPTY), ids=lambda mail: mail.name)
def test_noise_and_nothing(mail: Mail) -> None:
    assert sort_of(read(mail.to(PLACES))) == str(mail.effect)


@named("mail", BOUNCED, ids=lambda mail: mail.name)
def test_what_servers_say_of_a_letter(mail: Mail) -> None:
    found = read(mail.to(PLACES))
    if mail.effect is Effect.AUTOMATIC:
        assert found.bounce is None
        return
    assert sort_of(found) is Sort.BOUNCE
    assert found.bounce is not None
    assert found.bounce.final is (mail.effect is not Effect.DELAYED)
    assert len(found.bounce.addresses) == 1
    if mail.marks:
        assert found.bounce.addresses == ("sophea@community-eyes.example.org",)
    assert mail.why in found.bounce.said
    if mail.marks and "SES" not in mail.name and "return path" not in mail.name:
        assert found.bounce.message_id == f"<{PLACES['LETTER']}>"


@named("mail", ATTACHED, ids=lambda mail: mail.name)
def test_files_that_come_along(mail: Mail) -> None:
    found = read(mail.to(PLACES))
    assert found.text == mail.text
    assert len(found.attachments) == len(mail.kept) + len(mail.refused)
    assert set(mail.refused) <= {one.name for one in found.attachments}


@named("mail", HOSTILE, ids=lambda mail: mail.name)
def test_forged_and_broken_messages_are_read_too(mail: Mail) -> None:
    found = read(mail.to(PLACES))
    if mail.text is not None:
        assert found.text == mail.text
    assert "\x00" not in found.whole + found.subject + "".join(found.senders)


@named("mail", BURDENS, ids=lambda mail: mail.name)
def test_what_is_made_to_be_a_burden_is_no_message(mail: Mail) -> None:
    begun = time.perf_counter()
    with pytest.raises(Unreadable):
        read(mail.raw)
    assert time.perf_counter() - begun < 10


@pytest.mark.parametrize("charset", [b"idna", b"undefined", b"a\x00b", b"punycode", b"no-such", b"\xff"])
def test_a_text_in_no_charset_at_all_is_read_as_it_stands(charset: bytes) -> None:
    """A message that raised an error would be brought again for days, and be lost in the end."""
    head = b"From: a@b.example.org\nTo: c@d.example.org\nContent-Transfer-Encoding: 8bit\n"
    raw = head + b"Content-Type: text/plain; charset=" + charset + "\n\nយើងទទួលបាន".encode()
    assert read(raw).text == "យើងទទួលបាន"


@pytest.mark.parametrize("broken", [b"Subject: x\x0bb: c\n\nz", b"Status: 2.0.0\x1c::\n\nz"])
def test_a_message_that_came_along_broken_keeps_no_answer_back(broken: bytes) -> None:
    raw = (
        b"From: a@b.example.org\nMIME-Version: 1.0\nContent-Type: multipart/mixed; boundary=x\n\n"
        b"--x\n\nWe have received it.\n--x\nContent-Type: message/rfc822\n\n" + broken + b"\n--x--\n"
    )
    found = read(raw)
    assert (found.text, len(found.attachments)) == ("We have received it.", 1)


_HEAD = "From: a@b.example.org\nTo: c@d.example.org\nSubject: x\n"
_HTML = f"{_HEAD}Content-Type: text/html\n\n"
LONG = {
    "times": f"{_HEAD}\n" + "On 1:00 " * 300_000,
    "quotations": f"{_HEAD}\n" + "On 1:00 wrote:\n> x\n" * 50_000,
    "quotations far apart": f"{_HEAD}\n" + ("On 1:00 a@b.org:\n" + "\n" * 50) * 10_000,
    "headers in the text": f"{_HEAD}\n" + "From: a\nTo: b\nx\n" * 100_000,
    "headers": _HEAD + "X: y\n" * 100_000 + "\nx",
    "encoded words": f"{_HEAD}X: " + "=?utf-8?q?a?= " * 200_000 + "\n\nx",
    "a charset that is none": f"{_HEAD}Content-Type: text/plain; charset=punycode\n\n" + "b9a8c7z6" * 100_000,
    "a header of a charset that is none": f"{_HEAD}X: =?idna?q?{'a.' * 20_000}?=\n\nx",
    "many recipients": _HEAD + ("Cc: " + "a@b.example.org," * 1_200 + "\n") * 400 + "\nx",
    "recipients": "From: a@b.example.org\nTo: " + "(" * 100_000 + "\n\nx",
    **{
        f"HTML: {piece}": _HTML + piece * (1_000_000 // len(piece))
        for piece in ("<!--", "</", "<!", "<a href='", "<a ", "<div style='")
    },
    "HTML: quotations in quotations": _HTML + "<blockquote>x" * 70_000,
}


@named("raw", LONG.values(), ids=LONG)
def test_no_message_takes_long(raw: str) -> None:
    """Anybody may write to us: the time goes with the length, not with its square (minutes, where it did)."""
    begun = time.perf_counter()
    read(raw.encode())
    assert time.perf_counter() - begun < 10
