"""Which words are pointed out to the people who write, and how does a coordinator change them? (R44)"""

from typing import Annotated
from urllib.parse import urlencode
from uuid import UUID

from pydantic import Field
from starlette.responses import Response

from clm_tracker.commands import terms as commands
from clm_tracker.db.units import Writing
from clm_tracker.domain import names
from clm_tracker.domain.policy import Act
from clm_tracker.domain.terms import LONGEST, Hint, Weight, known_as
from clm_tracker.kernel.refusals import NotFound
from clm_tracker.queries import terms
from clm_tracker.queries.terms import Listed
from clm_tracker.web import components as c
from clm_tracker.web import words
from clm_tracker.web.access import Router, may
from clm_tracker.web.components import FieldKind
from clm_tracker.web.desk import AtDesk, Desk
from clm_tracker.web.forms import Line, Note, NotValid, Valid, read, seen
from clm_tracker.web.pages.acts.answers import Answers
from clm_tracker.web.pages.answering import FRESH, Back, carry_out, conflict
from clm_tracker.web.pages.hints import said
from clm_tracker.web.pages.set_up.frame import FormPage, Part, PartsPage, crumbs
from clm_tracker.web.words import _

router = Router(include_in_schema=False)
PATH = "/terms"
LONGEST_TRIED = 2_000


class Written(Answers):
    """A term; forms and better words stand a line each."""

    language: Line
    avoid: Note
    prefer: Note
    unless: Note = ""
    source: Line
    year: int
    weight: Weight = Weight.REPLACE


class Named(Answers):
    """One term of the list."""

    language: Line
    key: Annotated[Line, Field(max_length=LONGEST)]


@router.get(PATH, access=may(Act.SEE_SET_UP))
def all_terms(desk: AtDesk) -> Response:
    """The list by language; with `text`, what would be pointed out in it."""
    return _show(desk)


@router.get(f"{PATH}/new", access=may(Act.SET_UP))
def new(desk: AtDesk) -> Response:
    """A new term."""
    return _form(desk)


@router.post(f"{PATH}/new", access=may(Act.SET_UP))
def add(desk: AtDesk, sent: Annotated[Valid[Written] | NotValid[Written], read(Written)]) -> Response:
    """Keep it, or the change of one that is there."""

    def keep(unit: Writing, given: Written) -> UUID:
        return commands.put(
            unit,
            language=given.language,
            avoid=given.avoid.splitlines(),
            prefer=given.prefer.splitlines(),
            unless=given.unless.splitlines(),
            source=given.source,
            year=given.year,
            weight=given.weight,
            version=seen(given.version),
        )

    return carry_out(
        desk, sent, keep, lambda back: _again(desk, back, adds=True), to=PATH, said=_("The term is kept.")
    )


@router.get(f"{PATH}/change", access=may(Act.SET_UP))
def change(desk: AtDesk, language: str = "", key: str = "") -> Response:
    """A term to be changed."""
    with desk.reading() as look:
        known = next((t for t in terms.listed(look) if t.term.key == (language, key)), None)
    if known is None:
        raise NotFound("term")
    return _form(desk, known)


@router.post(f"{PATH}/hide", access=may(Act.SET_UP))
def hide(desk: AtDesk, sent: Annotated[Valid[Named] | NotValid[Named], read(Named)]) -> Response:
    """Point it out no more."""
    return carry_out(
        desk,
        sent,
        lambda unit, given: commands.hide(
            unit, language=given.language, key=given.key, version=seen(given.version)
        ),
        lambda back: _again(desk, back),
        to=PATH,
        said=_("It is not pointed out any more. It stays on the list."),
    )


@router.post(f"{PATH}/show", access=may(Act.SET_UP))
def show(desk: AtDesk, sent: Annotated[Valid[Named] | NotValid[Named], read(Named)]) -> Response:
    """Point it out again."""
    return carry_out(
        desk,
        sent,
        lambda unit, given: commands.show(
            unit, language=given.language, key=given.key, version=seen(given.version)
        ),
        lambda back: _again(desk, back),
        to=PATH,
        said=_("It is pointed out again."),
    )


def _again(desk: Desk, back: Back, *, adds: bool = False) -> Response:
    """The form of the term that was named, or that somebody else added meanwhile, with what was written; else a new one, or the list."""
    typed = back.typed or {}
    lines = str(typed.get("avoid", "")).strip().splitlines()
    named = typed.get("key")
    if not named and lines and back.status == 409:
        named = known_as(lines)
    with desk.reading() as look:
        found = [t for t in terms.listed(look) if t.term.key[1] == named]
    # The language may be what is wrong: then the term is known by its words alone.
    known = next((t for t in found if typed.get("language") == t.term.language), found[0] if found else None)
    return _show(desk, back) if known is None and not adds else _form(desk, known, back)


