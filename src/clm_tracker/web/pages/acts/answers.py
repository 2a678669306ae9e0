"""What does each act ask of a person, as the types that their answers must have?

Whether an answer may be empty is the law's to say, in its own sentence; here is only what a command cannot do without.
"""

from typing import Annotated, Literal

from pydantic import ConfigDict, Field

from clm_tracker.domain.words import AgreedWhere, ClosedAs, PauseReason, Purpose, Verdict
from clm_tracker.web.forms import Day, File, Line, Note, Seen, Story


class Answers(Seen):
    """What every form of an act carries: the version that was looked at, what was seen of the record, and where to go on."""

    model_config = ConfigDict(arbitrary_types_allowed=True)

    seen: Line = ""
    back: Line = ""


class Noted(Answers):
    """A note."""

    note: Note = ""


class Reasoned(Answers):
    """A reason."""

    reason: Note = ""


class Opening(Reasoned):
    """Who answers, when it is not the post that routing finds."""

    duty_bearer: Line = ""


class Naming(Reasoned):
    """Whose it is."""

    duty_bearer: Line = ""


class Transferring(Reasoned):
    """Whose it is instead, or that it is not known."""

    duty_bearer: Line = ""
    unknown: bool = False


class Refusing(Reasoned):
    """Why not."""

    outside_power: bool = False


class Replying(Answers):
    """The duty bearer's own words."""

    text: Story = ""


class Proposing(Answers):
    """What will be done by when."""

    what: Note = ""
    due_on: Day
    expected: Note = ""
    how_checked: Note = ""
    for_duty_bearer: bool = False


class Changing(Answers):
    """Another text or date, or what goes with them."""

    what: Note = ""
    due_on: Day
    expected: Note = ""
    how_checked: Note = ""


class Agreeing(Answers):
    """Where and when both sides agreed."""

    where: AgreedWhere
    agreed_on: Day


class MoreTime(Reasoned):
    """A later date."""

    due_on: Day


class Reporting(Noted):
    """What was done, with a photo or paper that shows it."""

    file: File | None = None


class Verdicts(Noted):
    """What the community's own check found, and what shows it."""

    verdict: Verdict
    statement: Note = ""
    file: File | None = None


class Still(Noted):
    """Is it still fixed?"""

    still_fixed: Literal["yes", "no"]


class Closing(Reasoned):
    """Withdrawn, or merged into which finding."""

    closed_as: ClosedAs
    merged_into: Line = ""


class Pausing(Noted):
    """Why a clock stands still, and until when."""

    reason: PauseReason
    until: Day | None = None


class Escalating(Reasoned):
    """From the stage that was seen (R28)."""

    from_stage: Annotated[int, Field(ge=0, le=99)]


class Deferring(Reasoned):
    """When the committee will decide."""

    until: Day


class Checking(Answers):
    """The three questions of a risk check (R27)."""

    who: Note = ""
    how: Note = ""
    last_word: Note = ""


class Attaching(Answers):
    """One piece of evidence: a file, a link or a statement."""

    purpose: Purpose
    caption: Line = ""
    captured_on: Day | None = None
    text: Story = ""
    url: Annotated[Line, Field(max_length=2_000)] = ""
    file: File | None = None
