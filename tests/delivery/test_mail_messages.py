"""Do the programs that people have read a letter as it was written? (R45)"""

import re
from email import message_from_bytes, message_from_string, policy
from email.header import decode_header, make_header
from email.message import EmailMessage
from uuid import uuid4

import pytest

from clm_tracker.delivery.channels import Attachment, Parcel
from clm_tracker.delivery.letters import drawing
from clm_tracker.delivery.mail_messages import NoAddress, Sender, checked, written
from tests.delivery import letters
from tests.delivery.parcels import FINDING, parcel

SENDER = Sender.of("CLM programme <clm@tracker.example.org>")
KHMER = "សូមឆ្លើយតបមុនថ្ងៃទី ១២ ខែតុលា ឆ្នាំ ២០២៦៖ ថ្នាំអស់ពីស្តុកនៅមណ្ឌលសុខភាព" * 3
LONG = (
    "The water tank of the maternity ward at the health centre has been dry since the second week of May" * 2
)


def read(one: Parcel, sender: Sender = SENDER) -> EmailMessage:
    """The message after its way through seven bits."""
    data = written(one, checked(one.address), sender).as_bytes()
    data.decode("ascii")
    assert max(len(line) for line in data.split(b"\r\n")) <= 78
    assert b"\n" not in data.replace(b"\r\n", b"")
    message = message_from_bytes(data, policy=policy.default)
    assert not message.defects
    return message


def body(message: EmailMessage, kind: str) -> str:
    part = message.get_body((kind,))
    assert part is not None
    return str(part.get_content()).replace("\r\n", "\n")


def test_the_head_of_a_letter() -> None:
    one = parcel(name="Dr Sok Vanna", thread=FINDING, reply_to="r.abc@in.example.org", language="fr")
    m = read(one)
    assert m["Message-ID"] == f"<{one.id}@tracker.example.org>"
    assert m["In-Reply-To"] == m["References"] == f"<finding-{FINDING.hex}@tracker.example.org>"
    assert m["Date"].datetime == one.at
    assert m["From"] == "CLM programme <clm@tracker.example.org>"
    assert m["To"] == "Dr Sok Vanna <reader@health.example.org>"
    assert m["Reply-To"] == "CLM programme <r.abc@in.example.org>"
    assert m["Auto-Submitted"] == "auto-generated"
    assert m["Precedence"] == "bulk"
    assert m["List-Id"] == "<letters.tracker.example.org>"
    assert "OOF" in m["X-Auto-Response-Suppress"]
    assert "NDR" not in m["X-Auto-Response-Suppress"], "whoever cannot deliver it has to say so"
    assert m["Content-Language"] == "fr"


def test_a_letter_about_several_findings_is_in_no_thread_of_one() -> None:
    m = read(parcel())
    assert m["References"] is None
    assert m["In-Reply-To"] is None
    assert m["Reply-To"] is None


def test_the_letters_of_a_finding_stand_together_and_keep_their_own_names() -> None:
    first, second = read(parcel(thread=FINDING)), read(parcel(thread=FINDING))
    assert first["References"] == second["References"]
    assert first["Message-ID"] != second["Message-ID"]


@pytest.mark.parametrize("subject", [KHMER, LONG, "Réponse attendue : réf. KH-2026-0042 – « urgent »"])
def test_a_subject_arrives_as_it_was_written(subject: str) -> None:
    m = read(parcel(subject=subject))
    assert m["Subject"] == subject
    raw = message_from_bytes(m.as_bytes())  # as older programs read it
    assert str(make_header(decode_header(raw["Subject"]))) == subject or subject == LONG


@pytest.mark.parametrize("name", ["លោក សុខ វណ្ណា", 'Sok "Vanna", MD', "Ms <Chan>", "", "a@b"])
def test_a_name_arrives_as_it_was_written(name: str) -> None:
    (to,) = read(parcel(name=name))["To"].addresses
    assert (to.display_name, to.addr_spec) == (name, "reader@health.example.org")


def test_text_and_html_are_two_ways_to_read_the_same_letter() -> None:
    text, html = KHMER + "\n\nFrom the\u200bcommunity\n", f"<p lang=km>{KHMER * 20}</p>\n"
    m = read(parcel(text=text, html=html))
    assert m.get_content_type() == "multipart/alternative"
    assert body(m, "plain") == text
    assert body(m, "html") == html


@pytest.mark.parametrize("key", letters.KEYS)
def test_every_kind_of_letter_is_read_as_it_was_drawn(key: str) -> None:
    drawn = letters.letter(key, "km", title="Tests; late, \\n “six” weeks", reader="Sok, Chenda")
    text, html = drawing.as_text(drawn), drawing.as_html(drawn) + "\n"
    several = len(drawn.items) != 1
    m = read(
        parcel(
            name="Sok Chenda, ប្រធាន",
            language=drawn.language,
            subject=drawn.subject,
            text=text,
            html=html,
            thread=None if several else FINDING,
            reply_to=None if several else "r.abc@in.example.org",
        )
    )
    assert m["Subject"] == drawn.subject
    assert re.search("[\u1780-\u17ff]", m["Subject"])
    assert (body(m, "plain"), body(m, "html")) == (text, html)
    (to,) = m["To"].addresses
    assert to.display_name == "Sok Chenda, ប្រធាន"
    assert (m["References"] is None) is (m["Reply-To"] is None) is several
    assert m["List-Id"] == "<letters.tracker.example.org>"
    assert m["Content-Language"] == "km"


