"""What does the text of one cell mean, and when is it refused rather than guessed?"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from clm_tracker.kernel import cldr
from clm_tracker.kernel.speech import _

_ISO = re.compile(
    r"\d{4}-\d{2}-\d{2}([T ]\d{2}:\d{2}(:\d{2}([.,]\d+)?)?\s?(Z|[+-]\d{2}:?\d{2})?)?", re.IGNORECASE
)
_ISO_PROBE = "%Y-%m-%d"
_PROBE = datetime(2022, 2, 4, 5, 6, 7, tzinfo=UTC)  # the day and the month could be each other
_YES = {"true", "yes", "y", "1"}
_NO = {"false", "no", "n", "0", ""}
EARLIEST_YEAR = 1900
# Of a pattern: what is no repetition, a group with what follows it, and what repeats or has a choice.
_MOST_ENDLESS = 3
_ESCAPED, _CLASS = re.compile(r"\\.", re.DOTALL), re.compile(r"\[\^?\]?[^\]]*\]")
_ENDLESS = re.compile(r"[*+]|\{\d*,\d*\}")
_MOVES = re.compile(r"[|?*+]|\{\d*,\d*\}")
_OPENED = re.compile(r"\(\?(?:[:=!]|<[=!]|P?<\w+>)")
_GROUP = re.compile(r"\(([^()]*)\)([*+{]?)")


class BadValueError(Exception):
    """One value cannot be used; the text is a sentence for the report."""


@dataclass(frozen=True, slots=True)
class Dates:
    """How dates are written in one file: `formats` as `strptime` knows them, besides ISO 8601; `zone` for local times.

    A date that fits no stated format is refused: 04/02/2022 is April in one country and February in the next.
    """

    formats: tuple[str, ...] = ()
    zone: ZoneInfo | None = None

    def day(self, text: str) -> date:
        """The local day of a date, or of a moment."""
        found, whole_day = self._read(text)
        return found.date() if whole_day or found.tzinfo is None else found.astimezone(self._zone()).date()

    def moment(self, text: str, *, ends_day: bool = False) -> datetime:
        """A moment in UTC. A date without a time is its first moment, or with `ends_day` the midnight it ends at."""
        found, whole_day = self._read(text)
        if found.tzinfo is not None:
            return found.astimezone(UTC)
        return self.local(found + timedelta(days=1) if whole_day and ends_day else found)

    def local(self, naive: datetime) -> datetime:
        """A local time in UTC; of the two readings in autumn's repeated hour, the earlier."""
        moment = naive.replace(tzinfo=self._zone()).astimezone(UTC)
        back = moment.astimezone(self._zone()).replace(tzinfo=None)
        if back != naive and naive.time() != datetime.min.time():
            raise BadValueError(
                _("The clocks were put forward over {time} that day; there was no such time.").format(
                    time=f"{naive:%H:%M}"
                )
            )
        return moment

    def _zone(self) -> ZoneInfo:
        if self.zone is None:
            raise BadValueError(_('This is a local time. State `zone = "Continent/City"` in the mapping.'))
        return self.zone

    def _read(self, text: str) -> tuple[datetime, bool]:
        """The moment as written, and whether it is a whole day."""
        for form in self.formats:
            try:
                found = datetime.strptime(text, form)  # noqa: DTZ007 - the zone is the file's, put on in `local`
            except ValueError:
                continue
            return _plausible(found), not re.search(r"%[HIMSpXcf]", form)
        if _ISO.fullmatch(text) and not any(clash(form, _ISO_PROBE) for form in self.formats):
            try:
                return _plausible(datetime.fromisoformat(text.upper().replace(" Z", "Z"))), len(text) == 10
            except ValueError:
                raise BadValueError(_("There is no such date.")) from None
        if self.formats:
            raise BadValueError(
                _("This is not a date written as {formats}.").format(formats=cldr.either(self.formats))
            )
        raise BadValueError(
            _(
                "The order of day, month and year is not certain here. State it in the mapping, as in "
                '`date_formats = ["%d/%m/%Y"]` or `["%m/%d/%Y"]`.'
            )
        )


ISO_ONLY = Dates()


def is_date_format(form: str) -> bool:
    """Whether a date can be written and read in this way."""
    try:
        datetime.strptime(_PROBE.strftime(form), form)  # noqa: DTZ007 - days only
    except (ValueError, re.error):  # a directive that is none, or one twice
        return False
    return True


def takes_long(pattern: str) -> bool:
    """Whether trying this pattern on a text could take for ever: Python's own engine goes back over each repetition.

    Said too often rather than too rarely: a group that holds a repetition or a choice and is repeated itself, or more
    than a few repetitions without an end.
    """
    plain = _OPENED.sub("(", _CLASS.sub("x", _ESCAPED.sub("x", pattern)))
    endless = len(_ENDLESS.findall(plain))
    while (inner := _GROUP.search(plain)) is not None:
        moves = _MOVES.search(inner[1]) is not None
        if moves and inner[2]:
            return True
        # What holds a repetition keeps it, so that a group around this one is seen to hold it too.
        plain = f"{plain[: inner.start()]}x{'*' if moves else ''}{plain[inner.end() :]}"
    return endless > _MOST_ENDLESS


def clash(one: str, other: str) -> bool:
    """Whether two date formats read the same text as different days."""
    for written, read in ((one, other), (other, one)):
        try:
            if datetime.strptime(_PROBE.strftime(written), read).date() != _PROBE.date():  # noqa: DTZ007 - days only
                return True
        except ValueError:
            continue
    return False


def degrees(text: str, limit: int) -> float:
    """Degrees with a decimal point or comma, from -`limit` to `limit`."""
    try:
        found = float(text.replace(",", ".") if text.count(",") == 1 and "." not in text else text)
    except ValueError:
        raise BadValueError(_("This is not a number of degrees.")) from None
    if not -limit <= found <= limit:
        raise BadValueError(_("This is outside -{limit} to {limit} degrees.").format(limit=limit))
    return found


def flag(text: str) -> bool:
    """Yes or no."""
    if text.casefold() in _YES:
        return True
    if text.casefold() in _NO:
        return False
    raise BadValueError(_("This should be yes or no, or true or false."))


def choice(text: str, words: Sequence[str]) -> str:
    """One of the given words, in any case."""
    found = text.casefold()
    if found not in words:
        raise BadValueError(_("This should be one of {words}.").format(words=", ".join(words)))
    return found


def printable(text: str) -> str:
    """The text without blanks around it; refused when it holds what no database keeps."""
    if "\x00" in text or any("\ud800" <= letter <= "\udfff" for letter in text):
        raise BadValueError(_("This holds a character that is not text."))
    return text.strip()


def _plausible(found: datetime) -> datetime:
    if found.year < EARLIEST_YEAR:
        raise BadValueError(_("The year {year} is too long ago to be meant.").format(year=found.year))
    return found
