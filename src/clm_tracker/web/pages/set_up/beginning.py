"""What is left to do before a new programme's first finding, and where?"""

from collections.abc import Mapping

from clm_tracker.queries.first_steps import FirstSteps, Step
from clm_tracker.web import components as c
from clm_tracker.web.words import N_, _

# Where each step is done, what it is called, and why it is needed.
_STEPS: Mapping[Step, tuple[str, str, str]] = {
    Step.PLACES: (
        "/places",
        N_("Places"),
        N_("The areas, and the sites where findings are made. Long lists are imported."),
    ),
    Step.DUTY_BEARERS: (
        "/duty-bearers",
        N_("Duty bearers"),
        N_("The posts that have to answer, for which site or area, and who is above them."),
    ),
    Step.PEOPLE: (
        "/people",
        N_("People"),
        N_("Advocates who log and verify, and the members of the steering committee."),
    ),
    Step.ROUND: (
        "/rounds",
        N_("A round"),
        N_("When monitoring takes place: some windows end with the next round."),
    ),
    Step.FINDING: (
        "/findings/new",
        N_("The first finding"),
        N_("Log it, see who has to answer, and open it: then the clock runs."),
    ),
}


def left_to_do(found: FirstSteps | None) -> c.FirstSteps | None:
    """The steps of a new programme for whoever sets it up; None for others, and once all are done."""
    if found is None or found.finished:
        return None
    following = next(step for step in Step if step not in found.done)
    return c.FirstSteps(
        _("To the first finding"),
        _(
            "Ladders, themes, windows and public holidays are in place. These steps are left; each is ticked when it is done."
        ),
        tuple(
            c.FirstStep(c.Link(_(name), href), _(says), step in found.done, step is following)
            for step, (href, name, says) in _STEPS.items()
        ),
    )
