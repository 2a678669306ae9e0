"""How is a ladder said and drawn when it is about no finding: its waits, its addressees, its gates?"""

from collections.abc import Iterable

from clm_tracker.domain import names
from clm_tracker.domain.ladders import Ladder, Mode, Stage, StageKind
from clm_tracker.domain.rules import Rules
from clm_tracker.domain.words import Kind
from clm_tracker.queries import explain, wording
from clm_tracker.web import components as c
from clm_tracker.web import words
from clm_tracker.web.pages.findings.parts import GATES
from clm_tracker.web.words import N_, Labels, _

KINDS: Labels[StageKind] = Labels(
    {
        StageKind.DIALOGUE: N_("Dialogue"),
        StageKind.FORMAL_LETTER: N_("Formal letter"),
        StageKind.SUPERIOR: N_("Superior"),
        StageKind.DISTRICT: N_("District"),
        StageKind.PROVINCE: N_("Province"),
        StageKind.NATIONAL: N_("National programme"),
        StageKind.COMMITTEE: N_("Committee"),
        StageKind.OVERSIGHT: N_("Oversight body and donors"),
        StageKind.PUBLIC_CAMPAIGN: N_("Public campaign"),
        StageKind.LEGAL_REMEDY: N_("Legal remedy"),
    }
)
GATE: Labels[c.Gate] = Labels(
    {
        c.Gate.OPEN: N_("It begins by itself"),
        c.Gate.APPROVAL: N_("One approval by the committee"),
        c.Gate.PUBLIC: N_("Public: two approvers, a risk check, a right of reply"),
    }
)
CONTACTS = "contacts"
_WHOM: Labels[str] = Labels(
    {
        "duty_bearer": N_("the duty bearer"),
        "owner": N_("whoever owes it"),
        "superior:1": N_("the post above the duty bearer"),
        "superior:2": N_("the second post above the duty bearer"),
        "superior:3": N_("the third post above the duty bearer"),
        "committee": N_("the steering committee"),
        "coordinator": N_("the coordinator"),
        "advocates": N_("the advocates"),
    }
)


def gate(stage: Stage) -> c.Gate:
    """What the stage needs before it is entered (R21)."""
    if stage.public:
        return c.Gate.PUBLIC
    return c.Gate.APPROVAL if stage.mode is Mode.APPROVAL else c.Gate.OPEN


def whom(word: str) -> str:
    """An addressee in words."""
    if word in _WHOM:
        return _WHOM[word]
    start, _colon, rest = word.partition(":")
    if start == "superior":
        return _("the post {n} above the duty bearer").format(n=rest)
    if start == "level":
        return _("the post at the level “{level}”").format(level=names.word(rest))
    return rest or word


def whoms(rules: Rules, *used: str) -> tuple[str, ...]:
    """The addressees that one can choose: roles, posts above, each level that a post has, and what is used already."""
    levels = sorted({f"level:{post.level}" for post in rules.posts.values() if post.level})
    known = (*_WHOM, *levels)
    more = [word for word in dict.fromkeys(used) if word not in known and not word.startswith(f"{CONTACTS}:")]
    return *known, *more


def wait(stage: Stage) -> str:
    """How long it waits, and from when."""
    window = explain.length(stage.wait)
    if stage.number == 1:
        return _("{window} after the due date").format(window=window)
    return _("{window} after stage {n}").format(window=window, n=stage.number - 1)


def stairs(ladder: Ladder) -> c.Ladder:
    """The staircase, with the heat of every stage."""
    return drawn(ladder.stages)


def drawn(stages: Iterable[Stage]) -> c.Ladder:
    """The same of stages that are not kept yet."""
    steps = tuple(
        c.Step(
            s.number,
            s.said,
            c.Reach.CLIMBED,
            (c.plain(wait(s)), c.plain(_("To {who}").format(who=words.listed(_heard(s))))),
            (),
            gate(s),
            GATE[gate(s)] if gate(s) is not c.Gate.OPEN else None,
        )
        for s in stages
    )
    return c.Ladder(steps, tuple(GATES.items()))


def _heard(stage: Stage) -> list[str]:
    return list(dict.fromkeys(whom(word) for word in (stage.addresses, *stage.tells)))


def what_of(kind: Kind, *, still: bool) -> str:
    """What is owed, at the head of a line; `still` where its day comes later by as long as the clock stands still."""
    what = wording.upper(wording.what(kind))
    return _("{what}; its clock stands still").format(what=what) if still else what
