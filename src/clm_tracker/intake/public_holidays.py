"""On which days is a country closed, and which closed days does a file name?"""

from collections.abc import Iterable
from datetime import date

from clm_tracker.kernel.speech import _


def public_holidays(country: str, years: Iterable[int], language: str = "en_US") -> dict[date, str]:
    """Public holidays by day, with their names in the language where known (English as shipped), in order.

    `country` is an ISO 3166 code, with a subdivision where holidays differ within the country: `KH`, `US-MA`.
    Source: the `holidays` package; lunar and decreed days of far years are estimates or missing, and a new release
    may correct a date, so due dates are stored once computed. Raises ValueError with a sentence for an unknown place.
    """
    import holidays  # noqa: PLC0415 - takes a third of a second, and most commands never ask

    code, _dash, part = country.strip().upper().partition("-")
    if code not in holidays.list_supported_countries():
        raise ValueError(
            _("There is no holiday calendar for {country}; use a code like KH or US-MA.").format(
                country=repr(country)
            )
        )
    try:
        found = holidays.country_holidays(code, subdiv=part or None, years=years, language=language)
    except NotImplementedError:
        raise ValueError(
            _(
                "The holiday calendar for {code} has no part {part}; use {code} alone and add its own days."
            ).format(code=code, part=repr(part))
        ) from None
    return {day: found[day] for day in sorted(found)}


def in_other_languages(
    country: str, years: Iterable[int], languages: Iterable[str]
) -> dict[date, dict[str, str]]:
    """The same days by their names in other languages, as far as the package has them: those of a country in its own."""
    import holidays  # noqa: PLC0415 - as above

    years, code = list(years), country.strip().upper().partition("-")[0]
    known = getattr(holidays.country_holidays(code), "supported_languages", ())
    found: dict[date, dict[str, str]] = {}
    for tag in languages:
        # The package calls a language as its country does: fr, or fr_HT.
        theirs = next((one for one in (tag.replace("-", "_"), f"{tag}_{code}") if one in known), None)
        for day, name in public_holidays(country, years, theirs).items() if theirs else ():
            found.setdefault(day, {})[tag] = name
    return found


def countries() -> tuple[str, ...]:
    """The two letters of each country whose public holidays are known, each country once."""
    import holidays  # noqa: PLC0415 - takes a third of a second, and most commands never ask

    return tuple(sorted(holidays.list_supported_countries(include_aliases=False)))


def read_closed_days(text: str) -> dict[date, str]:
    """Closed days from lines of one ISO date, with a name behind it if there is one; `#` begins a comment.

    Raises ValueError naming the first line that is no date.
    """
    closed: dict[date, str] = {}
    for number, line in enumerate(text.removeprefix("\ufeff").splitlines(), start=1):
        content = line.partition("#")[0].strip()
        if not content:
            continue
        written, _space, name = content.replace(",", " ", 1).replace("\t", " ").partition(" ")
        try:
            day = date.fromisoformat(written)
        except ValueError:
            raise ValueError(
                _(
                    "Line {number} of the closed days does not begin with a date like 2026-04-14: {text}"
                ).format(number=number, text=repr(content[:40]))
            ) from None
        closed[day] = name.strip() or "closed day"
    return closed
