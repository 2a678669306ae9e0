"""How does a ladder change, and how do running obligations come to follow its new version? (R20, R30)"""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import partial
from uuid import UUID

from clm_tracker.commands import moving, set_up
from clm_tracker.commands.moving import Move
from clm_tracker.db.mint import new_id
from clm_tracker.db.tables import LadderRow, ObligationRow
from clm_tracker.db.units import Reading, Writing
from clm_tracker.domain import ladders as law
from clm_tracker.domain import rescheduling
from clm_tracker.domain.cases import Case, Story
from clm_tracker.domain.ladders import Ladder, Stage
from clm_tracker.domain.names import must_say
from clm_tracker.domain.policy import Act
from clm_tracker.kernel.refusals import Invalid, NotFound, Stale, each, invalid
from clm_tracker.kernel.sayings import saying
from clm_tracker.kernel.speech import _


def change(
    unit: Writing,
    key: str,
    *,
    name: str,
    stages: Sequence[Stage],
    names: Mapping[str, str] | None = None,
    version: int | None = None,
) -> Ladder:
    """Make the next version of the ladder with this key. What is running stays on its own version (R30).

    `names` are by language. `version` is the one that the person edited. Raises Stale when a newer one was made meanwhile.
    """
    unit.require(Act.SET_UP)
    old = _newest(unit, key)
    called, said, _stages = each(
        lambda: set_up.called(name, names),
        lambda: each(*(partial(set_up.by_language, f"name_{s.number}", s.names) for s in stages)),
        lambda: _check(stages),
    )
    if version is not None and version != old.version:
        raise Stale(
            _("Version {n} was made in between. Look at it before you make another one.").format(
                n=old.version
            ),
            version=old.version,
        )
    try:
        new = Ladder(
            id=new_id(),
            programme_id=unit.programme_id,
            key=key,
            version=old.version + 1,
            stages=tuple(replace(s, names=own) for s, own in zip(stages, said, strict=True)),
            **called,
        )
    except ValueError as no:
        raise invalid("stages", str(no)) from None
    unit.session.add(
        LadderRow(
            id=new.id,
            programme_id=unit.programme_id,
            key=key,
            version=new.version,
            name=new.name,
            names=dict(new.names),
            stages=new.stages,
            created_at=unit.now,
        )
    )
    set_up.put(
        unit,
        "ladder",
        new.id,
        saying("made version {n} of the ladder {name}", n=new.version, name=new.name),
        before={"name": old.name, "names": old.names, "version": old.version, "stages": old.stages},
        after={
            "key": key,
            "name": new.name,
            "names": new.names,
            "version": new.version,
            "stages": new.stages,
        },
    )
    return new


def _check(stages: Sequence[Stage]) -> None:
    if wrong := law.problems(stages):
        raise Invalid(wrong, wrong[0].message)


def preview_migration(look: Reading, key: str) -> tuple[Move, ...]:
    """When each running obligation would climb next if it followed the newest version of its ladder (R30)."""
    return moving.preview(look, _older(look, key), _tell(look, key, ""))


def migrate(unit: Writing, key: str, *, reason: str) -> tuple[Move, ...]:
    """Move running obligations to the newest version, with a reason; pauses and stages are kept (R30). The moves made."""
    unit.require(Act.SET_UP)
    must_say("reason", reason, _("Say why running obligations change to the new version."))
    new = _newest(unit, key)
    what = saying("moved what is running to version {n} of the ladder {name}", n=new.version, name=new.name)
    set_up.put(unit, "ladder", new.id, what, after={"reason": reason})
    return moving.carry_out(unit, _older(unit, key), _tell(unit, key, reason))


def _newest(look: Reading, key: str) -> Ladder:
    rules = look.rules
    if key not in rules.current:
        raise NotFound("ladder")
    return rules.ladders[rules.current[key]]


def _older(look: Reading, key: str) -> moving.Touched:
    newest = _newest(look, key)
    older: list[UUID] = [one.id for one in look.rules.ladders.values() if one.key == key and one != newest]
    return ObligationRow.ladder_id.in_(older)


def _tell(look: Reading, key: str, reason: str) -> moving.Tell:
    newest = _newest(look, key)

    def tell(case: Case) -> Story:
        return rescheduling.follow(case, newest, look.rules, look.now, reason)

    return tell
