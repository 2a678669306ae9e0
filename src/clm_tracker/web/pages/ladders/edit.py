"""How is a ladder edited, and what would it do to today's open obligations before it is kept? (R20, R30)"""

from dataclasses import dataclass, replace
from typing import Annotated, Any, ClassVar
from uuid import UUID

from starlette.responses import Response

from clm_tracker.commands import ladders as commands
from clm_tracker.db.units import Reading, Writing
from clm_tracker.domain.ladders import Ladder
from clm_tracker.domain.policy import Act
from clm_tracker.domain.words import ObligationState
from clm_tracker.kernel.refusals import FieldError, Invalid, NotFound
from clm_tracker.queries import ladders
from clm_tracker.queries.ladders import Changed, Effect
from clm_tracker.web import components as c
from clm_tracker.web import words
from clm_tracker.web.access import Router, may
from clm_tracker.web.desk import AtDesk, Desk
from clm_tracker.web.forms import NotValid, Typed, Valid, read, seen
from clm_tracker.web.pages.answering import FRESH, Back, carry_out, conflict
from clm_tracker.web.pages.ladders import draft, stairs
from clm_tracker.web.pages.ladders.draft import Draft, Edited
from clm_tracker.web.pages.ladders.listing import LADDERS
from clm_tracker.web.pages.set_up import naming
from clm_tracker.web.pages.set_up.frame import crumbs
from clm_tracker.web.pages.voice import Voice
from clm_tracker.web.render import Page
from clm_tracker.web.words import _

router = Router(include_in_schema=False)
Sent = Valid[Any] | NotValid[Any]
LOOK = "look"


@dataclass(frozen=True, slots=True)
class Shown:
    """What the edited ladder looks like, and what it would do."""

    ladder: c.Ladder
    says: tuple[str, ...]
    table: c.Table | None
    more: str


@dataclass(frozen=True, slots=True)
class StageForm:
    """The questions about one stage, and its buttons."""

    id: str
    title: str
    fields: tuple[c.Field, ...]
    rest: tuple[c.Field, ...]
    rest_title: str
    rest_open: bool
    buttons: tuple[c.Button, ...]


@dataclass(frozen=True)
class EditPage(Page):
    """The editor."""

    template: ClassVar[str] = "pages/ladders/edit.html"

    crumbs: tuple[c.Link, ...]
    heading: str
    says: str
    action: str
    once: str
    version: str
    problem: c.Problem | None
    conflict: c.Conflict | None
    look: c.Button
    name: tuple[c.Field, ...]
    stages: tuple[StageForm, ...]
    add: c.Button
    save: c.Button
    cancel: c.Button
    shown: Shown | None
    not_shown: str


@router.get(f"{LADDERS}/{{key}}/edit", access=may(Act.SET_UP))
def edit(desk: AtDesk, key: str) -> Response:
    """The newest version, to be edited."""
    return _show(desk, key)


@router.post(f"{LADDERS}/{{key}}/edit", access=may(Act.SET_UP))
def change(desk: AtDesk, key: str, sent: Annotated[Sent, read(Edited)]) -> Response:
    """Move, add or remove a stage, look at what it would do, or keep it as the next version."""
    do = str(sent.typed.get("do", "save"))
    if do != "save":
        return _show(desk, key, Back(typed=sent.typed, errors=_errors(sent)), do=do)

    def keep(unit: Writing, given: Any) -> Ladder:  # noqa: ANN401 - the model is made of its stages
        stages = draft.stages(draft.of_form(sent.typed))
        return commands.change(
            unit, key, name=given.name, names=given.names, stages=stages, version=seen(given.version)
        )

    return carry_out(
        desk,
        sent,
        keep,
        lambda back: _show(desk, key, back),
        to=f"{LADDERS}/{key}",
        said=lambda made: _(
            "Version {n} is kept. New obligations follow it; what runs stays on its own version until you move it."
        ).format(n=made.version),
    )


def _errors(sent: Sent) -> tuple[FieldError, ...]:
    return sent.errors if isinstance(sent, NotValid) else ()


