"""How does a coordinator take in lists from files: look first, then take in, and see what was refused?"""

from typing import Annotated
from uuid import UUID

from starlette.responses import Response

from clm_tracker.commands.intake import previews
from clm_tracker.domain.policy import Act
from clm_tracker.intake import mapping, mapping_files
from clm_tracker.intake.records import Import
from clm_tracker.kernel.refusals import Invalid, invalid
from clm_tracker.queries import imports
from clm_tracker.queries.imports import Looked
from clm_tracker.web import components as c
from clm_tracker.web import words
from clm_tracker.web.access import Router, may
from clm_tracker.web.components import FieldKind
from clm_tracker.web.desk import AtDesk, Desk
from clm_tracker.web.forms import File, Line, NotValid, Valid, read
from clm_tracker.web.pages.acts.answers import Answers
from clm_tracker.web.pages.answering import FRESH, Back, carry_out
from clm_tracker.web.pages.set_up.first_rows import CAME, first_rows
from clm_tracker.web.pages.set_up.frame import Part, PartsPage, crumbs
from clm_tracker.web.pages.voice import Voice
from clm_tracker.web.security import UPLOAD_LIMIT
from clm_tracker.web.words import N_, Labels, _

router = Router(include_in_schema=False)
PATH = "/imports"
ROWS = 100
KINDS = Labels(
    {
        Import.AREAS: N_("Areas"),
        Import.SITES: N_("Sites"),
        Import.DUTY_BEARERS: N_("Duty bearers"),
        Import.FINDINGS: N_("Findings"),
    }
)
# What a count of a report, or a source, is called.
OF = Labels(
    {
        "area": N_("Areas"),
        "site": N_("Sites"),
        "duty_bearer": N_("Duty bearers"),
        "theme": N_("Thematic areas"),
        "finding": N_("Findings"),
    }
)
# Of a file whose columns are called as the fields are: those that it needs, and those it may have (docs/importing.md).
COLUMNS = {kind: mapping.columns_of(kind) for kind in Import}
PLACES = Labels({"line": N_("Line {n}"), "row": N_("Row {n}"), "item": N_("Item {n}")})


class Sent(Answers):
    """A file, what it holds, and which column is what."""

    kind: Import
    file: File
    mapping: Line = ""
    mapping_file: File | None = None


@router.get(PATH, access=may(Act.IMPORT))
def all_imports(desk: AtDesk) -> Response:
    """What was taken in, and the form for more."""
    return _show(desk)


@router.post(PATH, access=may(Act.IMPORT), limit=UPLOAD_LIMIT)
def look_first(desk: AtDesk, sent: Annotated[Valid[Sent] | NotValid[Sent], read(Sent)]) -> Response:
    """Find out what taking the file in would do."""
    if isinstance(sent, NotValid):
        return _show(desk, Back.mistaken(sent.typed, sent))
    try:
        # In a unit of its own, which keeps nothing; one that keeps must not wait for it.
        file = _file(sent.data)
        report = previews.try_(desk.house.store, file, desk.now, desk.actor)
    except Invalid as no:
        return _show(desk, Back.mistaken(sent.typed, no))
    return carry_out(
        desk,
        sent,
        lambda unit, _given: previews.keep(unit, file, report),
        lambda back: _show(desk, back),
        to=lambda made: f"{PATH}/{made}",
        said=_("Nothing is taken in yet. This is what would happen."),
    )


@router.get(f"{PATH}/{{import_id}}", access=may(Act.IMPORT))
def one(desk: AtDesk, import_id: UUID) -> Response:
    """The report on one file."""
    return _report(desk, import_id)


@router.post(f"{PATH}/{{import_id}}", access=may(Act.IMPORT))
def take_in(
    desk: AtDesk, import_id: UUID, sent: Annotated[Valid[Answers] | NotValid[Answers], read(Answers)]
) -> Response:
    """Take it in, whole or not at all."""
    return carry_out(
        desk,
        sent,
        lambda unit, _given: previews.take_in(unit, import_id),
        lambda back: _report(desk, import_id, back),
        to=f"{PATH}/{import_id}",
        said=_("The file is taken in. Each change has its line in the ledger."),
    )


