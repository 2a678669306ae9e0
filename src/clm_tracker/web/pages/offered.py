"""What do the filters of lists offer to choose from?"""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from uuid import UUID

from clm_tracker.db.units import Reading
from clm_tracker.domain.rules import Rules
from clm_tracker.kernel import speech
from clm_tracker.kernel.same import Same
from clm_tracker.web.components import Option, Options
from clm_tracker.web.pages import labels
from clm_tracker.web.words import _

MOST_AREAS = 200


@dataclass(frozen=True, slots=True)
class Offered:
    """What each filter offers, all of it first. Put together once while the set-up stays as it is."""

    themes: Options  # with those that are over, which old findings keep
    areas: Options
    rounds: Options
    stages: Options
    parties: Options
    kinds: Options
    tracks: Options
    dimensions: Options

    @classmethod
    def of(cls, look: Reading) -> "Offered":
        """As things are called in the language of the moment."""
        return _offered(Same(look.rules), speech.language())


def called(options: Options, value: object) -> str:
    """What an option is called; "unknown" for what is not there any more."""
    return next((one.label for one in options if one.value == str(value)), _("unknown"))


@lru_cache(maxsize=16)
def _offered(of: Same[Rules], _language: str) -> Offered:
    rules = of.it
    newest = sorted(rules.rounds, key=lambda r: (r.first_on, str(r.id)), reverse=True)
    highest = max((ladder.last for ladder in rules.ladders.values()), default=0)
    return Offered(
        themes=_all((t.id, t.said) for t in rules.themes),
        areas=_all(_areas(rules)),
        rounds=_all((r.id, r.said) for r in newest),
        stages=_all((n, str(n)) for n in range(highest + 1)),
        parties=_all(labels.PARTY.items()),
        kinds=_all(labels.KIND.items()),
        tracks=_all(labels.TRACK.items()),
        dimensions=_all(labels.DIMENSION.items()),
    )


def _all(found: Iterable[tuple[object, str]]) -> Options:
    return Options((Option("", _("All")), *(Option(str(value), text) for value, text in found)))


def _areas(rules: Rules) -> Iterable[tuple[UUID, str]]:
    """From the top down, each with a dash for every level; the lowest levels go first when there are too many."""
    tree = rules.directory.tree
    most = max((deep for _area, deep in tree), default=0)
    while most > 0 and sum(deep <= most for _area, deep in tree) > MOST_AREAS:
        most -= 1
    told = rules.directory.told
    return ((area.id, "– " * deep + (told(area.id) or "")) for area, deep in tree if deep <= most)
