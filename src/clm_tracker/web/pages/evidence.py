"""How does somebody get to see a piece of evidence, and what is known about it? (R17, R18)"""

from uuid import UUID

from starlette.responses import Response

from clm_tracker.domain.policy import Act
from clm_tracker.domain.words import EvidenceKind, Side
from clm_tracker.queries import evidence
from clm_tracker.queries.evidence import EvidenceDetail
from clm_tracker.web import attachments, words
from clm_tracker.web import components as c
from clm_tracker.web.access import Router, may
from clm_tracker.web.desk import AtDesk
from clm_tracker.web.pages import labels
from clm_tracker.web.pages.findings import shown
from clm_tracker.web.pages.part import Part, PartPage, crumbs, docket, record
from clm_tracker.web.pages.voice import Voice
from clm_tracker.web.words import _

router = Router(include_in_schema=False)


@router.get("/evidence/{evidence_id}", access=may(Act.SEE_FINDINGS))
def download(desk: AtDesk, evidence_id: UUID) -> Response:
    """The file, statement or link, to be saved."""
    return attachments.answer(desk, evidence_id)


@router.get("/evidence/{evidence_id}/picture", access=may(Act.SEE_FINDINGS))
def picture(desk: AtDesk, evidence_id: UUID) -> Response:
    """A picture, to be shown on a page of ours."""
    return attachments.answer(desk, evidence_id, picture=True)


@router.get("/evidence/{evidence_id}/small", access=may(Act.SEE_FINDINGS))
def small(desk: AtDesk, evidence_id: UUID) -> Response:
    """A picture drawn small, for whoever pays for each byte."""
    return attachments.small(desk, evidence_id)


@router.get("/evidence/{evidence_id}/about", access=may(Act.SEE_FINDINGS))
def about(desk: AtDesk, evidence_id: UUID) -> Response:
    """What is known about one piece of evidence."""
    with desk.reading() as look:
        voice = Voice.of(look, desk.guest.language)
        d = evidence.one(look, evidence_id)
        e = d.evidence
        kind = shown.drawing(e)[1]
        page = PartPage(
            purpose=c.plain(_("One piece of evidence: what it shows, and how it came to be here.")),
            crumbs=crumbs(d.case),
            docket=docket(d.case, kind, voice),
            heading=e.caption or kind,
            heading_lang=voice.script(e.caption),
            owes=_says(d, voice),
            due=None,
            wide=(_shown(d, voice),),
            parts=(Part("facts", _("What is known about it"), told=tuple(_facts(d, voice))),),
            acts=c.Acts(),
            record=record(d.case, d.lines, voice),
        )
    return desk.show(page)


def _says(d: EvidenceDetail, voice: Voice) -> c.Owes:
    """What it shows and who gave it, in one sentence."""
    e = d.evidence
    side = _("the duty bearer's side") if e.side is Side.DUTY_BEARER else _("the community")
    return c.Owes(
        c.words(
            _("{who} gave this for {side} on {day}, to show: {purpose}."),
            who=c.strong(d.given_by or _("Somebody")),
            side=side,
            day=c.strong(voice.long(voice.local(e.attached_at))),
            purpose=labels.PURPOSE[e.purpose].lower(),
        )
    )


def _shown(d: EvidenceDetail, voice: Voice) -> Part:
    """The thing itself, as far as a page can show it."""
    e = d.evidence
    if e.kind is EvidenceKind.STATEMENT:
        save = c.Button(_("Save as a file"), href=f"/evidence/{e.id}")
        return Part("shown", _("The statement"), quote=e.text or "", buttons=(save,))
    if e.kind is EvidenceKind.LINK:
        # Not a link of ours: an address that somebody typed is read before it is followed.
        save = c.Button(_("Save as a file"), href=f"/evidence/{e.id}")
        return Part("shown", _("The address"), quote=e.url or "", buttons=(save,))
    size = words.size(e.size or 0, voice.lang)
    save = c.Button(_("Download ({size})").format(size=size), c.Look.MAIN, href=f"/evidence/{e.id}")
    if e.media_type in attachments.PICTURES:
        drawn = shown.piece(e, {}, voice)
        whole = c.Button(_("The whole picture ({size})").format(size=size), href=f"/evidence/{e.id}/picture")
        whole_one = c.Evidence(
            drawn.title,
            _("Drawn small; the whole picture is {size}.").format(size=size),
            f"/evidence/{e.id}/picture",
            drawn.digest,
            drawn.icon,
            drawn.kind,
            drawn.picture,
            drawn.alt,
        )
        return Part("shown", _("The picture"), picture=whole_one, buttons=(whole, save))
    return Part("shown", _("The file"), says=(c.plain(e.filename or ""),), buttons=(save,))


def _facts(d: EvidenceDetail, voice: Voice) -> list[c.Told]:
    e, f = d.evidence, d.case.finding
    captured = c.words("{day}", day=voice.long(e.captured_on)) if e.captured_on else c.plain(_("Not said."))
    rows = [
        c.Told(_("What it shows"), c.plain(labels.PURPOSE[e.purpose])),
        c.Told(_("For the finding"), (c.link(f"{f.ref}, {f.title}", f"/findings/{f.ref}"),)),
    ]
    if d.action:
        rows.append(
            c.Told(_("For the corrective action"), (c.link(d.action.what, f"/actions/{d.action.id}"),))
        )
    rows += [
        c.Told(_("Given by"), c.plain(d.given_by or _("Somebody"))),
        c.Told(_("Captured on"), captured),
        c.Told(_("Added"), c.words("{at}", at=voice.moment(e.attached_at))),
    ]
    if e.kind is EvidenceKind.FILE:
        rows.append(c.Told(_("Name of the file"), c.plain(e.filename or "")))
        rows.append(c.Told(_("Size"), c.plain(words.size(e.size or 0, voice.lang))))
    rows.append(c.Told(_("SHA-256, its fingerprint"), c.plain(e.sha256), exact=True))
    return rows
