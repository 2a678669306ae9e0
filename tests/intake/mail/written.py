"""Which answers do people write, in which programs and languages?"""

from base64 import b64encode
from quopri import encodestring

from clm_tracker.domain.words import Effect
from tests.intake.mail.corpus import DARA, Mail, answer, message

_SAID = "The new fridge was installed on Friday. Test results come weekly again."
_KHMER = "យើងបានជួសជុលទូទឹកកកហើយ។ លទ្ធផលតេស្តមកដល់រៀងរាល់សប្តាហ៍។"
_QUOTE = "> KH-2026-0001 is overdue.\n>\n> Please answer by 6 March 2026.\n"
_GMAIL_HTML = f"""<div dir="ltr">{_SAID}</div><br><div class="gmail_quote"><div dir="ltr" class="gmail_attr">On Mon, Mar 2, 2026
at 9:00&#8239;AM Community Eyes &lt;<a href="mailto:letters@example.org">letters@example.org</a>&gt; wrote:<br></div>
<blockquote class="gmail_quote" style="margin:0px"><p>KH-2026-0001 is overdue.</p></blockquote></div>"""
_OUTLOOK_HTML = f"""<html xmlns:o="urn:schemas-microsoft-com:office:office"><head><meta charset="utf-8"><style><!--
p.MsoNormal {{margin:0cm;}} --></style><title>x</title></head><body lang="FR"><div class="WordSection1">
<p class="MsoNormal">{_SAID}<o:p></o:p></p><p class="MsoNormal"><o:p>&nbsp;</o:p></p>
<div style="border:none;border-top:solid #E1E1E1 1.0pt"><p class="MsoNormal"><b>De&nbsp;:</b> Community Eyes &lt;letters@example.org&gt;
<br><b>Envoyé&nbsp;:</b> lundi 2 mars 2026 09:00<br><b>À&nbsp;:</b> Sophea Chan<br><b>Objet&nbsp;:</b> KH-2026-0001</p></div>
<p class="MsoNormal">KH-2026-0001 is overdue.</p></div><script>alert("x")</script></body></html>"""


def _alternative(plain: str, html: str, *, id: str) -> bytes:
    body = (
        f"--b1\nContent-Type: text/plain; charset=utf-8\nContent-Transfer-Encoding: 8bit\n\n{plain}\n"
        f"--b1\nContent-Type: text/html; charset=utf-8\nContent-Transfer-Encoding: 8bit\n\n{html}\n--b1--\n"
    )
    return message(body, id=id, kind='multipart/alternative; boundary="b1"')


_N = iter(range(1, 200))


def _quoted(name: str, head: str, quote: str = _QUOTE, said: str = _SAID) -> Mail:
    return answer(name, said, message(f"{said}\n\n{head}\n{quote}", id=f"<w{next(_N)}@mail.example.org>"))


def _plain(name: str, body: str, said: str = _SAID) -> Mail:
    return answer(name, said, message(body, id=f"<w{next(_N)}@mail.example.org>"))