def test_attachments_arrive_byte_for_byte_under_their_names() -> None:
    files = (
        Attachment(name="លិខិត KH-2026-0042.pdf", media_type="application/pdf", data=bytes(range(256)) * 40),
        Attachment(name="due.ics", media_type="text/calendar", data="BEGIN:VCALENDAR\r\nX:ថ្ងៃ\r\n".encode()),
        Attachment(name="old.eml", media_type="message/rfc822", data=b"Subject: x\n\ny"),
        Attachment(name="../../etc/x\r\nBcc: y.pdf", media_type="nothing", data=b"%PDF"),
    )
    m = read(parcel(attachments=files, html="<p>See the letter."))
    got = [(a.get_filename(), a.get_content_type(), a.get_payload(decode=True)) for a in m.iter_attachments()]
    assert got == [
        (files[0].name, "application/pdf", files[0].data),
        (files[1].name, "text/calendar", files[1].data),
        ("old.eml", "application/octet-stream", files[2].data),
        ("..-..-etc-x Bcc: y.pdf", "application/octet-stream", files[3].data),
    ]
    assert body(m, "plain").startswith("The water tank")


@pytest.mark.parametrize("break_", ["\r\n", "\n", "\r", "\r\n\r\n", "\x0b", "\x0c", "\x85", "\u2028", "\x00"])
def test_nothing_that_people_wrote_ends_a_header(break_: str) -> None:
    trick = f"Water{break_}Bcc: victim@example.org"
    m = read(parcel(subject=trick, name=trick), Sender.of(f"{trick} <clm@tracker.example.org>"))
    assert m["Bcc"] is None
    assert m["Subject"] == "Water Bcc: victim@example.org"
    assert len(m["To"].addresses) == len(m["From"].addresses) == 1


@pytest.mark.parametrize(
    ("written_as", "name", "address"),
    [
        ("clm@tracker.example.org", "", "clm@tracker.example.org"),
        ("CLM <clm@tracker.example.org>", "CLM", "clm@tracker.example.org"),
        ('"CLM, Battambang" <clm@tracker.example.org>', "CLM, Battambang", "clm@tracker.example.org"),
        ("កម្មវិធី, បាត់ដំបង <clm@Tracker.Example.org>", "កម្មវិធី, បាត់ដំបង", "clm@tracker.example.org"),
    ],
)
def test_a_sender_is_an_address_with_a_name(written_as: str, name: str, address: str) -> None:
    found = Sender.of(written_as)
    assert found == Sender(name, address, address)
    raw = message_from_bytes(written(parcel(), "x@example.org", found).as_bytes())
    assert str(make_header(decode_header(raw["From"]))).startswith(
        f'"{name}"' if "," in name and name.isascii() else name
    )


@pytest.mark.parametrize("wrong", ["", "CLM", "CLM <clm>", "សុខ@example.org", "a@b, c@d"])
def test_what_is_no_sender_is_refused(wrong: str) -> None:
    with pytest.raises(NoAddress):
        Sender.of(wrong)


def test_the_same_letter_has_the_same_identifier_at_every_try() -> None:
    one = parcel(id=uuid4())
    assert read(one)["Message-ID"] == read(one)["Message-ID"]


def test_an_encoded_word_in_a_text_hides_no_header() -> None:
    trick = "=?utf-8?q?Water=0D=0ABcc:_victim@example.org?="
    m = read(parcel(subject=trick, name=trick))
    assert m["Bcc"] is None
    assert m["Subject"] == m["To"].addresses[0].display_name == trick.replace("=?", "= ?")


def test_identifiers_stay_whole_under_a_long_domain() -> None:
    one = parcel(thread=FINDING, reply_to=f"{'r' * 60}@example.org")
    sender = Sender.of(f"CLM <clm@{'a' * 50}.{'b' * 50}.example.org>")
    message = message_from_bytes(written(one, one.address, sender).as_bytes())
    assert message["Message-ID"].strip() == f"<{one.id}@{sender.domain}>"
    assert message["References"].strip() == f"<finding-{FINDING.hex}@{sender.domain}>"
    assert message["List-Id"].strip() == f"<letters.{sender.domain}>"
    assert message["Reply-To"].split()[-1] == f"<{'r' * 60}@example.org>"


@pytest.mark.parametrize("turning", ["\u202e", "\u202d", "\u2066", "\u2067"])
def test_nothing_that_people_wrote_turns_a_line_around(turning: str) -> None:
    one = parcel(subject=f"Stage 2 {turning}gpj.exe", name=f"Sok {turning}Vanna")
    m = read(one)
    assert (m["Subject"], m["To"].addresses[0].display_name) == ("Stage 2 gpj.exe", "Sok Vanna")


@pytest.mark.parametrize(
    "name",
    [f"{'é' * 60}, evil@example.net, {'é' * 40}", "é;:,<>@[]" * 15, f'{"ខ្មែរ " * 12}" <evil@example.net>, "'],
)
def test_a_name_is_no_second_address_however_the_line_is_folded(name: str) -> None:
    """To an address in another script the head is in UTF-8, and a long line of it is folded."""
    data = written(parcel(name=name), checked("សុខ@health.example.org"), SENDER).as_bytes()
    head = data.partition(b"\r\n\r\n")[0].decode()
    (to,) = message_from_string(head, policy=policy.SMTPUTF8)["To"].addresses
    assert to.addr_spec == "សុខ@health.example.org"
