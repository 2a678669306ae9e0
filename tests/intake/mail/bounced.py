"""What do the main mail servers write when a letter cannot be delivered?"""

from clm_tracker.domain.words import Effect
from tests.intake.mail.corpus import Mail

_TO = "sophea@community-eyes.example.org"
_ORIGINAL = f"""From: Community Eyes <letters@clm.example.org>
To: Sophea Chan <{_TO}>
Subject: KH-2026-0001
Message-ID: <@LETTER@>
Auto-Submitted: auto-generated
"""


def _report(
    name: str,
    *,
    sender: str,
    said: str,
    status: str,
    action: str = "failed",
    diagnostic: str = "",
    failed: str = f"rfc822; {_TO}",
    original: str = _ORIGINAL,
    as_headers: bool = False,
    more: str = "",
    effect: Effect = Effect.BOUNCED,
    marks: bool = True,
    to: str = "letters@clm.example.org",
) -> Mail:
    third = "text/rfc822-headers" if as_headers else "message/rfc822"
    tail = "" if as_headers else "\nKH-2026-0001 is overdue.\n"
    raw = f"""Return-Path: <>
From: {sender}
To: {to}
Subject: Undelivered Mail Returned to Sender
Message-ID: <{name.replace(" ", ".").replace(",", "")}@mx.example.net>
{more}MIME-Version: 1.0
Content-Type: multipart/report; report-type=delivery-status; boundary="b/1"

--b/1
Content-Type: text/plain; charset=us-ascii

{said}
--b/1
Content-Type: message/delivery-status

Reporting-MTA: dns; mx.example.net
Arrival-Date: Mon, 2 Mar 2026 09:00:00 +0700

Final-Recipient: {failed}
Action: {action}
Status: {status}
Diagnostic-Code: smtp; {diagnostic}

--b/1
Content-Type: {third}

{original}{tail}
--b/1--
"""
    return Mail(name=name, raw=raw.encode(), effect=effect, marks=marks, why=diagnostic)


_QMAIL = f"""Return-Path: <>
From: MAILER-DAEMON@mx.example.net
To: letters@clm.example.org
Subject: failure notice
Message-ID: <qmail@mx.example.net>

Hi. This is the qmail-send program at mx.example.net.
I'm afraid I wasn't able to deliver your message to the following addresses.
This is a permanent error; I've given up. Sorry it didn't work out.

<{_TO}>:
Sorry, no mailbox here by that name. (#5.1.1)

--- Below this line is a copy of the message.

Return-Path: <letters@clm.example.org>
{_ORIGINAL}
KH-2026-0001 is overdue.
"""
_EXIM = f"""Return-Path: <>
From: Mail Delivery System <Mailer-Daemon@mx.example.net>
To: letters@clm.example.org
Subject: Mail delivery failed: returning message to sender
Auto-Submitted: auto-replied
X-Failed-Recipients: {_TO}
Message-ID: <E1abc@mx.example.net>

This message was created automatically by mail delivery software.

A message that you sent could not be delivered to one or more of its
recipients. This is a permanent error. The following address(es) failed:

  {_TO}
    host mx2.example.net [192.0.2.1]
    SMTP error from remote mail server after RCPT TO:<{_TO}>:
    550 5.1.1 User unknown

------ This is a copy of the message, including all the headers. ------

{_ORIGINAL}
"""
_SENTENCES = f"""From: Postmaster <postmaster@mx.example.net>
To: letters@clm.example.org
Subject: Delivery failure
Message-ID: <domino@mx.example.net>

Your message could not be delivered to:
{_TO}
because: 550 No such user here

Message-ID: <@LETTER@>
"""

