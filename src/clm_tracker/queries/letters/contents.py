"""What stands in a letter? The only maker of the value that letters are drawn from. (R41, R43)

Each letter is looked up as its reader: what they may not see is not in it, and the names of the community are said as
the pages say them. In safety mode nothing that a finding says leaves, only references, stages and days.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from uuid import UUID

from clm_tracker import languages
from clm_tracker.db import letters
from clm_tracker.db.units import Reading
from clm_tracker.delivery.letters import Item, Letter, Step, wordings
from clm_tracker.domain import letters as law
from clm_tracker.domain import proposals
from clm_tracker.domain.events import Reminded, StageEntered, StageProposed
from clm_tracker.domain.ladders import Stage
from clm_tracker.domain.words import OWED_BY, Party
from clm_tracker.kernel import cldr
from clm_tracker.kernel.refusals import NotFound
from clm_tracker.kernel.speech import _, language
from clm_tracker.queries import timeline, wording
from clm_tracker.queries.findings import rows
from clm_tracker.queries.letters import batch
from clm_tracker.queries.letters.batch import Known
from clm_tracker.queries.letters.readers import Addressee, Readers
from clm_tracker.queries.notices import ABOUT

_TOLD_BY_WORDS = frozenset({Reminded.kind, StageEntered.kind})
_Row = rows.FindingRow


@dataclass(frozen=True, slots=True)
class Ways:
    """Where a letter leads: the address of the pages, and for each finding the reader's own link and address for answers."""

    base_url: str
    answer: Mapping[UUID, str] = field(default_factory=dict)


def written(
    look: Reading,
    letter: letters.Letter,
    to: Addressee,
    ways: Ways,
    of: Known | None = None,
    *,
    language: str | None = None,
) -> Letter | None:
    """The letter in its reader's language or another, with what they may see; None when that is nothing.

    `of`: what was asked for a whole batch.
    """
    of = of or batch.known(look, [(letter, to)])
    reader = of.readers.get(letter.id)
    if reader is None:
        return None
    with languages.speaking(language or languages.chosen(languages.spoken(), to.language)):
        return _written(look.seen_by(reader), letter, to, ways, of)


def _written(look: Reading, letter: letters.Letter, to: Addressee, ways: Ways, of: Known) -> Letter | None:
    """The letter in the language of the moment, as its reader (the actor of `look`) may see it; None when nothing is left."""
    seen = of.seen[letter.id]
    about = {row.id: row for row in rows.items(look, [of.findings[one] for one in sorted(seen)], of.owed)}
    kept = batch.once(letter.items, seen)
    posts = [i.duty_bearer_id for i in letter.items if i.finding_id is None or i.finding_id in seen]
    if not kept:
        return None
    items = tuple(
        _item(look, i, about.get(i.finding_id) if i.finding_id else None, of, ways, to, alone=len(kept) == 1)
        for i in kept
    )
    alone = kept[0] if len(kept) == 1 else None
    items = tuple(_beside_words(item) if alone else _one_way(item) for item in items)
    community = all(i.duty_bearer_id is None for i in kept)
    key = wordings.key_of(
        *((alone.kind, alone.stage) if alone else (wordings.BUNDLE, None)), community=community
    )
    words = wordings.said(key, of.own.get((key, language())))
    row = about.get(alone.finding_id) if alone and alone.finding_id else None
    post = _post(look, posts)
    places = {
        "programme": look.programme.said,
        "reader": to.name or post,
        "post": post or to.name,
        "count": str(len(items)),
        **(_places(look, alone, row) if alone else {}),
    }
    return Letter(
        wording=key,
        language=language(),
        programme=look.programme.said,
        on=look.today,
        reader=to.name,
        post=post,
        subject=wordings.filled(words.subject, places),
        opening=_with_why(look, wordings.filled(words.opening, places), alone, row),
        ask=wordings.filled(words.ask, places),
        after=wordings.filled(words.after, places),
        items=items,
        settings_url=f"{ways.base_url}/account/letters" if to.reader.person_id else None,
    )


def _said(look: Reading, i: letters.Item, of: Known) -> str | None:
    """The sentence of the event, as this reader reads it. One unit tells of many findings: only this one's is read."""
    about = ((i.finding_id, i.obligation_id), (i.finding_id, None), (None, None))
    told = (of.lines.get((i.unit, i.kind, *one)) for one in about)
    row = next((row for row in told if row is not None), None)
    if row is None:
        return None
    if i.kind not in law.PROPOSALS or i.finding_id is None:
        return timeline.entry(look, row).sentence
    # Whoever is asked to accept it reads all of it: also what a change left as it was, and what it took out.
    whole = of.proposed.get((i.finding_id, i.created_at, row.facts["what"]), {})
    kept = {name: text for name, text in whole.items() if text}
    line = timeline.entry(
        look, row, facts=kept | {n: fact for n, fact in row.facts.items() if fact is not None}
    )
    return " ".join((line.sentence, *map(wording.ended, line.details)))


