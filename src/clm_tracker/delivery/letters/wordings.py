"""In which words is each kind of letter written, and how are its places filled in?

The words are the same for every programme until it puts its own in their place. They hold names in braces (`{ref}`),
each of which is one of `PLACES`; nothing in them is run.

A key is the kind of a notice ("replied"). Where stages differ it ends in the stage ("stage_entered.3"); a stage beyond
those has the words of the kind. Where the roles of the community are told of what is asked of a post, they have plainer
words of their own ("stage_entered.community"). A letter about several things has the key "bundle", and "bundle.community"
where nothing in it goes to a post; that of the week has "digest".
"""

import re
from collections.abc import Mapping
from dataclasses import asdict, fields

from clm_tracker.delivery.letters import Wording
from clm_tracker.delivery.letters.shipped import SHIPPED
from clm_tracker.domain.names import is_seen
from clm_tracker.kernel import cldr
from clm_tracker.kernel.refusals import FieldError, Invalid
from clm_tracker.kernel.speech import N_, Labels, _

__all__ = [
    "BUNDLE",
    "COMMUNITY",
    "DIGEST",
    "NEEDED",
    "OF_SEVERAL",
    "PARTS",
    "PLACES",
    "SHIPPED",
    "Wording",
    "check",
    "filled",
    "key_of",
    "longest",
    "of_several",
    "parts",
    "places_of",
    "said",
]
BUNDLE = "bundle"
DIGEST = "digest"
COMMUNITY = "community"
LONGEST = 2_000  # characters of one part
LONGEST_SUBJECT = 150  # of which most mail programs show about half
# What each place stands for; a letter about several findings knows only the first four.
PLACES: Mapping[str, str] = Labels(
    {
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
        "next_on": N_("the day on which the next stage comes if nothing is done"),
        "otherwise": N_(
            "what comes if there is no answer, as a sentence: the next stage begins, or is proposed to the committee"
        ),
        "decided_from": N_("the first day on which the committee may decide about a public stage"),
    }
)
OF_SEVERAL = ("programme", "reader", "post", "count")
PARTS: tuple[str, ...] = tuple(f.name for f in fields(Wording))
NEEDED = ("subject", "opening")
_PLACE = re.compile(r"\{([^{}]*)\}")


def key_of(kind: str, stage: int | None, *, community: bool = False) -> str:
    """The key of the words for one notice; `community`: it goes to a role or a person and not to a post."""
    keys = (f"{kind}.{COMMUNITY}",) if community else (f"{kind}.{stage}",)
    return next((key for key in keys if key in SHIPPED), kind)


def of_several(key: str) -> bool:
    """Whether these are the words of a letter about several things."""
    return key.partition(".")[0] == BUNDLE


def places_of(key: str) -> tuple[str, ...]:
    """The places that the words of this key may have."""
    return OF_SEVERAL if of_several(key) or key == DIGEST else tuple(PLACES)


def longest(part: str) -> int:
    """How many characters a part may have."""
    return LONGEST_SUBJECT if part == "subject" else LONGEST


def said(key: str, own: Mapping[str, str] | None = None) -> Wording:
    """The words of a key in the language of the moment; `own` are those of the programme, part by part.

    A part of their own that is empty stays empty where it may be.
    """
    shipped = SHIPPED.get(key, SHIPPED[BUNDLE])
    words = dict(Labels({name: getattr(shipped, name) for name in PARTS}))
    words |= {n: text for n, text in (own or {}).items() if n in words and (text or n not in NEEDED)}
    return Wording(**words)


def parts(words: Wording) -> dict[str, str]:
    """The words part by part, as they are kept."""
    return asdict(words)


def filled(words: str, facts: Mapping[str, str]) -> str:
    """The words with their places filled in. A line with a place that has nothing to stand in it is left out, unless it is the only one.

    A place that `facts` do not know is an error of the program: KeyError.
    """
    lines = words.split("\n")
    kept = [line for line in lines if all(facts[place] for place in _PLACE.findall(line))] or lines[:1]
    return "\n".join(_PLACE.sub(lambda found: facts[found[1]], line) for line in kept)


def check(key: str, given: Mapping[str, str]) -> None:
    """Raises Invalid for a part, or a place in it, that these words cannot have."""
    errors = [FieldError(name, _("A letter has no such part.")) for name in given if name not in PARTS]
    for name, words in given.items():
        if name in NEEDED and not is_seen(words):
            errors.append(FieldError(name, _("This part cannot be empty.")))
        if len(words) > longest(name):
            shorten = _("Shorten this to at most {n} characters.")
            errors.append(FieldError(name, shorten.format(n=cldr.number(longest(name)))))
        if name == "subject" and "\n" in words.strip():
            errors.append(FieldError(name, _("A subject is one line.")))
        unknown = [place for place in _PLACE.findall(words) if place not in places_of(key)]
        nothing = _("There is nothing to put in the place {place}.")
        errors += [
            FieldError(name, nothing.replace("{place}", "{" + place + "}"))
            for place in dict.fromkeys(unknown)
        ]
        if set(_PLACE.sub("", words)) & {"{", "}"}:
            errors.append(FieldError(name, _("A brace stands alone; write places as {ref}.")))
    if errors:
        raise Invalid(tuple(errors))
