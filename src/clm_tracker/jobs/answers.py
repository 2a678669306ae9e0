"""How is a letter answered: to which address by mail, and which of its words are kept by nobody else? (R40)

A letter about one finding alone has one, for the one whom it was written to; whatever is answered there stands on that
finding. A letter about many has none: nobody could tell what an answer was about.
"""

import re
from collections.abc import Mapping, Sequence
from uuid import UUID

from clm_tracker.commands import links
from clm_tracker.db import letters
from clm_tracker.db.units import Writing
from clm_tracker.domain import links as link_law
from clm_tracker.domain import messages as law
from clm_tracker.domain.messages import Way
from clm_tracker.domain.words import Channel


def link(
    unit: Writing, letter: letters.Letter, items: Sequence[letters.Item], given: Mapping[UUID, UUID]
) -> UUID | None:
    """The link by which the letter is answered: of its post where it has one (`given`), or else the reader's own."""
    findings = {item.finding_id for item in items}
    one = next(iter(findings)) if len(findings) == 1 else None
    if one is None or letter.reader.channel is not Channel.MAIL:
        return None
    if one in given:
        return given[one]
    if letter.reader.person_id is None:
        return None
    due = max((item.owed_at for item in items if item.owed_at is not None), default=None)
    wanted = links.Wanted(letter_id=letter.id, finding_id=one, person_id=letter.reader.person_id, due_at=due)
    return links.give(unit, wanted)


def addresses(
    secret: bytes, domain: str | None, letter_id: UUID, link_id: UUID | None, *, returns: bool
) -> tuple[str | None, str | None]:
    """Where the letter is answered, and where servers say that it could not be delivered, even one that renames letters."""
    if domain is None:
        return None, None
    key = link_law.key_of(secret)
    reply_to = law.address(Way.REPLY, link_law.word(key, link_id), domain) if link_id else None
    return reply_to, law.address(Way.BOUNCE, link_law.word(key, letter_id), domain) if returns else None


def without_words(text: str, base_url: str) -> str:
    """The text as it is kept: whoever reads it again does not come in by its links."""
    return re.sub(rf"{re.escape(base_url)}/a/[A-Za-z0-9_-]+", f"{base_url}/a/…", text)
