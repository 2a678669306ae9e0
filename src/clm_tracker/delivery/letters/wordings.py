"""In which words is each kind of letter written, and how are its places filled in?

The words are the same for every programme until it puts its own in their place. They hold names in braces (`{ref}`),
each of which is one of `PLACES`; nothing in them is run. They grow firmer from stage to stage, and stay polite.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, fields

from clm_tracker.kernel.refusals import FieldError, Invalid
from clm_tracker.kernel.speech import N_, _

BUNDLE = "bundle"
# What each place stands for; a letter about several findings knows only the first four.
PLACES: Mapping[str, str] = {
    "programme": N_("the name of the programme"),
    "reader": N_("the name of the person who reads it"),
    "post": N_("the post that is written to"),
    "count": N_("how many things the letter is about"),
    "ref": N_("the reference of the finding"),
    "title": N_("what the finding is about; in safety mode its reference"),
    "place": N_("where it was found; in safety mode nothing"),
    "obligation": N_("what is owed"),
    "due": N_("the day by which it is owed"),
    "stage": N_("the number of the stage"),
    "stage_name": N_("the name of the stage"),
    "next": N_("the name of the next stage"),
    "next_on": N_("the day on which the next stage begins if nothing is done"),
}
OF_SEVERAL = ("programme", "reader", "post", "count")
_PLACE = re.compile(r"\{([^{}]*)\}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Wording:
    """The words of one kind of letter, with their places."""

    subject: str
    opening: str
    ask: str = ""
    after: str = ""


def key_of(kind: str, stage: int | None) -> str:
    """The key of the words for one notice: of its stage, or of its kind where stages do not differ."""
    with_stage = f"{kind}.{stage}"
    return with_stage if with_stage in SHIPPED else kind


def places_of(key: str) -> tuple[str, ...]:
    """The places that the words of this key may have."""
    return OF_SEVERAL if key == BUNDLE else tuple(PLACES)


def said(key: str, own: Mapping[str, str] | None = None) -> Wording:
    """The words of a key in the language of the moment; `own` are those of the programme, part by part."""
    shipped = SHIPPED.get(key, SHIPPED[BUNDLE])
    return Wording(
        **{f.name: (own or {}).get(f.name) or _(getattr(shipped, f.name)) for f in fields(Wording)}
    )


def filled(words: str, facts: Mapping[str, str]) -> str:
    """The words with their places filled in; a place without a fact is an error of the program: KeyError."""
    return _PLACE.sub(lambda found: facts[found[1]], words)


def check(key: str, parts: Mapping[str, str]) -> None:
    """Raises Invalid for a part, or a place in it, that these words cannot have."""
    known = {f.name for f in fields(Wording)}
    errors = [FieldError(name, _("A letter has no such part.")) for name in parts if name not in known]
    for name, words in parts.items():
        unknown = [place for place in _PLACE.findall(words) if place not in places_of(key)]
        nothing = _("There is nothing to put in the place {place}.")
        errors += [FieldError(name, nothing.format(place="{" + place + "}")) for place in unknown]
        if set(_PLACE.sub("", words)) & {"{", "}"}:
            errors.append(FieldError(name, _("A brace stands alone; write places as {ref}.")))
    if errors:
        raise Invalid(tuple(errors))


SHIPPED: Mapping[str, Wording] = {
    BUNDLE: Wording(
        subject=N_("{count} things for {post}, {programme}"),
        opening=N_("These are the things that {programme} has for you today."),
        ask=N_("Please look at each, and answer where something is asked of you."),
        after=N_("Nothing here is a judgement: it is what people met when they came for care."),
    ),
}