WRITTEN = (
    _plain("plain", f"{_SAID}\n"),
    _plain(
        "kind regards are kept", f"{_SAID}\n\nKind regards,\nSophea\n", f"{_SAID}\n\nKind regards,\nSophea"
    ),
    _plain("a list of points is kept", f"{_SAID}\n- one\n- two\n", f"{_SAID}\n- one\n- two"),
    _plain(
        "words that only look like a quotation",
        "On 3 March the inspector wrote:\nall is fine.\nFrom: now on we send weekly.",
        "On 3 March the inspector wrote:\nall is fine.\nFrom: now on we send weekly.",
    ),
    _plain("signature", f"{_SAID}\n\n-- \nSophea Chan\nTa Pung Health Centre\n+855 12 000 000\n"),
    _plain("sent from a telephone", f"{_SAID}\n\nSent from my iPhone\n"),
    _plain("sent from a telephone, in French", f"{_SAID}\n\nEnvoyé de mon iPhone\n"),
    _plain("Outlook for a telephone", f"{_SAID}\n\nGet Outlook for Android <https://aka.ms/x>\n"),
    _quoted("Gmail", "On Mon, Mar 2, 2026 at 9:00 AM Community Eyes <letters@example.org> wrote:\n"),
    _quoted(
        "Gmail, broken over two lines",
        "On Mon, Mar 2, 2026 at 9:00\u202fAM Community Eyes of Cambodia <\nletters@example.org> wrote:\n",
    ),
    _quoted(
        "Gmail in French", "Le lun. 2 mars 2026 à 09:00, Community Eyes <letters@example.org> a écrit :\n"
    ),
    _quoted(
        "Gmail in Khmer",
        "នៅថ្ងៃ ចន្ទ ទី 2 មីនា 2026 ម៉ោង 09:00 Community Eyes <letters@example.org> បាន\u200bសរសេរ៖\n",
        said=_KHMER,
    ),
    _quoted(
        "Gmail in Swahili", "Mnamo Jtt, 2 Mac 2026 saa 9:00 Community Eyes <letters@example.org> aliandika:\n"
    ),
    _quoted(
        "Gmail in Portuguese",
        "Em seg., 2 de mar. de 2026 às 09:00, Community Eyes <letters@example.org> escreveu:\n",
    ),
    _quoted(
        "Gmail in Spanish",
        "El lun, 2 mar 2026 a las 9:00, Community Eyes (<letters@example.org>) escribió:\n",
    ),
    _quoted(
        "Gmail in German", "Am Mo., 2. März 2026 um 09:00 Uhr schrieb Community Eyes <letters@example.org>:\n"
    ),
    _quoted(
        "Gmail in Russian, without a verb",
        "пн, 2 мар. 2026 г. в 09:00, Community Eyes <letters@example.org>:\n",
    ),
    _quoted("Apple Mail", "On 2 Mar 2026, at 09:00, Community Eyes <letters@example.org> wrote:\n\n"),
    _quoted(
        "Yahoo, quoted without signs",
        "    On Monday, 2 March 2026 at 09:00:00 GMT+7, Community Eyes <letters@example.org> wrote:  \n",
        " \n KH-2026-0001 is overdue.\n Please answer.\n",
    ),
    _quoted(
        "Outlook",
        "________________________________\nFrom: Community Eyes <letters@example.org>\nSent: Monday, March 2, 2026 9:00 AM\nTo: Sophea Chan\nSubject: KH-2026-0001\n",
        "KH-2026-0001 is overdue.\n",
    ),
    _quoted(
        "Outlook in French",
        "-----Message d'origine-----\nDe : Community Eyes <letters@example.org>\nEnvoyé : lundi 2 mars 2026 09:00\nÀ : Sophea Chan\nObjet : KH-2026-0001\n",
        "KH-2026-0001 is overdue.\n",
    ),
    _quoted(
        "Outlook in Khmer",
        "ពី៖ Community Eyes <letters@example.org>\nផ្ញើ៖ ថ្ងៃចន្ទ 2 មីនា 2026 9:00\nទៅ៖ Sophea Chan\nប្រធានបទ៖ KH-2026-0001\n",
        "KH-2026-0001 is overdue.\n",
        _KHMER,
    ),
    _quoted(
        "old Outlook", "-----Original Message-----\nFrom: Community Eyes\n", "KH-2026-0001 is overdue.\n"
    ),
    _plain("quoted without a line before it", f"{_SAID}\n\n{_QUOTE}"),
    answer(
        "answers between quoted lines",
        f"> KH-2026-0001 is overdue.\n{_SAID}\n> Please answer by 6 March 2026.\nDone herewith.",
        message(
            "On Mon, 2 Mar 2026 at 09:00, Community Eyes <letters@example.org> wrote:\n"
            f"> KH-2026-0001 is overdue.\n{_SAID}\n> Please answer by 6 March 2026.\nDone herewith.\n> Thank you\n",
            id="<between@mail.example.org>",
        ),
    ),
    answer(
        "answered below the quotation",
        f"> KH-2026-0001 is overdue.\n>\n> Please answer by 6 March 2026.\n\n{_SAID}",
        message(
            f"Le 02/03/2026 09:00, Community Eyes a écrit :\n{_QUOTE}\n{_SAID}\n",
            id="<below@mail.example.org>",
        ),
    ),
    answer(
        "plain and HTML", _SAID, _alternative(f"{_SAID}\n", _GMAIL_HTML, id="<alt1@mail.gmail.example.org>")
    ),
    answer(
        "an empty plain part beside HTML",
        _SAID,
        _alternative(" \n", _GMAIL_HTML, id="<alt2@mail.gmail.example.org>"),
    ),
    answer("HTML alone, Gmail", _SAID, message(_GMAIL_HTML, kind="text/html", id="<html1@mail.example.org>")),
    answer(
        "HTML alone, Outlook in French",
        _SAID,
        message(_OUTLOOK_HTML, kind="text/html", id="<html2@mail.example.org>"),
    ),
    answer(
        "a link in HTML stays as text",
        "See the report (https://example.org/r?id=1&x=2) and https://example.org/",
        message(
            '<p>See <a href="https://example.org/r?id=1&amp;x=2">the report</a> and <a href="https://example.org/">https://example.org/</a></p>'
            '<div style="display:none">hidden</div>',
            kind="text/html",
            id="<html3@mail.example.org>",
        ),
    ),
    answer(
        "Khmer, with a Khmer subject",
        _KHMER,
        message(
            _KHMER,
            subject="=?UTF-8?B?" + b64encode("ចម្លើយ៖ ទូទឹកកក".encode()).decode() + "?=",
            id="<km1@mail.example.org>",
        ),
    ),
    answer(
        "Khmer subject in raw bytes",
        _KHMER,
        message(_KHMER, subject="ចម្លើយ៖ ទូទឹកកក", id="<km2@mail.example.org>"),
    ),
    answer(
        "windows-1252",
        "Le frigo est réparé – merci “beaucoup”.",
        message(
            "Le frigo est réparé – merci “beaucoup”.", charset="windows-1252", id="<cs1@mail.example.org>"
        ),
    ),
    answer(
        "said to be iso-8859-1 and is windows-1252",
        "réparé – “oui”",
        message("réparé – “oui”".encode("windows-1252"), charset="iso-8859-1", id="<cs2@mail.example.org>"),
    ),
    answer(
        "said to be us-ascii and is UTF-8",
        _KHMER,
        message(_KHMER.encode(), charset="us-ascii", id="<cs3@mail.example.org>"),
    ),
    answer(
        "said to be UTF-8 and is windows-1252",
        "réparé",
        message("réparé".encode("windows-1252"), charset="utf-8", id="<cs4@mail.example.org>"),
    ),
    answer(
        "iso-2022-jp",
        "冷蔵庫は修理済みです。",
        message(
            "冷蔵庫は修理済みです。",
            charset="iso-2022-jp",
            subject="=?iso-2022-jp?B?GyRCTmRCIjhLGyhC?=",
            id="<cs5@mail.example.org>",
        ),
    ),
    answer(
        "an encoding that nobody knows",
        _KHMER,
        message(_KHMER.encode(), charset="x-khmer-limon", id="<cs6@mail.example.org>"),
    ),
    answer(
        "quoted-printable",
        "réparé",
        message("x", id="<qp@mail.example.org>").replace(
            b"8bit\n\nx", b"quoted-printable\n\n" + encodestring("réparé".encode())
        ),
    ),
    answer(
        "an address in capitals",
        _SAID,
        message(
            _SAID, to="@TOUPPER@", id="<caps@mail.example.org>", sender="SOPHEA@Community-Eyes.Example.ORG"
        ),
    ),
    answer(
        "hidden among others in Cc",
        _SAID,
        message(
            _SAID,
            to="boss@example.org",
            more="Cc: a@example.org, Community Eyes <@TO@>\n",
            id="<cc@mail.example.org>",
        ),
    ),
    answer(
        "found by Delivered-To alone",
        _SAID,
        message(_SAID, to="undisclosed@example.org", more="Delivered-To: @TO@\n", id="<dt@mail.example.org>"),
    ),
    answer(
        "from a mailbox file",
        _SAID,
        b"From sophea@community-eyes.example.org Mon Mar  2 10:14:00 2026\n"
        + message(_SAID, id="<mbox@mail.example.org>"),
    ),
    answer(
        "out of office in the subject alone",
        _SAID,
        message(_SAID, subject="Out of office visits resumed", id="<ooo@mail.example.org>"),
    ),
    answer(
        "receiving server found it good",
        _SAID,
        message(
            _SAID,
            more="Authentication-Results: mx.example.org; dkim=pass; dmarc=pass header.from=example.org\n",
            id="<dm1@mail.example.org>",
        ),
    ),
    Mail(
        name="of an advocate",
        raw=message(
            "The staff told me that it works.", sender=DARA, to="@DARA@", id="<adv@mail.example.org>"
        ),
        effect=Effect.FILED,
        text="The staff told me that it works.",
    ),
)
