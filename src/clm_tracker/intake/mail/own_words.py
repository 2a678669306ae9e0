"""Which part of a message did its writer write, and which was quoted below it?

Line by line, so that no message takes long to read. What could be the writer's own is kept: only what a mail program
marked as quoted, forwarded or as a signature is left out, never a greeting or a "kind regards".
"""

import re
from typing import Final

# "On 2 March 2026 at 09:00, Community Eyes <…> wrote:" in the languages of the programs people write with.
_WROTE: Final = re.compile(
    r"(wrote|a écrit|a ecrit|schrieb\b.*|escribió|escribio|escreveu|ha scritto|schreef\b.*|aliandika|ameandika|đã viết"
    r"|menulis|написал\(?а?\)?|пишет|skrev\b.*|napisał\(?a?\)?|yazdı|wrote on|เขียนว่า|写道|寫道|បានសរសេរ|សរសេរ)\s*[:៖：]\s*$",
    re.IGNORECASE,
)
_TIME: Final = re.compile(r"\d{1,2}\s?[:h.]\s?\d{2}|\d{1,2}\s?(AM|PM)\b", re.IGNORECASE)
_ADDRESS: Final = re.compile(r"[^\s<>()\[\]]+@[^\s<>()\[\]]+")
_ENDS: Final = re.compile(r"[:៖：]\s*$")
_SEPARATOR: Final = re.compile(
    r"^[-–—_*]{2,}\s*(original message|original appointment|forwarded (message|by .*)|message d[’'`]origine"
    r"|message original|message transféré|message transmis|mensaje original|mensaje reenviado|mensagem original"
    r"|mensagem encaminhada|ursprüngliche nachricht|weitergeleitete nachricht|originalnachricht|messaggio originale"
    r"|ujumbe asili|ujumbe uliosambazwa|ujumbe wa awali|oorspronkelijk bericht|tin nhắn gốc|исходное сообщение"
    r"|សារដើម|សារបានបញ្ជូនបន្ត|សារដែលបានបញ្ជូនបន្ត|reply message|reply above this line.*)\s*[-–—_*]{2,}$",
    re.IGNORECASE,
)
_FORWARDED: Final = re.compile(
    r"^(begin forwarded message|début du message (transféré|réexpédié)|inicio del mensaje reenviado"
    r"|início da mensagem (encaminhada|reencaminhada)|anfang der weitergeleiteten nachricht)\s*:$",
    re.IGNORECASE,
)
_RULE: Final = re.compile(r"^[_\-—]{10,}$")
_FROM: Final = re.compile(
    r"^\*?\s*(from|de|von|da|van|kutoka|от|ពី|mula kay|từ|寄件者|发件人|差出人)\s*\*?\s*[:៖：]\s*\*?\s*\S",
    re.IGNORECASE,
)
_FIELD: Final = re.compile(
    r"^\*?\s*(sent|date|to|cc|subject|envoyé|envoyé le|à|objet|gesendet|datum|an|betreff|enviado|enviado el|enviada|para"
    r"|asunto|assunto|fecha|data|inviato|a|oggetto|verzonden|aan|onderwerp|imetumwa|iliyotumwa|tarehe|kwa|mada|cc|ថ្ងៃផ្ញើ|បានផ្ញើ"
    r"|ផ្ញើ|កាលបរិច្ឆេទ|ទៅ|ជូន|ប្រធានបទ|отправлено|дата|кому|тема|ngày|đến|chủ đề|reply-to|importance)\s*\*?\s*[:៖：]",
    re.IGNORECASE,
)
_SENT_FROM: Final = re.compile(
    r"^(sent from (my|mail|outlook|yahoo|samsung|proton).*|get outlook for .*|envoyé (de|depuis) .*|enviado (desde|do|a partir do|de) .*"
    r"|von (meinem|meiner) .*gesendet|gesendet von .*|imetumwa kutoka .*|inviato da .*|verzonden vanaf .*|obtenir outlook pour .*"
    r"|obtener outlook para .*|ផ្ញើពី .*|ផ្ញើចេញពី.*|បានផ្ញើពី.*|yahoo mail[:：].*)$",
    re.IGNORECASE,
)
_SIGNATURE: Final = "--"
_LONGEST: Final = 400  # characters of a line that a mail program wrote
_WRAPPED: Final = 3  # lines over which a program may break "On … wrote:"
_BELOW: Final = 6  # lines below "From:" in which its other fields stand
_AT_THE_END: Final = 4  # lines at the end among which "Sent from my telephone" may stand


