"""Which questions does the form of each act put, with what filled in?"""

from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta

from clm_tracker.commands.evidence import ENDINGS, LARGEST
from clm_tracker.domain.cases import Action
from clm_tracker.domain.words import AgreedWhere, ClosedAs, Purpose, Side
from clm_tracker.queries import wording
from clm_tracker.web.components import Field, FieldKind, Option
from clm_tracker.web.forms import LINE, STORY
from clm_tracker.web.pages import labels
from clm_tracker.web.pages.acts.about import About
from clm_tracker.web.words import N_, _

FILES = ",".join(sorted(ENDINGS))


Ask = Callable[[About], tuple[Field, ...]]


def nothing(_about: About) -> tuple[Field, ...]:
    """An act that asks nothing."""
    return ()


def note(label: str, hint: str | None = None, *, required: bool = True) -> Ask:
    """A few words; `label` and `hint` are marked with `N_`."""

    def ask(_about: About) -> tuple[Field, ...]:
        says = _(hint) if hint else None
        return (
            Field("note", _(label), FieldKind.TEXTAREA, hint=says, required=required, rows=3, longest=4_000),
        )

    return ask


def reason(label: str, hint: str | None = None) -> Ask:
    """Why; `label` and `hint` are marked with `N_`."""

    def ask(_about: About) -> tuple[Field, ...]:
        says = _(hint) if hint else _("It stands in the record.")
        return (Field("reason", _(label), FieldKind.TEXTAREA, hint=says, rows=3, longest=4_000),)

    return ask


def refusal(about: About) -> tuple[Field, ...]:
    """Why not (R19)."""
    return (
        *reason(N_("Why"), N_("The next level reads this and can act on it."))(about),
        Field(
            "outside_power",
            _("It is outside our power; somebody above us has to do it"),
            FieldKind.CHECKBOX,
            required=False,
        ),
    )


def reply(_about: About) -> tuple[Field, ...]:
    """The duty bearer's own words (R27)."""
    return (
        Field(
            "text",
            _("The reply, word for word"),
            FieldKind.TEXTAREA,
            hint=_("It is shown beside the finding wherever that is shown."),
            rows=6,
            longest=10_000,
        ),
    )


def proposing(about: About) -> tuple[Field, ...]:
    """What will be done by when (R14)."""
    asked = _promised(about, None)
    if about.look.actor.side is Side.COMMUNITY:
        asked += (
            Field(
                "for_duty_bearer",
                _("The duty bearer proposed this; I put it on record"),
                FieldKind.CHECKBOX,
                required=False,
            ),
        )
    return asked


def changing(about: About) -> tuple[Field, ...]:
    """Another text or day, another result or check: everything that was proposed, as it stands (R14)."""
    return _promised(about, about.action)


def _promised(about: About, stands: Action | None) -> tuple[Field, ...]:
    what, day, expected, how = (
        (stands.what, stands.due_on.isoformat(), stands.expected, stands.how_checked)
        if stands
        else ("", "", "", "")
    )
    area = FieldKind.TEXTAREA
    return (
        Field("what", _("What will be done"), area, what, rows=2, longest=2_000),
        _day("due_on", _("By which day"), day, least=about.today + timedelta(days=1)),
        Field("expected", _("What will be different for people"), area, expected, required=False, rows=2),
        Field("how_checked", _("How the community will check it"), area, how, required=False, rows=2),
    )


def agreeing(about: About) -> tuple[Field, ...]:
    """Where and when both sides agreed (R14)."""
    elsewhere = (AgreedWhere.MEETING, AgreedWhere.LETTER, AgreedWhere.CALL)
    return (
        Field(
            "where",
            _("Where it was agreed"),
            FieldKind.RADIO,
            options=labels.options(labels.WHERE, of=elsewhere),
        ),
        _day("agreed_on", _("On which day"), about.today.isoformat(), most=about.today),
    )


def more_time(about: About) -> tuple[Field, ...]:
    """A later date (R15)."""
    return (
        _day(
            "due_on",
            _("The new day"),
            least=about.action.due_on + timedelta(days=1),
            hint=_("The first promised day stays on record."),
        ),
        *reason(N_("Why more time is needed"))(about),
    )


def reporting(about: About) -> tuple[Field, ...]:
    """What was done (R17)."""
    return (
        *note(N_("What was done"), N_("The community checks it with its own eyes."))(about),
        _file(_("A photo or paper that shows it")),
    )


def verdict(_about: About) -> tuple[Field, ...]:
    """What the community's own check found, and what shows it (R17)."""
    return (
        Field("verdict", _("What you found"), FieldKind.RADIO, options=labels.options(labels.VERDICT)),
        Field("note", _("In a few words"), FieldKind.TEXTAREA, rows=2, longest=4_000),
        Field(
            "statement",
            _("What you saw, as evidence"),
            FieldKind.TEXTAREA,
            hint=_("A check needs evidence that does not come from the duty bearer: this, or a photo."),
            required=False,
            rows=3,
            longest=4_000,
        ),
        _file(_("A photo or paper that shows it")),
    )