def _file(given: Sent) -> previews.File:
    mapping = None
    if given.mapping_file is not None:
        try:
            mapping = given.mapping_file.content.decode("utf-8-sig")
        except UnicodeDecodeError:
            raise invalid("mapping_file", _("This mapping is not a text file.")) from None
    return previews.File(
        kind=given.kind,
        name=given.file.filename,
        content=given.file.content,
        mapping_name="" if mapping is not None else given.mapping,
        mapping=mapping,
    )


def _show(desk: Desk, back: Back = FRESH) -> Response:
    with desk.reading() as look:
        voice = Voice.of(look, desk.guest.language)
        files = imports.latest(look)
        sources = imports.sources(look)
    fields = (
        c.Field(
            "kind",
            _("What does the file hold?"),
            FieldKind.RADIO,
            options=tuple(c.Option(kind, KINDS[kind]) for kind in Import),
        ),
        c.Field(
            "file",
            _("The file"),
            FieldKind.FILE,
            hint=_("CSV, TSV, Excel, OpenDocument, JSON or GeoJSON, at most 25 MB."),
            accept=".csv,.tsv,.txt,.xlsx,.xls,.ods,.json,.geojson",
        ),
        c.Field(
            "mapping",
            _("Which column is what?"),
            FieldKind.SELECT,
            required=False,
            options=(
                c.Option("", _("The columns are called as the fields are")),
                *(c.Option(name, name) for name in mapping_files.shipped()),
            ),
        ),
        c.Field(
            "mapping_file",
            _("Or a mapping of your own"),
            FieldKind.FILE,
            hint=_("A TOML file; it goes before the choice above."),
            required=False,
            accept=".toml",
        ),
    )
    button = c.Button(_("Look what would happen"), c.Look.MAIN)
    form = back.on(c.Form(PATH, button, fields, desk.once()))
    page = PartsPage(
        crumbs(),
        _("Imports"),
        None,
        (
            Part(
                "new",
                _("Take in a file"),
                c.plain(_("Nothing is kept before you have seen what would happen.")),
                form=form,
            ),
            _columns(),
            Part(
                "files",
                _("Files looked at"),
                table=_files(files, voice) if files else None,
                empty=None if files else c.Empty(_("No file was looked at yet")),
            ),
            Part(
                "sources",
                _("Where it came from"),
                c.plain(_("What is here from each source, by the source's own identifiers.")),
                table=c.Table(
                    _("Where it came from"),
                    (_("Source"), _("What"), _("How many"), _("Last changed")),
                    tuple(
                        c.Line(
                            c.plain(s.source),
                            (
                                c.plain(OF.get(s.kind, s.kind)),
                                c.plain(words.number(s.n)),
                                c.words("{at}", at=voice.moment(s.last_at)),
                            ),
                        )
                        for s in sources
                    ),
                )
                if sources
                else None,
                empty=None if sources else c.Empty(_("Nothing came from a file yet")),
            ),
        ),
        purpose=c.plain(
            _(
                "Areas, sites, duty bearers and findings from files. The same file again changes nothing; a later one changes what differs."
            )
        ),
    )
    return desk.show(page, status=back.status)


def _columns() -> Part:
    """What a file without a mapping calls its columns, for whoever makes one."""
    heads = (_("What the file holds"), _("Needed"), _("Besides"))
    lines = tuple(
        c.Line(c.plain(KINDS[kind]), (c.plain(", ".join(needed)), c.plain(", ".join(besides))))
        for kind, (needed, besides) in COLUMNS.items()
    )
    says = _(
        "One line with these words stands at the top of the file. Names in other languages have the language after a point, as names.km. A finding also needs area or site, and opened_at or observed_on."
    )
    return Part(
        "columns",
        _("What the columns are called"),
        c.plain(says),
        table=c.Table(_("What the columns are called"), heads, lines),
    )


