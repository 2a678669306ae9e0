"""Invented letters: one for every key of the wordings, in every language, with every place filled."""

from datetime import date
from uuid import UUID

from clm_tracker import languages
from clm_tracker.delivery.letters import Item, Letter, Step, wordings
from clm_tracker.delivery.letters.shipped import SHIPPED
from clm_tracker.kernel import cldr
from clm_tracker.kernel.speech import _

LANGUAGES = languages.shipped()
KEYS = tuple(SHIPPED)
FACTS = {
    "programme": "Community-led monitoring of Kampong Sala",
    "reader": "Sok Chenda",
    "post": "Head of the health centre, Phum Thmey",
    "count": "3",
    "ref": "KH-2026-0042",
    "title": "Test results take six weeks",
    "place": "Phum Thmey health centre",
    "obligation": "an acknowledgement",
    "due": "Wed 21 October",
    "stage": "3",
    "stage_name": "District",
    "next": "Province",
    "next_on": "Thu 5 November",
}
LINK = UUID("01a2079a-0000-7000-8000-000000000001")


def facts(key: str, **other: str) -> dict[str, str]:
    """What the places of a key hold: all of them, and no other."""
    known = {place: FACTS[place] for place in wordings.places_of(key)} | other
    stage = key.rpartition(".")[2]
    return known | ({"stage": stage} if stage.isdecimal() else {})


def letter(key: str, language: str = "en", **other: str) -> Letter:
    """A letter with these words, as it would be drawn for the post."""
    with languages.speaking(language):
        words, known = wordings.said(key), facts(key, **other)
        stage = int(known["stage"]) if key.startswith("stage_") else None
        item = Item(
            kind=key.partition(".")[0],
            ref=FACTS["ref"],
            what=_("{who} opened the finding").format(who="Dara"),
            stage=stage,
            title=FACTS["title"],
            place=FACTS["place"],
            owed=FACTS["post"] + ": " + FACTS["obligation"] + ", " + FACTS["due"],
            then=FACTS["next"] + ", " + FACTS["next_on"],
            answer_url=f"https://clm.example/answer/{LINK}",
            chronology=(
                Step(on=cldr.day(date(2026, 9, 30)), what=_("{who} opened the finding").format(who="Dara")),
                Step(
                    on=cldr.day(date(2026, 10, 7)),
                    what=_("{who} acknowledged the finding").format(who="Dara"),
                ),
            )
            if stage
            else (),
        )
        return Letter(
            wording=key,
            language=language,
            programme=FACTS["programme"],
            on=date(2026, 10, 22),
            reader=FACTS["reader"],
            post=FACTS["post"],
            subject=wordings.filled(words.subject, known),
            opening=wordings.filled(words.opening, known),
            ask=wordings.filled(words.ask, known),
            after=wordings.filled(words.after, known),
            items=(item, item) if key == wordings.BUNDLE else (item,),
            may_reply=True,
        )
