"""What do machines send, in which languages and whose words?"""

from clm_tracker.domain.words import Effect
from tests.intake.mail.corpus import SOPHEA, Mail, message

_N = iter(range(1, 200))


def _auto(name: str, subject: str, body: str, more: str, *, sender: str = SOPHEA) -> Mail:
    raw = message(body, subject=subject, more=more, sender=sender, id=f"<auto{next(_N)}@mail.example.org>")
    return Mail(name=name, raw=raw, effect=Effect.AUTOMATIC)


_EXCHANGE = (
    "X-Auto-Response-Suppress: All\nX-MS-Exchange-Inbox-Rules-Loop: sophea@community-eyes.example.org\n"
)
_AUTO = "Auto-Submitted: auto-replied\n"

AUTOMATIC = (
    _auto(
        "Exchange, English",
        "Automatic reply: KH-2026-0001",
        "I am out of the office until 9 March.",
        _AUTO + _EXCHANGE,
    ),
    _auto(
        "Gmail, English",
        "Out of office Re: KH-2026-0001",
        "I am on annual leave.",
        "Auto-Submitted: auto-replied (vacation)\nPrecedence: bulk\n",
    ),
    _auto(
        "French",
        "Réponse automatique : KH-2026-0001",
        "Je suis absent jusqu'au 9 mars.",
        "X-Auto-Response-Suppress: All\n",
    ),
    _auto(
        "French, in an encoded subject",
        "=?UTF-8?Q?R=C3=A9ponse_automatique?=",
        "Bonjour, je suis actuellement en congé.",
        "",
    ),
    _auto("Khmer", "ការឆ្លើយតបស្វ័យប្រវត្តិ៖ KH-2026-0001", "សួស្តី ខ្ញុំនឹងអវត្តមានរហូតដល់ថ្ងៃទី 9 មីនា។", ""),
    _auto(
        "Swahili",
        "Jibu la moja kwa moja: KH-2026-0001",
        "Asante. Niko kwenye likizo hadi tarehe 9 Machi.",
        "",
    ),
    _auto(
        "Portuguese",
        "Resposta automática: KH-2026-0001",
        "Estou de férias até 9 de março.",
        "Precedence: auto_reply\n",
    ),
    _auto(
        "Spanish", "Respuesta automática: KH-2026-0001", "Estoy fuera de la oficina hasta el 9 de marzo.", ""
    ),
    _auto("German", "Automatische Antwort: KH-2026-0001", "Ich bin bis 9. März nicht im Büro.", ""),
    _auto("vacation of an old Unix", "away from my mail", "I'm away.", "Precedence: junk\n"),
    _auto(
        "cPanel",
        "Re: KH-2026-0001",
        "Thank you for writing.",
        "X-Autorespond: Re: KH-2026-0001\nPrecedence: bulk\n",
    ),
    _auto(
        "a desk that numbers tickets",
        "[#4711] We received your request",
        "Thank you for contacting us.",
        "Auto-Submitted: auto-generated\n",
        sender="Help Desk <help@health.example.org>",
    ),
    _auto("without an address for what comes back", "Re: KH-2026-0001", "Received.", "Return-Path: <>\n"),
    _auto(
        "an address that nobody reads",
        "KH-2026-0001",
        "Received.",
        "",
        sender="No Reply <no-reply@health.example.org>",
    ),
    _auto(
        "our own letter, coming round again",
        "KH-2026-0001",
        "KH-2026-0001 is overdue.",
        "Auto-Submitted: auto-generated\n",
        sender="Community Eyes <letters@clm.example.org>",
    ),
    _auto("a loop", "Re: Re: Re: KH-2026-0001", "Received.", "X-Loop: sophea@community-eyes.example.org\n"),
    Mail(
        name="a receipt that it was read",
        raw=message(
            "--r\nContent-Type: text/plain\n\nYour message was displayed.\n--r\nContent-Type: message/disposition-notification\n\n"
            "Final-Recipient: rfc822;sophea@community-eyes.example.org\nDisposition: manual-action/MDN-sent-manually; displayed\n--r--\n",
            kind="multipart/report; report-type=disposition-notification; boundary=r",
            subject="Read: KH-2026-0001",
            id="<mdn@mail.example.org>",
        ),
        effect=Effect.AUTOMATIC,
    ),
    Mail(
        name="a complaint of one server to another",
        raw=message(
            "--r\nContent-Type: text/plain\n\nThis is an email abuse report.\n--r\nContent-Type: message/feedback-report\n\n"
            "Feedback-Type: abuse\nUser-Agent: X/1\nVersion: 1\n--r--\n",
            kind="multipart/report; report-type=feedback-report; boundary=r",
            sender="staff@hotmail.example.org",
            id="<arf@mail.example.org>",
        ),
        effect=Effect.AUTOMATIC,
    ),
)


def _noise(name: str, more: str, body: str = "News of the week.") -> Mail:
    raw = message(body, subject="[staff] News", more=more, id=f"<list{next(_N)}@mail.example.org>")
    return Mail(name=name, raw=raw, effect=Effect.LIST)


LISTS = (
    _noise(
        "Mailman",
        "List-Id: Staff <staff.lists.example.org>\nList-Post: <mailto:staff@lists.example.org>\nPrecedence: list\n",
    ),
    _noise("a newsletter", "List-Unsubscribe: <https://news.example.org/u>\n"),
    _noise("bulk", "Precedence: bulk\n"),
)
EMPTY = (
    Mail(name="nothing at all", raw=message("\n \n", id="<e1@mail.example.org>"), effect=Effect.EMPTY),
    Mail(
        name="a signature alone",
        raw=message("-- \nSophea Chan\n", id="<e2@mail.example.org>"),
        effect=Effect.EMPTY,
    ),
    Mail(
        name="sent back with nothing written",
        raw=message(
            "\n\nOn Mon, 2 Mar 2026 at 09:00, Community Eyes <letters@example.org> wrote:\n> KH-2026-0001 is overdue.\n",
            id="<e3@mail.example.org>",
        ),
        effect=Effect.EMPTY,
    ),
    Mail(
        name="forwarded with nothing written",
        raw=message(
            "---------- Forwarded message ---------\nFrom: Community Eyes <letters@example.org>\nDate: Mon, 2 Mar 2026\n"
            "Subject: KH-2026-0001\nTo: <sophea@community-eyes.example.org>\n\nKH-2026-0001 is overdue.\n",
            id="<e4@mail.example.org>",
            subject="Fwd: KH-2026-0001",
        ),
        effect=Effect.EMPTY,
    ),
)
