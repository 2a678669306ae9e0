"""In what plain words is each answer offered to somebody who has one minute and no training, and in what order?"""

from clm_tracker.domain.cases import Action, Case
from clm_tracker.domain.words import Side
from clm_tracker.queries.acts import PossibleAct
from clm_tracker.web import components as c
from clm_tracker.web.pages.acts import forms, stands
from clm_tracker.web.pages.acts.doing import Doing
from clm_tracker.web.pages.voice import Voice
from clm_tracker.web.words import N_, Labels, _

BIG = 3  # how many answers stand large; the others are folded
# Whoever cannot read what was proposed cannot accept or change it: these need the words of the finding (R43).
OF_WORDS = frozenset({"accept", "change"})
_SAYS = Labels(
    {
        "acknowledge": N_("I have received this"),
        "report_done": N_("It is done"),
        "accept": N_("Accept what is proposed"),
        "propose": N_("Say what will be done, and by when"),
        "ask_extension": N_("Ask for more time"),
        "propose_transfer": N_("This is not ours"),
        "change": N_("Propose another text, day, result or check"),
        "reply": N_("Answer in words"),
        "refuse": N_("We cannot do this"),
    }
)
# What the other side does with each answer, by the event that it is on record as.
THEN = Labels(
    {
        "acknowledged": N_("The next step is to agree with the community on what is done, and by when."),
        "action_proposed": N_("The community reads what you propose. It holds once both sides agree."),
        "action_changed": N_("The community reads what you propose. It holds once both sides agree."),
        "action_agreed": N_("Both sides have agreed. When it is done, report it by this link."),
        "extension_asked": N_("The community grants or refuses more time. Until then the agreed day holds."),
        "action_reported": N_(
            "The community checks with the people concerned. Your clock stands still while it checks."
        ),
        "transfer_proposed": N_(
            "The community accepts or declines this. Until then it stays with your post."
        ),
        "refused": N_(
            "The community and the coordinator read your reason and decide how the matter goes on."
        ),
        "replied": N_("The community reads it. What is owed, and by when, stays the same."),
    }
)
# The first that are possible are what somebody most probably came for.
ORDER = tuple(_SAYS)
DOINGS: tuple[Doing, ...] = tuple(
    one for (target, verb), one in forms.DOINGS.items() if verb in _SAYS and target in {"finding", "action"}
)
_ICONS = {"report_done": c.Icon.CAMERA}


def says(act: PossibleAct, case: Case, voice: Voice, *, quietly: bool) -> str:
    """The answer, with what it is about where there are several; `quietly` without words of the finding."""
    part = case.actions.get(act.target_id)
    said = _said(act.verb, case, part)
    if not isinstance(part, Action) or len(case.actions) < 2:
        return said
    what = _("due {day}").format(day=voice.day(part.due_on).text) if quietly else forms.short(part.what)
    return _("{act}: {what}").format(act=said, what=what)


def _said(verb: str, case: Case, part: Action | None) -> str:
    if verb == "change" and part is not None and part.proposed_side is Side.DUTY_BEARER:
        return _("Change what is proposed")
    if verb == "propose" and stands.anything(case.actions.values(), handed_over=False):
        return _("Propose something more")
    return _SAYS[verb]


def button(act: PossibleAct, label: str, href: str, *, main: bool) -> c.Button:
    """One large answer, which leads to its second step."""
    return c.Button(label, c.Look.MAIN if main else c.Look.SECOND, href=href, icon=_ICONS.get(act.verb))


def path(target: str, slug: str, part: object) -> str:
    """Where an answer is given, below the link."""
    return f"/{slug}" if target == "finding" else f"/actions/{part}/{slug}"