def _files(files: tuple[Looked, ...], voice: Voice) -> c.Table:
    heads = (_("File"), _("What"), _("Looked at"), _("What came of it"))
    lines = tuple(
        c.Line(
            (c.link(f.name, f"{PATH}/{f.id}"),),
            (
                c.plain(KINDS[Import(f.kind)]),
                c.words(_("{at} by {who}"), at=voice.moment(f.created_at), who=f.by),
                c.plain(_state(f)),
            ),
        )
        for f in files
    )
    return c.Table(_("Files looked at"), heads, lines)


def _state(f: Looked) -> str:
    if f.done_at is not None:
        return _("Taken in")
    return _("Only looked at; it goes after a day")


def _report(desk: Desk, import_id: UUID, back: Back = FRESH) -> Response:
    with desk.reading() as look:
        voice = Voice.of(look, desk.guest.language)
        f = imports.one(look, import_id)
    done = f.done_at is not None
    says = (
        c.words(_("Taken in {at} by {who}."), at=c.strong(voice.moment(f.done_at)), who=f.by)
        if f.done_at is not None
        else c.words(
            _("Looked at {at} by {who}. Nothing of it is taken in."),
            at=c.strong(voice.moment(f.created_at)),
            who=f.by,
        )
    )
    counts = c.Table(
        _("What came of it") if done else _("What would happen"),
        (_("What"), *CAME.values()),
        tuple(
            c.Line(
                c.plain(OF.get(kind, kind)),
                tuple(c.plain(words.number(n[name])) for name in CAME),
            )
            for kind, n in f.counts.items()
        ),
    )
    notes = [*f.warnings]
    if f.skipped:
        notes.append(
            words.counted(
                f.skipped,
                "{n} row is left out, as the mapping says.",
                "{n} rows are left out, as the mapping says.",
            )
        )
    act: tuple[c.Act, ...] = ()
    if f.counts and not done:
        form = c.Form(f"{PATH}/{f.id}", c.Button(_("Take it in"), c.Look.MAIN), once=desk.once())
        act = (c.Act("take-in", _("Take it in"), form, main=True),)
    page = PartsPage(
        crumbs(c.Link(_("Imports"), PATH)),
        f.name,
        c.Problem(back.refused) if back.refused else None,
        (
            Part(
                "counts",
                _("What came of it") if done else _("What would happen"),
                table=counts if f.counts else None,
                empty=None if f.counts else c.Empty(_("Nothing in this file can be taken in")),
                acts=() if f.first else act,
            ),
            *((first_rows(f, voice, act),) if f.first else ()),
            *((Part("notes", _("Notes"), table=_notes(notes)),) if notes else ()),
            _refused(f),
        ),
        says=says,
        purpose=c.plain(
            _("What came in from this file.")
            if done
            else _("What this file would bring in. Nothing is changed yet.")
        ),
    )
    return desk.show(page, status=back.status)


def _notes(notes: list[str]) -> c.Table:
    return c.Table(_("Notes"), (_("Note"),), tuple(c.Line(c.plain(note), ()) for note in notes))


def _refused(f: Looked) -> Part:
    if not f.refused_in_all:
        return Part("refused", _("Rows that were refused"), empty=c.Empty(_("No row is refused")))
    shown = f.refused[:ROWS]
    says = (
        words.of(len(shown), f.refused_in_all)
        if f.refused_in_all > len(shown)
        else words.counted(f.refused_in_all, "{n} row", "{n} rows")
    )
    lines = tuple(
        c.Line(
            c.plain(PLACES[f.unit].format(n=words.number(row["line"])) if row["line"] else _("Implied")),
            (c.plain(row["field"]), c.plain(row["reason"]), c.plain(row["value"]) if row["value"] else ()),
        )
        for row in shown
    )
    heads = (_("Where in the file"), _("Field"), _("Why"), _("What stood there"))
    return Part(
        "refused",
        _("Rows that were refused"),
        c.plain(says),
        table=c.Table(_("Rows that were refused"), heads, lines),
    )