def _show(desk: Desk, key: str, back: Back = FRESH, do: str = "") -> Response:
    with desk.reading() as look:
        if key not in look.rules.current:
            raise NotFound("ladder")
        newest = look.rules.ladders[look.rules.current[key]]
        typed: Typed = back.typed if back.typed is not None else {}
        drafts = draft.of_form(typed) if back.typed is not None else draft.of_ladder(newest)
        drafts, _at = draft.moved(drafts, do)
        name = str(typed.get("name", newest.name))
        called = {**{tag: "" for s in newest.stages for tag in s.names}, **newest.names}
        tags = naming.others(look.programme.languages, called)
        errors, shown = list(back.errors), None
        try:
            shown = _shown(look, Voice.of(look, desk.guest.language), newest, name, drafts)
        except Invalid as no:
            # A stage that was only just added has no name yet: what is missing is said when one looks or keeps.
            errors += [e for e in no.errors if e not in errors] if do in {LOOK, ""} and back.typed else []
        changed = _conflict(look, newest, drafts, back, tags)
        forms = tuple(_stage(key, n, one, drafts, look, errors, tags) for n, one in enumerate(drafts, 1))
        page = EditPage(
            crumbs=crumbs(c.Link(_("Ladders"), LADDERS), c.Link(newest.said, f"{LADDERS}/{key}")),
            heading=_("Edit the ladder “{name}”").format(name=newest.said),
            says=_("Keeping it makes version {n}; version {before} stays as it is.").format(
                n=newest.version + 1, before=newest.version
            ),
            action=f"{LADDERS}/{key}/edit",
            once=desk.once(),
            version=_version(newest, back),
            problem=None if changed else _problem(back, errors, forms),
            conflict=changed,
            look=c.Button(_("Look at what it would do"), name="do", value=LOOK, unchecked=True),
            name=c.answered(
                naming.name_fields("", _("Name of the ladder"), tags, value=newest.name, names=newest.names),
                typed,
                errors,
            ),
            stages=forms,
            add=c.Button(
                _("Add a stage at the end"),
                name="do",
                value="add",
                unchecked=True,
                action=f"{LADDERS}/{key}/edit#stage-{min(len(drafts) + 1, draft.MOST)}",
            ),
            save=c.Button(_("Keep as the next version"), c.Look.MAIN, name="do", value="save"),
            cancel=c.Button(_("Leave it as it is"), c.Look.PLAIN, href=f"{LADDERS}/{key}"),
            shown=shown,
            not_shown=_(
                "Every stage needs a name, a wait and somebody it is addressed to before this can be shown."
            ),
            purpose=c.plain(
                _("Change the stages, and see before you keep it what it would do to what runs today.")
            ),
        )
    return desk.show(page, block="effect" if do == LOOK else None, status=back.status)


def _version(newest: Ladder, back: Back) -> str:
    """What the form rests on: after a conflict, which is shown, on the newest; else on what it was opened with."""
    if back.typed is None or back.status == 409:
        return str(newest.version)
    typed = str(back.typed.get("version", ""))
    return typed if typed.isdecimal() and len(typed) < 6 else ""


def _conflict(
    look: Reading, newest: Ladder, mine: list[Draft], back: Back, tags: tuple[str, ...]
) -> c.Conflict | None:
    """The newest version beside what was typed: how many stages there are, and each stage that both have."""
    drafts = draft.of_ladder(newest)
    used = [str(d["to"]) for d in (*drafts, *mine) if d["to"] and d["to"] != stairs.CONTACTS]
    fields = [
        *naming.name_fields("", _("Name of the ladder"), tags, value=newest.name, names=newest.names),
        c.Field("stages", _("Stages"), value=words.number(len(drafts))),
    ]
    for n, one in enumerate(drafts[: len(mine)], 1):
        first, rest = draft.questions(n, one, look.rules, used, tags)
        label = _("Stage {n}: {question}")
        fields += [replace(f, label=label.format(n=n, question=f.label)) for f in (*first, *rest)]
    back = replace(back, typed={**(back.typed or {}), "stages": words.number(len(mine))})
    return conflict(newest.version, fields, back)


def _problem(back: Back, errors: list[FieldError], forms: tuple[StageForm, ...]) -> c.Problem | None:
    if not errors and not back.refused:
        return None
    wrong = tuple(f for form in forms for f in (*form.fields, *form.rest) if f.error)
    sentence = back.refused or (errors[0].message if len(errors) == 1 else Invalid(()).sentence)
    return c.Problem(sentence, wrong)


