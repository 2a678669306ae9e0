"""Invented letters: one for every key of the wordings, in every language, with every place filled."""

from datetime import date

from clm_tracker import languages
from clm_tracker.delivery.letters import Item, Letter, Step, wordings
from clm_tracker.delivery.letters.shipped import SHIPPED
from clm_tracker.domain import ladders
from clm_tracker.domain.possible import WAITS
from clm_tracker.domain.words import Kind
from clm_tracker.kernel import cldr
from clm_tracker.kernel.speech import _
from clm_tracker.queries import wording

LANGUAGES = languages.shipped()
KEYS = tuple(SHIPPED)
REF, TITLE, PLACE = "KH-2026-0042", "Test results take six weeks", "Phum Thmey health centre"
PROGRAMME, READER, POST = (
    "Community-led monitoring of Kampong Sala",
    "Sok Chenda",
    "Head of the health centre, Phum Thmey",
)
STAGES = ladders.shipped()["high"][1]
ANSWER = "https://clm.example/l/3JxQ0lZ8TnqYb2cW5rVhKd.9sTf4uPqXzLm"


def facts(key: str, **other: str) -> dict[str, str]:
    """What the places of a key hold, in the language of the moment: all of them, and no other."""
    number = stage_of(key) or 3
    above = STAGES[number] if number < len(STAGES) else None
    next_on = cldr.day(date(2026, 11, 5))
    every = {
        "programme": PROGRAMME,
        "reader": READER,
        "post": POST,
        "count": "2",
        "ref": REF,
        "title": TITLE,
        "place": PLACE,
        "obligation": WAITS[Kind.AGREE],
        "due": cldr.day(date(2026, 10, 21)),
        "stage": str(number),
        "stage_name": STAGES[number - 1].said,
        "next": above.said if above else "",
        "next_on": next_on if above else "",
        "otherwise": wording.otherwise(above, next_on) if above else "",
        "decided_from": cldr.day(date(2026, 11, 9)),
    }
    return {place: every[place] for place in wordings.places_of(key)} | other


def stage_of(key: str) -> int | None:
    """The stage whose words these are."""
    last = key.rpartition(".")[2]
    return int(last) if last.isdecimal() else 3 if key.startswith("stage_") else None


def letter(key: str, language: str = "en", **other: str) -> Letter:
    """A letter with these words, as it would be drawn for the post."""
    with languages.speaking(language):
        words, known = wordings.said(key), facts(key, **other)
        stage = stage_of(key)
        item = Item(
            kind=key.partition(".")[0],
            ref=REF,
            what=_("{who} opened the finding").format(who="Dara"),
            stage=stage,
            title=TITLE,
            place=PLACE,
            owed=_("{obligation} is owed by {owed_by} by {due_on}").format(
                obligation=WAITS[Kind.AGREE], owed_by=POST, due_on=cldr.day(date(2026, 10, 21))
            ),
            answer_url=ANSWER,
            chronology=_chronology() if stage else (),
        )
        return Letter(
            wording=key,
            language=language,
            programme=PROGRAMME,
            on=date(2026, 10, 22),
            reader=READER,
            post=POST,
            subject=wordings.filled(words.subject, known),
            opening=wordings.filled(words.opening, known),
            ask=wordings.filled(words.ask, known),
            after=wordings.filled(words.after, known),
            items=(item, item) if wordings.of_several(key) else (item,),
            may_reply=True,
        )


def _chronology() -> tuple[Step, ...]:
    told = (
        (date(2026, 9, 30), _("{who} opened the finding")),
        (date(2026, 10, 7), _("{who} acknowledged the finding")),
    )
    return tuple(Step(on=cldr.day(on), what=what.format(who="Dara")) for on, what in told)