def still_fixed(about: About) -> tuple[Field, ...]:
    """Is it still fixed? (R9)"""
    return (
        Field(
            "still_fixed",
            _("What you found"),
            FieldKind.RADIO,
            options=(
                Option("yes", _("Yes, still fixed")),
                Option("no", _("No"), _("The finding is open again, at the stage it had reached.")),
            ),
        ),
        *note(N_("What you saw"))(about),
    )


def closing(about: About) -> tuple[Field, ...]:
    """Withdraw or merge (R7)."""
    return (
        Field(
            "closed_as",
            _("How"),
            FieldKind.RADIO,
            options=labels.options(labels.CLOSED, of=(ClosedAs.WITHDRAWN, ClosedAs.MERGED)),
        ),
        Field(
            "merged_into",
            _("Reference of the earlier finding, when merged"),
            hint=_("Such as {ref}. Both records stay readable.").format(ref=about.case.finding.ref),
            required=False,
            longest=40,
        ),
        *reason(N_("Why"))(about),
    )


def pausing(about: About) -> tuple[Field, ...]:
    """Why a clock stands still, and until when (R16)."""
    return (
        Field("reason", _("Why the clock stops"), FieldKind.RADIO, options=labels.options(labels.PAUSE)),
        _day(
            "until",
            _("The clock runs again on"),
            least=about.today + timedelta(days=1),
            required=False,
            hint=_("Needed for every reason but safety."),
        ),
        *note(N_("A note for the record"), required=False)(about),
    )


def escalating(about: About) -> tuple[Field, ...]:
    """Why this cannot wait for its date, and what comes of it (R28)."""
    owed = about.obligation
    asked = reason(N_("Why this cannot wait for its date"))(about)
    stage = about.look.rules.ladders[owed.ladder_id].stage(owed.stage + 1)
    if stage is None:
        return asked
    says = wording.coming(
        stage,
        begins=_("Stage {n}, {name}, begins at once. The reason stands in the record."),
        proposed=_(
            "Stage {n}, {name}, is proposed to the steering committee, which decides whether it begins. The reason stands in the record."
        ),
    )
    return tuple(replace(one, hint=says.format(n=stage.number, name=stage.said)) for one in asked)


def deferring(about: About) -> tuple[Field, ...]:
    """When the committee will decide (R26)."""
    return (
        _day("until", _("Decide on"), least=about.today + timedelta(days=1)),
        *reason(N_("Why later"))(about),
    )


def risk(_about: About) -> tuple[Field, ...]:
    """The three questions before anything becomes public (R27)."""
    return tuple(
        Field(name, label, FieldKind.TEXTAREA, rows=3, longest=4_000)
        for name, label in (
            ("who", _("Who could be harmed if this becomes public?")),
            ("how", _("Can it be said with totals, or behind closed doors?")),
            ("last_word", _("Who has the last word?")),
        )
    )


def attaching(about: About) -> tuple[Field, ...]:
    """A file, a link or a statement."""
    own = about.look.actor.side is Side.COMMUNITY
    # The signed copy of a letter is filed beside the letter.
    may = tuple(p for p in Purpose if p is not Purpose.LETTER) if own else (Purpose.COMPLETION, Purpose.REPLY)
    return (
        Field(
            "purpose", _("What it shows"), FieldKind.SELECT, options=labels.options(labels.PURPOSE, of=may)
        ),
        _file(_("A photo, paper, sound or video")),
        Field(
            "text",
            _("Or a statement"),
            FieldKind.TEXTAREA,
            hint=_("What somebody said or saw. No names."),
            required=False,
            rows=4,
            longest=STORY,
        ),
        Field("url", _("Or a link"), hint=_("It begins with https://"), required=False, longest=2_000),
        Field("caption", _("A title of a few words"), required=False, longest=LINE),
        _day("captured_on", _("On which day it was captured"), most=about.today, required=False),
    )


def _day(
    name: str,
    label: str,
    value: str = "",
    *,
    least: date | None = None,
    most: date | None = None,
    hint: str | None = None,
    required: bool = True,
) -> Field:
    return Field(
        name,
        label,
        FieldKind.DATE,
        value,
        hint,
        required=required,
        least=least.isoformat() if least else None,
        most=most.isoformat() if most else None,
    )


def _file(label: str) -> Field:
    hint = _(
        "At most {n} MB. No faces, no names. Place, camera and author are removed; names in comments stay, and a digitally signed file stays as it is."
    ).format(n=LARGEST // 1024**2)
    return Field("file", label, FieldKind.FILE, hint=hint, required=False, accept=FILES)
