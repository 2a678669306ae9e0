"""What is forged, broken, or sent by somebody whom the letter was not for?"""

from clm_tracker.domain.words import Effect
from tests.intake.mail.corpus import SOPHEA, Mail, message

_SAID = "We refuse."
_FORWARDED = """I take this on.

---------- Forwarded message ---------
From: Sophea Chan <sophea@community-eyes.example.org>
Date: Mon, 2 Mar 2026
Subject: KH-2026-0001
To: Deputy <deputy@community-eyes.example.org>

See below.
"""


def _mail(name: str, effect: Effect, raw: bytes, text: str | None = None) -> Mail:
    return Mail(name=name, raw=raw, effect=effect, text=text)


HOSTILE = (
    _mail("a forged word", Effect.UNKNOWN, message(_SAID, to="@FORGED@", id="<h1@mail.example.org>")),
    _mail("an altered word", Effect.UNKNOWN, message(_SAID, to="@ALTERED@", id="<h2@mail.example.org>")),
    _mail(
        "half a word",
        Effect.UNKNOWN,
        message(_SAID, to="reply+abc@answers.example.org", id="<h3@mail.example.org>"),
    ),
    _mail(
        "no word", Effect.UNKNOWN, message(_SAID, to="reply@answers.example.org", id="<h4@mail.example.org>")
    ),
    _mail(
        "our word at another domain",
        Effect.UNKNOWN,
        message(_SAID, to="@ELSEWHERE@", id="<h5@mail.example.org>"),
    ),
    _mail("an expired word", Effect.ENDED, message(_SAID, to="@EXPIRED@", id="<h6@mail.example.org>")),
    _mail("a revoked word", Effect.ENDED, message(_SAID, to="@REVOKED@", id="<h7@mail.example.org>")),
    _mail(
        "of somebody who holds the post no longer",
        Effect.ENDED,
        message(
            _SAID, to="@ENDED@", sender="Kosal <kosal@community-eyes.example.org>", id="<h8@mail.example.org>"
        ),
    ),
    _mail(
        "another sender",
        Effect.STRANGER,
        message(_SAID, sender="Deputy <deputy@community-eyes.example.org>", id="<h9@mail.example.org>"),
    ),
    _mail(
        "a thread that was forwarded and answered",
        Effect.STRANGER,
        message(_FORWARDED, sender="Deputy <deputy@community-eyes.example.org>", id="<h10@mail.example.org>"),
    ),
    _mail(
        "another sender with the reader's name",
        Effect.STRANGER,
        message(
            _SAID,
            sender='"sophea@community-eyes.example.org" <evil@example.net>',
            id="<h11@mail.example.org>",
        ),
    ),
    _mail(
        "two senders",
        Effect.STRANGER,
        message(_SAID, sender=f"{SOPHEA}, evil@example.net", id="<h12@mail.example.org>"),
    ),
    *(
        _mail(
            f"the reader's address in {where}, before the one that a server checks",
            Effect.STRANGER,
            message(_SAID, sender=sender, id=f"<h12.{n}@mail.example.org>"),
        )
        for n, (where, sender) in enumerate(
            {
                "an encoded name": "=?utf-8?q?=3Csophea=40community-eyes.example.org=3E_=28?= <evil@example.net>",
                "an encoded name without signs": "=?utf-8?q?sophea=40community-eyes.example.org_=28?= <evil@example.net>",
                "front of a comment": "sophea@community-eyes.example.org (<evil@example.net>",
                "brackets of its own": "<sophea@community-eyes.example.org>(<evil@example.net>)",
            }.items()
        )
    ),
    _mail(
        "a name in which an address is quoted, and which was encoded",
        Effect.FILED,
        message(
            _SAID,
            sender='=?utf-8?q?Sophea=2C_=28Health_Centre=29?= "of old@example.net" <Sophea@community-eyes.example.org>',
            id="<h12.9@mail.example.org>",
        ),
        _SAID,
    ),
    _mail("no sender", Effect.STRANGER, message(_SAID, sender="", id="<h13@mail.example.org>")),
    _mail(
        "a sender that the receiving server found forged",
        Effect.REFUSED,
        message(
            _SAID,
            more="Authentication-Results: mx.example.org;\n spf=fail smtp.mailfrom=evil.example.net;\n dmarc=fail (p=REJECT) header.from=community-eyes.example.org\n",
            id="<h14@mail.example.org>",
        ),
    ),
    _mail(
        "found forged by the second line of the same server",
        Effect.REFUSED,
        message(
            _SAID,
            more="Authentication-Results: mx.example.org; dkim=none\nAuthentication-Results: mx.example.org; dmarc=fail\n",
            id="<h15@mail.example.org>",
        ),
    ),
    _mail(
        "found forged by some server on the way alone",
        Effect.FILED,
        message(
            _SAID,
            more="Authentication-Results: mx.example.org; dmarc=pass\nAuthentication-Results: other.example.net; dmarc=fail\n",
            id="<h16@mail.example.org>",
        ),
        _SAID,
    ),
    _mail(
        "encrypted",
        Effect.NOT_FILED,
        message(
            "--e\nContent-Type: application/pgp-encrypted\n\nVersion: 1\n--e\nContent-Type: application/octet-stream\n\n-----BEGIN PGP MESSAGE-----\n--e--\n",
            kind='multipart/encrypted; protocol="application/pgp-encrypted"; boundary=e',
            id="<h17@mail.example.org>",
        ),
    ),
    _mail(
        "no Message-ID",
        Effect.FILED,
        message(_SAID + " 1").replace(b"Message-ID: <a1@mail.example.org>\n", b""),
        _SAID + " 1",
    ),
    _mail("a Message-ID that is none", Effect.FILED, message(_SAID + " 2", id="not an id"), _SAID + " 2"),
    _mail(
        "parts that are announced and do not come",
        Effect.FILED,
        message(_SAID, kind="multipart/mixed; boundary=nowhere", id="<h18@mail.example.org>"),
        _SAID,
    ),
    _mail(
        "a part that never ends",
        Effect.FILED,
        message(
            f"--q\nContent-Type: text/plain\n\n{_SAID}\n",
            kind="multipart/mixed; boundary=q",
            id="<h19@mail.example.org>",
        ),
        _SAID,
    ),
    _mail(
        "no boundary",
        Effect.FILED,
        message(_SAID, kind="multipart/mixed", id="<h20@mail.example.org>"),
        _SAID,
    ),
    _mail(
        "broken base64",
        Effect.FILED,
        message("V2UgcmVmdXNlLg=", id="<h21@mail.example.org>").replace(
            b"Encoding: 8bit", b"Encoding: base64"
        ),
        _SAID,
    ),
    _mail(
        "headers of no shape",
        Effect.FILED,
        message(
            _SAID,
            more="X-Broken\nReferences: <<<>>,,\nReply-To: [[[\nSender: @@@\n",
            id="<h22@mail.example.org>",
        ),
        None,
    ),
    _mail(
        "zeros and signs that nobody sees",
        Effect.FILED,
        message("We\x00 ref\u202euse\x07.", id="<h23@mail.example.org>"),
        _SAID,
    ),
    _mail(
        "line ends of an old Macintosh",
        Effect.FILED,
        message(_SAID + "\n", id="<h24@mail.example.org>").replace(b"\n", b"\r\n"),
        _SAID,
    ),
)
BURDENS = (
    Mail(
        name="lines without end",
        raw=b"From: a@b.example.org\n\n" + b"\n" * 3_000_000,
        effect=Effect.NOT_FILED,
    ),
    Mail(
        name="parts beside and in parts, and many lines",
        raw=b"From: a@b.example.org\n"
        + b"".join(b"Content-Type: multipart/mixed; boundary=b%d\n\n--b%d\n" % (i, i) for i in range(100))
        + b"\nx" * 800_000,
        effect=Effect.NOT_FILED,
    ),
    Mail(
        name="parts in parts without end",
        raw=b"From: a@b.example.org\n"
        + b"".join(b"Content-Type: multipart/mixed; boundary=b%d\n\n--b%d\n" % (i, i) for i in range(2000)),
        effect=Effect.NOT_FILED,
    ),
    Mail(
        name="messages in messages without end",
        raw=b"From: a@b.example.org\n" + b"Content-Type: message/rfc822\n\n" * 5000,
        effect=Effect.NOT_FILED,
    ),
    Mail(
        name="a type without end",
        raw=b"From: a@b.example.org\nContent-Type: text/plain; " + b"a=b; " * 100_000 + b"\n\nx",
        effect=Effect.NOT_FILED,
    ),
    Mail(name="nothing", raw=b"", effect=Effect.NOT_FILED),
    Mail(name="no message", raw=b"\x00\xff\xfe" * 50, effect=Effect.NOT_FILED),
)