BOUNCED = (
    _report(
        "Postfix",
        sender="MAILER-DAEMON@mx.example.net (Mail Delivery System)",
        said="I'm sorry to have to inform you that your message could not\nbe delivered to one or more recipients.",
        status="5.1.1",
        diagnostic="550 5.1.1 User unknown in virtual mailbox table",
    ),
    _report(
        "Exchange",
        sender="Microsoft Outlook <MicrosoftExchange329e71ec88ae4615bbc36ab6ce41109e@example.net>",
        said="Delivery has failed to these recipients or groups:",
        status="5.1.1",
        diagnostic="550 5.1.1 RESOLVER.ADR.RecipNotFound; not found",
        more="X-MS-Exchange-Message-Is-Ndr:\nAuto-Submitted: auto-replied\n",
    ),
    _report(
        "Microsoft 365",
        sender="postmaster@outlook.example.net",
        said="Your message to Sophea couldn't be delivered.",
        status="5.1.10",
        diagnostic="550 5.1.10 RESOLVER.ADR.RecipientNotFound; Recipient not found by SMTP address lookup",
        failed=f"rfc822;{_TO}",
    ),
    _report(
        "Gmail, of an address that is not there",
        sender="Mail Delivery Subsystem <mailer-daemon@googlemail.example.com>",
        said="** Address not found **\n\nYour message wasn't delivered.",
        status="5.1.1",
        diagnostic="550-5.1.1 The email account that you tried to reach does not exist.",
        more=f"X-Failed-Recipients: {_TO}\nAuto-Submitted: auto-replied\n",
    ),
    _report(
        "Amazon SES, which renames letters",
        sender="MAILER-DAEMON@eu-west-1.amazonses.example.com",
        said="An error occurred while trying to deliver the mail to the following recipients:",
        status="5.1.1",
        diagnostic="550 5.1.1 user unknown",
        original=_ORIGINAL.replace("@LETTER@", "010201abc@eu-west-1.amazonses.example.com"),
        to="@TO@",
    ),
    _report(
        "sendmail",
        sender="Mail Delivery Subsystem <MAILER-DAEMON@mx.example.net>",
        said="   ----- The following addresses had permanent fatal errors -----",
        status="5.1.1",
        diagnostic="550 5.1.1 User unknown",
        as_headers=True,
        failed=f"RFC822; {_TO}",
    ),
    _report(
        "Exim, newer",
        sender="Mail Delivery System <Mailer-Daemon@mx.example.net>",
        said="This message was created automatically by mail delivery software.",
        status="5.0.0",
        diagnostic="550 Mailbox unavailable",
        failed=f"rfc822;{_TO}",
        more=f"X-Failed-Recipients: {_TO}\n",
    ),
    _report(
        "mailbox full",
        sender="MAILER-DAEMON@mx.example.net",
        said="The user's mailbox is full.",
        status="5.2.2",
        diagnostic="552 5.2.2 Over quota",
    ),
    _report(
        "given up after five days",
        sender="MAILER-DAEMON@mx.example.net",
        said="Too old.",
        status="4.4.7",
        diagnostic="delivery temporarily suspended: connect timed out",
    ),
    _report(
        "to the return path of the letter",
        sender="MAILER-DAEMON@mx.example.net",
        said="No such user.",
        status="5.1.1",
        diagnostic="550 5.1.1 No such user",
        original="Subject: x\n",
        to="@RETURN@",
    ),
    Mail(name="qmail", raw=_QMAIL.encode(), effect=Effect.BOUNCED, marks=True),
    Mail(name="Exim, older", raw=_EXIM.encode(), effect=Effect.BOUNCED, marks=True),
    Mail(name="sentences alone", raw=_SENTENCES.encode(), effect=Effect.BOUNCED, marks=True),
    _report(
        "Postfix, still trying",
        sender="MAILER-DAEMON@mx.example.net",
        said="THIS IS A WARNING ONLY. YOU DO NOT NEED TO RESEND YOUR MESSAGE.",
        status="4.4.1",
        action="delayed",
        diagnostic="connect to mx2.example.net: Connection timed out",
        effect=Effect.DELAYED,
        marks=False,
    ),
    _report(
        "greylisted",
        sender="MAILER-DAEMON@mx.example.net",
        said="Delivery is delayed; no action is required.",
        status="4.2.0",
        action="delayed",
        diagnostic="450 4.2.0 Greylisted",
        effect=Effect.DELAYED,
        marks=False,
    ),
    _report(
        "of an address that it was forwarded to",
        sender="MAILER-DAEMON@mx.example.net",
        said="No such user.",
        status="5.1.1",
        diagnostic="550 5.1.1 No such user",
        failed="rfc822; somebody-else@example.net",
        marks=False,
    ),
    _report(
        "of a letter that is not ours",
        sender="MAILER-DAEMON@mx.example.net",
        said="No such user.",
        status="5.1.1",
        diagnostic="550 5.1.1 No such user",
        original="Message-ID: <spam@elsewhere.example.net>\n",
        effect=Effect.UNKNOWN,
        marks=False,
    ),
    _report(
        "delivered after all",
        sender="MAILER-DAEMON@mx.example.net",
        said="Delivered.",
        status="2.0.0",
        action="delivered",
        diagnostic="250 OK",
        effect=Effect.AUTOMATIC,
        marks=False,
    ),
)
