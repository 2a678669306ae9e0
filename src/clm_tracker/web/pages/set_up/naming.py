"""How are names in several languages, and positions, asked for and read back?"""

import re
from collections.abc import Iterable, Mapping
from typing import Annotated

from pydantic import AfterValidator, BaseModel, ConfigDict

from clm_tracker.domain.names import LONGEST, LONGEST_BY_LANGUAGE
from clm_tracker.kernel import speech
from clm_tracker.kernel.cldr import locale
from clm_tracker.web import components as c
from clm_tracker.web import positions
from clm_tracker.web.forms import Line
from clm_tracker.web.positions import Position
from clm_tracker.web.words import _


class InLanguages(BaseModel):
    """A form in which some answers stand in several languages: `title`, and `title_km` and the like."""

    model_config = ConfigDict(extra="allow")
    __pydantic_extra__: dict[str, Line]

    def by_language(self, of: str) -> dict[str, str]:
        """The answers to one question in other languages, as far as they were given."""
        extra = self.__pydantic_extra__ or {}
        return {
            key.removeprefix(f"{of}_"): value
            for key, value in extra.items()
            if value and re.fullmatch(of + "_[a-zA-Z-]{2,35}", key)
        }


class Named(InLanguages):
    """A name, and the same in other languages."""

    name: Line

    @property
    def names(self) -> dict[str, str]:
        """The names by language, as far as they were given."""
        return self.by_language("name")

    @property
    def hidden(self) -> tuple[tuple[str, str], ...]:
        """The same answers as a form carries them unseen."""
        return (("name", self.name), *((f"name_{tag}", name) for tag, name in self.names.items()))


def position(latitude: float | None, longitude: float | None) -> Position | None:
    """The position, where both of its halves are known."""
    return Position(latitude, longitude) if latitude is not None and longitude is not None else None


def _readable(typed: str) -> str:
    found = positions.read(typed)
    if found is None or not found.exists:
        raise ValueError(
            _("Write the latitude (-90 to 90), a comma and the longitude (-180 to 180): 13.0957, 103.2022.")
        )
    return typed


Placed = Annotated[Line, AfterValidator(_readable)]


def degrees(typed: str | None) -> dict[str, float | None]:
    """The two numbers of what was typed, by the names that the commands give them."""
    found = positions.read(typed) if typed else None
    return {
        "latitude": found.latitude if found else None,
        "longitude": found.longitude if found else None,
    }


def language(tag: str) -> str:
    """The name of a language, in the language of the reader."""
    name = locale(speech.language()).languages.get(tag.replace("-", "_"), tag)
    return str(name)


def country(kept: str) -> str:
    """The name of a country, and its part, in the language of the reader."""
    land, _dash, part = kept.partition("-")
    name = str(locale(speech.language()).territories.get(land, land))
    return f"{name} ({part})" if part else name


def in_language(label: str, tag: str) -> str:
    """What the same is called in another language."""
    return _("{label} in {language}").format(label=label, language=language(tag))


def others(offered: Iterable[str], names: Mapping[str, str]) -> tuple[str, ...]:
    """The languages to ask for besides that of the name itself: those offered after the first, and those there are."""
    return tuple(dict.fromkeys((*tuple(offered)[1:], *sorted(names))))


def name_fields(
    scope: str,
    label: str,
    tags: Iterable[str],
    *,
    value: str = "",
    names: Mapping[str, str] | None = None,
    name: str = "name",
    hint: str | None = None,
    required: bool = True,
) -> tuple[c.Field, ...]:
    """The question for a name, or what else `name` says, and one for each further language."""
    return (
        c.Field(name, label, value=value, hint=hint, longest=LONGEST, required=required, scope=scope),
        *(
            c.Field(
                f"{name}_{tag}",
                in_language(label, tag),
                value=(names or {}).get(tag, ""),
                longest=LONGEST_BY_LANGUAGE,
                required=False,
                scope=scope,
                lang=tag,
            )
            for tag in tags
        ),
    )


def position_field(scope: str, at: Position | None = None) -> c.Field:
    """The question where something is."""
    hint = _("Latitude and longitude in degrees, as a map or a phone shows them: 13.0957, 103.2022.")
    return c.Field("position", _("Position"), value=str(at or ""), hint=hint, required=False, scope=scope)


def all_names(names: Mapping[str, str]) -> tuple[c.Fact, ...]:
    """Each name in another language as a fact."""
    return tuple(c.Fact(language(tag), name, in_words=True, lang=tag) for tag, name in sorted(names.items()))