def _item(
    look: Reading,
    i: letters.Item,
    row: _Row | None,
    of: Known,
    ways: Ways,
    to: Addressee,
    *,
    alone: bool,
) -> Item:
    safe = look.programme.safety_mode
    plain = wording.ended(wording.upper(ABOUT.get(i.kind, wording.spaced(i.kind))))
    nexts = row.next if row else None
    return Item(
        kind=i.kind,
        ref=row.ref if row else "",
        what=plain if safe and row else (_said(look, i, of) or plain),
        stage=i.stage,
        title=row.title if row and not safe else "",
        place=(row.site or row.area or "") if row and not safe else "",
        owed=nexts.sentence if nexts else "",
        then=nexts.then if nexts else "",
        answer_url=ways.answer.get(i.finding_id) if i.finding_id else None,
        url=f"{ways.base_url}/findings/{row.ref}" if row and to.reader.person_id else None,
        # In a letter about several things each has its own page for it.
        chronology=_chronology(look, i, of)
        if alone and i.stage and row and i.duty_bearer_id and not safe
        else (),
    )


def _beside_words(item: Item) -> Item:
    """What a letter about it alone says: its words tell already that a day is near or that a stage has begun."""
    return replace(item, what="") if item.owed and item.kind in _TOLD_BY_WORDS else item


def _one_way(item: Item) -> Item:
    """What a letter about several says: one link each, the one that needs no account first."""
    return replace(item, url=None) if item.answer_url else item


def _with_why(look: Reading, opening: str, i: letters.Item | None, row: _Row | None) -> str:
    """The opening, and why it comes to a post that does not owe what is waited for."""
    if i is None or row is None or i.kind != StageEntered.kind or i.duty_bearer_id is None or i.owed is None:
        return opening
    here = look.rules.posts.get(i.duty_bearer_id)
    owes = row.duty_bearer if OWED_BY[i.owed] is Party.DUTY_BEARER else None
    if here is None or owes is None or owes == here.said:
        return opening
    why = _(
        "The answer is owed by {post}. This letter comes to you because the stage is addressed to your post."
    )
    return f"{opening}\n\n{why.format(post=owes)}"


def _chronology(look: Reading, i: letters.Item, of: Known) -> tuple[Step, ...]:
    """What happened until then, oldest first, each with the sentences that belong to it."""
    assert i.finding_id is not None
    lines = timeline.chronology(look, of.chronologies.get(i.finding_id, ()), i.created_at, limit=batch.LINES)
    zone = look.rules.calendar
    return tuple(
        Step(
            on=cldr.day(zone.local_date(line.at), today=look.today),
            what=" ".join((line.sentence, *map(wording.ended, line.details))),
        )
        for line in lines
    )


def _places(look: Reading, i: letters.Item, row: _Row | None) -> dict[str, str]:
    """What the words of a letter about one thing may name; what is not known is an empty text."""
    safe = look.programme.safety_mode
    nexts = row.next if row else None
    due = i.due_on or i.owed_on or (nexts.due_on if nexts else None)
    stage = i.stage or (i.now.stage or 0)
    ladder = look.rules.ladders.get(i.ladder_id) if i.ladder_id else None
    here, above = (ladder.stage(stage), ladder.stage(stage + 1)) if ladder else (None, None)
    owed = wording.what(kind) if (kind := i.owed or (nexts.kind if nexts else None)) else ""
    on = wording.day_of(i.next_step_at, look.rules, look.now) if i.next_step_at else ""
    return {
        "ref": row.ref if row else "",
        "title": (row.ref if safe else row.title) if row else "",
        "place": (row.site or row.area or "") if row and not safe else "",
        "obligation": owed,
        "due": cldr.day(due, today=look.today) if due else "",
        "stage": str(stage or ""),
        "stage_name": here.said if here else "",
        "next": above.said if above else "",
        "next_on": on,
        "otherwise": wording.otherwise(above, on) if above and on else "",
        "decided_from": _decided_from(look, i, here),
    }


def _decided_from(look: Reading, i: letters.Item, proposed: Stage | None) -> str:
    """The first day on which the committee may decide about a public stage: the right of reply comes first (R27)."""
    if i.kind != StageProposed.kind or proposed is None or not proposed.public:
        return ""
    return wording.day_of(proposals.right_of_reply(i.created_at, look.rules), look.rules, look.now)


def _post(look: Reading, posts: Iterable[UUID | None]) -> str:
    """The posts as whose holder somebody is written to."""
    known = dict.fromkeys(post for post in posts if post in look.rules.posts)
    return ", ".join(look.rules.posts[post].said for post in known if post is not None)


def in_print(look: Reading, letter_id: UUID, ways: Ways) -> Letter | None:
    """A letter for whoever has no address, as it reads today; None when nothing in it is true any more. Raises NotFound."""
    found = letters.letters(look, [letter_id])
    if not found or found[0].programme_id != look.programme_id:
        raise NotFound("letter")
    letter = found[0]
    readers = Readers(look, ())
    to = readers.today(letter.reader)
    true = tuple(i for i in letter.items if law.still_true(i.kind, i.stage, i.now))
    if to is None or not true:
        return None
    return written(look, replace(letter, items=true), to, ways)