def _stage(
    key: str,
    n: int,
    one: Draft,
    drafts: list[Draft],
    look: Reading,
    errors: list[FieldError],
    tags: tuple[str, ...],
) -> StageForm:
    used = [str(d["to"]) for d in drafts if d["to"] and d["to"] != stairs.CONTACTS]
    first, rest = draft.questions(n, one, look.rules, used, tags)
    first, rest = c.answered(first, {}, errors), c.answered(rest, {}, errors)

    def button(word: str, label: str, to: int) -> c.Button:
        at = f"{LADDERS}/{key}/edit#stage-{to}"
        return c.Button(
            label.format(n=n), c.Look.PLAIN, name="do", value=f"{word}-{n}", action=at, unchecked=True
        )

    buttons = []
    if n > 1:
        buttons.append(button("up", _("Move stage {n} up"), n - 1))
    if n < len(drafts):
        buttons.append(button("down", _("Move stage {n} down"), n + 1))
    if len(drafts) > 1:
        buttons.append(button("remove", _("Remove stage {n}"), max(n - 1, 1)))
    name = str(one["name"]).strip()
    return StageForm(
        f"stage-{n}",
        _("Stage {n}, {name}").format(n=n, name=name) if name else _("Stage {n}").format(n=n),
        first,
        rest,
        _("More about stage {n}").format(n=n),
        any(f.error for f in rest),
        tuple(buttons),
    )


def _shown(look: Reading, voice: Voice, newest: Ladder, name: str, drafts: list[Draft]) -> Shown:
    edited = replace(
        newest, id=UUID(int=0), version=newest.version + 1, name=name, stages=draft.stages(drafts)
    )
    found = ladders.effect(look, newest.key, edited)
    lines = tuple(_line(one, voice) for one in found.examples)
    heads = (_("Finding"), _("What is owed"), _("Next stage now"), _("Then"))
    changed = found.now + found.sooner + found.later + found.never
    return Shown(
        stairs.stairs(edited),
        _says(found),
        c.Table(_("What would change"), heads, lines) if lines else None,
        words.counted(changed - len(lines), "And one more.", "And {n} more.") if changed > len(lines) else "",
    )


def _says(found: Effect) -> tuple[str, ...]:
    """What the edited ladder would do, one sentence for each thing that it would."""
    if not found.running:
        return (_("Nothing runs on this ladder today, so no date would change."),)
    said = [
        words.counted(
            found.running,
            "One obligation runs on this ladder. If it followed the edited one today:",
            "{n} obligations run on this ladder. If they followed the edited one today:",
        )
    ]
    n = found
    lines = (
        (n.now, words.counted(n.now, "one would climb now;", "{n} would climb now;")),
        (n.sooner, words.counted(n.sooner, "one would climb sooner;", "{n} would climb sooner;")),
        (n.later, words.counted(n.later, "one would climb later;", "{n} would climb later;")),
        (
            n.never,
            words.counted(n.never, "one would have no further stage;", "{n} would have no further stage;"),
        ),
        (
            n.above,
            words.counted(
                n.above,
                "one stands higher than it reaches and would stay on its version;",
                "{n} stand higher than it reaches and would stay on their version;",
            ),
        ),
        (n.same, words.counted(n.same, "one would not change.", "{n} would not change.")),
    )
    said += [line for count, line in lines if count]
    if found.left:
        said.append(
            words.counted(
                found.left,
                "One more waits for a decision or was not computed.",
                "{n} more wait for a decision or were not computed.",
            )
        )
    return tuple(said)


def _line(one: Changed, voice: Voice) -> c.Line:
    o = one.obligation
    return c.Line(
        (c.link(one.ref, f"/findings/{one.ref}"),),
        (
            c.plain(stairs.what_of(o.kind, still=o.state is not ObligationState.RUNNING)),
            c.words("{day}", day=voice.day(voice.local(o.next_step_at)))
            if o.next_step_at
            else c.plain(_("no further stage")),
            c.words("{day}", day=c.strong(voice.day(voice.local(one.becomes))))
            if one.becomes
            else c.plain(_("no further stage")),
        ),
    )