def own_words(text: str) -> str:
    """The text without quoted tail and signature; answers between quoted lines are kept with the lines they answer."""
    lines = [line.rstrip().replace("\u200b", "") for line in text.split("\n")]
    below = _Below(lines)
    kept: list[str] = []
    at = 0
    while at < len(lines):
        # A signature; an answer may stand below a quotation, never below a signature.
        if below.cuts[at] or lines[at].strip() == _SIGNATURE:
            break
        if spans := _attribution(lines, at, below):
            if not below.first(at + spans).startswith(">") or not below.own[at + spans]:
                break
            at += spans
            continue
        kept.append(lines[at])
        at += 1
    while kept and (not kept[-1].strip() or kept[-1].lstrip().startswith(">")):
        kept.pop()
    return _without_sent_from(kept)


class _Below:
    """What stands below each line, found in one pass from the end."""

    def __init__(self, lines: list[str]) -> None:
        n = len(lines)
        self._lines = lines
        self._next = [n] * (n + 1)  # the first line from here that is not empty
        self.cuts = [_cuts(lines, at) for at in range(n)]
        # Is anything that is not quoted below, before the next signature or earlier message?
        self.own = [False] * (n + 1)
        for at in range(n - 1, -1, -1):
            line = lines[at].strip()
            self._next[at] = at if line else self._next[at + 1]
            ends = self.cuts[at] or line == _SIGNATURE
            quoted = not line or line.startswith(">") or bool(_SENT_FROM.match(line[:_LONGEST]))
            self.own[at] = not ends and (not quoted or self.own[at + 1])

    def first(self, at: int) -> str:
        """The first line from here that is not empty; "" at the end."""
        found = self._next[min(at, len(self._lines))]
        return self._lines[found].strip() if found < len(self._lines) else ""


def _cuts(lines: list[str], at: int) -> bool:
    """Does everything from this line on come from an earlier message?"""
    line = lines[at].strip()
    if not line or len(line) > _LONGEST:
        return False
    if _SEPARATOR.match(line) or _FORWARDED.match(line):
        return True
    if _RULE.match(line):
        below = next((i for i in range(at + 1, min(at + 4, len(lines))) if lines[i].strip()), None)
        return below is not None and _is_head(lines, below)
    return _is_head(lines, at)


def _is_head(lines: list[str], at: int) -> bool:
    """Is this the "From: … Sent: … To: … Subject: …" of an earlier message?"""
    if not _FROM.match(lines[at].strip()[:_LONGEST]):
        return False
    fields = [line.strip()[:_LONGEST] for line in lines[at + 1 : at + 1 + _BELOW] if line.strip()]
    return sum(bool(_FIELD.match(line)) for line in fields) >= 2


def _attribution(lines: list[str], at: int, below: _Below) -> int:
    """Over how many lines "On … wrote:" goes from here; 0 when it is something else."""
    first = lines[at].strip()
    if (
        not first
        or first.startswith(">")
        or len(first) > _LONGEST
        or not any(c.isdigit() or c == "@" for c in first)
    ):
        return 0
    joined = ""
    for n in range(min(_WRAPPED, len(lines) - at)):
        line = lines[at + n].strip()
        if not line:
            return 0
        joined = f"{joined} {line}".strip()
        if len(joined) > _LONGEST:
            return 0
        if not _ENDS.search(joined):
            continue
        quoted = below.first(at + n + 1).startswith(">")
        said = bool(_WROTE.search(joined))
        dated = bool(_TIME.search(joined)) or bool(_ADDRESS.search(joined))
        by_nobody_said = bool(_ADDRESS.search(joined)) and bool(_TIME.search(joined))
        if (said and (dated or quoted)) or (by_nobody_said and (quoted or not below.first(at + n + 1))):
            return n + 1
        return 0
    return 0


def _without_sent_from(kept: list[str]) -> str:
    last = [i for i, line in enumerate(kept) if line.strip()][-_AT_THE_END:]
    gone = {i for i in last if _SENT_FROM.match(kept[i].strip())}
    text = "\n".join(line for i, line in enumerate(kept) if i not in gone)
    return re.sub(r"\n{3,}", "\n\n", text).strip()