def _show(desk: Desk, back: Back = FRESH) -> Response:
    text = desk.request.query_params.get("q", "")[:LONGEST_TRIED]
    with desk.reading() as look:
        found = terms.listed(look)
        hints = terms.in_text(look, text, desk.guest.language) if text.strip() else ()
    by_language: dict[str, list[Listed]] = {}
    for term in found:
        by_language.setdefault(term.term.language, []).append(term)
    purpose = c.plain(
        _(
            "People who write see these pointed out with a better word. Nothing is blocked; quotations are left alone."
        )
    )
    add = c.Button(_("Add a term"), c.Look.MAIN, href=f"{PATH}/new") if desk.may(Act.SET_UP) else None
    page = PartsPage(
        crumbs(),
        _("Words that could hurt"),
        c.Problem(back.refused) if back.refused else None,
        (
            *((_tried(text, hints),) if text.strip() else ()),
            *(_part(desk, language, listed) for language, listed in by_language.items()),
        ),
        search=c.Search(PATH, _("Try a sentence"), text, _("A sentence, to see what is pointed out in it")),
        add=add,
        purpose=purpose,
    )
    return desk.show(page, status=back.status)


def _tried(text: str, hints: tuple[Hint, ...]) -> Part:
    shown = c.Table(
        _("Words that are pointed out"), (_("Pointed out"),), tuple(c.Line(said(hint), ()) for hint in hints)
    )
    return Part(
        "tried",
        _("In your sentence"),
        c.plain(text),
        table=shown if hints else None,
        empty=None if hints else c.Empty(_("Nothing is pointed out in it")),
    )


def _part(desk: Desk, language: str, listed: list[Listed]) -> Part:
    name = words.language_name(language, desk.guest.language)
    lines = tuple(_line(desk, one) for one in listed)
    heads = (_("Instead of"), _("Better"), _("Who says so"), _("On this list"))
    return Part(
        f"terms-{language}",
        name,
        c.plain(words.counted(sum(not t.hidden for t in listed), "{n} term", "{n} terms")),
        table=c.Table(name, heads, lines),
    )


def _line(desk: Desk, one: Listed) -> c.Line:
    term = one.term
    state = _("hidden") if one.hidden else _("shipped") if one.id is None else _("our own")
    where: c.Words = c.plain(state)
    if desk.may(Act.SET_UP):
        query = urlencode({"language": term.language, "key": term.key[1]})
        where = c.words(
            _("{state}. {change}"), state=state, change=c.link(_("Change"), f"{PATH}/change?{query}")
        )
    return c.Line(
        (c.Part(words.listed(term.avoid, desk.guest.language), lang=term.language),),
        (
            (c.Part("; ".join(term.prefer), lang=term.language),),
            c.words(_("{source}, {year}"), source=term.source, year=str(term.year)),
            where,
        ),
    )


def _form(desk: Desk, known: Listed | None = None, back: Back = FRESH) -> Response:
    term = known.term if known else None
    with desk.reading() as look:
        spoken = dict.fromkeys((*look.programme.languages, *(t.term.language for t in terms.listed(look))))
    chosen = term.language if term else desk.guest.language
    fields = (
        c.Field(
            "language",
            _("Language of the words"),
            FieldKind.SELECT,
            chosen,
            options=tuple(c.Option(tag, words.language_name(tag, desk.guest.language)) for tag in spoken),
        ),
        _lines(
            "avoid",
            _("Words to point out"),
            term.avoid if term else (),
            _("One form a line; the first names the term."),
        ),
        _lines("prefer", _("What says it better"), term.prefer if term else (), _("One a line.")),
        _lines(
            "unless",
            _("Phrases in which they mean something else"),
            term.unless if term else (),
            _("One a line, such as “clean water”."),
            required=False,
        ),
        c.Field("source", _("Who says so"), value=term.source if term else "", longest=names.LONGEST),
        c.Field(
            "year",
            _("In which year"),
            FieldKind.NUMBER,
            str(term.year if term else desk.now.year),
            least="1980",
        ),
        c.Field(
            "weight",
            _("How it is said"),
            FieldKind.RADIO,
            str(term.weight if term else Weight.REPLACE),
            options=(
                c.Option(Weight.REPLACE, _("Another word is better")),
                c.Option(Weight.CARE, _("With care: it depends on who is spoken of")),
            ),
        ),
    )
    button = c.Button(_("Keep the term"), c.Look.MAIN)
    also: tuple[c.Button, ...] = ()
    hidden: tuple[tuple[str, str], ...] = ()
    if known is not None:
        hidden = (("key", known.term.key[1]),)
        to, label = ("show", _("Point it out again")) if known.hidden else ("hide", _("Point it out no more"))
        also = (c.Button(label, action=f"{PATH}/{to}", unchecked=True),)
    version = known.version if known else 0
    form = c.Form(f"{PATH}/new", button, fields, desk.once(), version, hidden, also)
    page = FormPage(
        crumbs(c.Link(_("Words"), PATH)),
        _("Change a term") if known else _("Add a term"),
        (),
        None,
        back.on(form),
        c.Button(_("Back"), c.Look.PLAIN, href=PATH),
        conflict=conflict(form.version, form.fields, back),
        purpose=c.plain(_("A term is pointed out where it is used, and never blocks what somebody writes.")),
    )
    return desk.show(page, status=back.status)


def _lines(name: str, label: str, value: tuple[str, ...], hint: str, *, required: bool = True) -> c.Field:
    return c.Field(
        name, label, FieldKind.TEXTAREA, "\n".join(value), hint, required=required, rows=3, longest=2_000
    )
