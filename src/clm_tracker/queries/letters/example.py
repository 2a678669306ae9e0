"""How would a letter look? One about an invented finding, for whoever writes its words."""

from collections.abc import Mapping, Sequence

from clm_tracker.db.units import Reading
from clm_tracker.delivery.letters import Item, Letter, Line, Section, Step, wordings
from clm_tracker.domain import ladders
from clm_tracker.domain.ladders import REMINDERS, Stage
from clm_tracker.domain.words import Kind
from clm_tracker.kernel import cldr
from clm_tracker.kernel.speech import N_, Labels, _, language
from clm_tracker.queries import wording
from clm_tracker.queries.letters import digest
from clm_tracker.queries.notices import ABOUT

_INVENTED = Labels(
    {
        "reader": N_("Sok Chenda"),
        "post": N_("Head of the health centre, Phum Thmey"),
        "title": N_("Test results take six weeks"),
        "place": N_("Phum Thmey health centre"),
        "who": N_("Dara"),
    }
)
_REF = "KH-2026-0042"
_SHIPPED = ladders.shipped()["high"][1]


def example(look: Reading, key: str, own: Mapping[str, str] | None = None) -> Letter:
    """A letter in the language of the moment about nothing that exists, with the programme's own words or the shipped ones."""
    last = key.rpartition(".")[2]
    stages = _stages(look, int(last) if last.isdecimal() else 1)
    stage = int(last) if last.isdecimal() else min(3, stages[-1].number)
    words, facts = wordings.said(key, own), _facts(look, key, stage, stages)
    many = 0 if key == wordings.DIGEST else 2 if wordings.of_several(key) else 1
    items = tuple(_item(look, key, stage, number) for number in range(many))
    return Letter(
        wording=key,
        language=language(),
        programme=look.programme.said,
        on=look.today,
        reader=_INVENTED["reader"],
        post="" if _to_community(key) else _INVENTED["post"],
        subject=wordings.filled(words.subject, facts),
        opening=wordings.filled(words.opening, facts),
        ask=wordings.filled(words.ask, facts),
        after=wordings.filled(words.after, facts),
        items=items,
        may_reply=bool(items),
        sections=_sections(look) if key == wordings.DIGEST else (),
    )


def _sections(look: Reading) -> tuple[Section, ...]:
    """One part of a letter of the week."""
    what = _("{ref}, {title}: {what}").format(ref=_REF, title=_INVENTED["title"], what=_owed(look, late=True))
    return (Section(title=_("What is late"), numbers=(Line(text=digest.late(1)),), lines=(Line(text=what),)),)


def _to_community(key: str) -> bool:
    """Whether it goes to people in their role, who hold no post."""
    return key.endswith(f".{wordings.COMMUNITY}")


def _stages(look: Reading, reaching: int) -> Sequence[Stage]:
    """A duty bearer's ladder that reaches this stage, that of high findings before others; else the shipped one."""
    rules = look.rules
    order = ["high", *sorted(set(rules.current) - {REMINDERS})]
    own = (rules.ladders[rules.current[name]] for name in order if name in rules.current)
    return next((ladder.stages for ladder in own if ladder.last >= reaching), _SHIPPED)


def _facts(look: Reading, key: str, stage: int, stages: Sequence[Stage]) -> dict[str, str]:
    above = stages[stage] if stage < len(stages) else None
    soon = cldr.day(look.rules.calendar.add_working_days(look.today, 5), today=look.today)
    every = {
        "programme": look.programme.said,
        "reader": _INVENTED["reader"],
        "post": "" if _to_community(key) else _INVENTED["post"],
        "count": "2",
        "ref": _REF,
        "title": _INVENTED["title"],
        "place": _INVENTED["place"],
        "obligation": wording.what(Kind.AGREE),
        "due": _due(look, late=key.startswith("stage_")),
        "stage": str(stage),
        "stage_name": stages[stage - 1].said,
        "next": above.said if above else "",
        "next_on": soon if above else "",
        "otherwise": wording.otherwise(above, soon) if above else "",
        "decided_from": soon,
    }
    return {place: every[place] for place in wordings.places_of(key)}


def _due(look: Reading, *, late: bool) -> str:
    """A stage begins after the day; whatever else asks for something comes before it."""
    calendar = look.rules.calendar
    day = calendar.subtract_working_days(look.today, 1) if late else calendar.add_working_days(look.today, 2)
    return cldr.day(day, today=look.today)


def _owed(look: Reading, *, late: bool) -> str:
    said = _("{who} owes {what} by {by}.")
    return said.format(who=_INVENTED["post"], what=wording.owed(Kind.AGREE), by=_due(look, late=late))


def _item(look: Reading, key: str, stage: int, number: int) -> Item:
    kind = key.partition(".")[0]
    return Item(
        kind=kind,
        ref=_REF,
        what=wording.ended(wording.upper(ABOUT.get(kind, ABOUT["reminded"]))),
        stage=stage if kind.startswith("stage_") else None,
        title=_INVENTED["title"],
        place=_INVENTED["place"],
        owed=_owed(look, late=kind.startswith("stage_")),
        answer_url=f"https://example.org/{_REF}/{number + 1}",
        chronology=_chronology(look) if kind.startswith("stage_") else (),
    )


def _chronology(look: Reading) -> tuple[Step, ...]:
    told = (
        (21, _("{who} opened the finding").format(who=_INVENTED["who"])),
        (16, _("{who} acknowledged the finding").format(who=_INVENTED["post"])),
    )
    calendar = look.rules.calendar
    return tuple(
        Step(on=cldr.day(calendar.subtract_working_days(look.today, ago), today=look.today), what=what)
        for ago, what in told
    )
