"""What came in by mail, what became of it, and what is there to look at? (R40)"""

from collections.abc import Collection
from urllib.parse import urlencode

from starlette.responses import Response

from clm_tracker.domain.messages import NEEDS_EYES
from clm_tracker.domain.policy import Act
from clm_tracker.domain.words import Effect
from clm_tracker.kernel.speech import N_, Labels
from clm_tracker.queries import messages as questions
from clm_tracker.queries.messages import Message, MessagesPage
from clm_tracker.web import components as c
from clm_tracker.web.access import Router, may
from clm_tracker.web.components import FieldKind
from clm_tracker.web.desk import AtDesk
from clm_tracker.web.pages.letters.listing import LettersList
from clm_tracker.web.pages.voice import Voice
from clm_tracker.web.words import _, counted

router = Router(include_in_schema=False)
PATH, TO_LOOK_AT = "/messages", "look"
EFFECTS = Labels(
    {
        Effect.FILED: N_("On the record"),
        Effect.AUTOMATIC: N_("Of a machine"),
        Effect.LIST: N_("Of a mailing list"),
        Effect.EMPTY: N_("Nothing in it"),
        Effect.BOUNCED: N_("A letter came back"),
        Effect.DELAYED: N_("A letter is late"),
        Effect.STRANGER: N_("From somebody else"),
        Effect.ENDED: N_("Address not good any more"),
        Effect.REFUSED: N_("Forged"),
        Effect.NOT_FILED: N_("Not on the record"),
        Effect.UNKNOWN: N_("Address not known"),
    }
)


@router.get(PATH, access=may(Act.LOOK_AFTER_LETTERS))
def messages(desk: AtDesk) -> Response:
    """All messages, newest first, 50 at a time."""
    asked = desk.request.query_params.get("effect", "")
    effects = _effects(asked)
    with desk.reading() as look:
        voice = Voice.of(look, desk.guest.language)
        found = questions.page(look, effects=effects, after=desk.request.query_params.get("after"))
        waiting = questions.to_look_at(look)
    page = LettersList(
        _("What came in by mail"),
        _filters(asked if effects else "") if found.items or effects else None,
        (c.Link(_named(asked), PATH),) if effects else (),
        _table(found, voice),
        c.Link(_("Older messages"), _older(asked if effects else "", found.next)) if found.next else None,
        c.Empty(_("No message fits this filter"), act=c.Button(_("Show all messages"), href=PATH))
        if effects
        else c.Empty(
            _("Nothing has come in by mail yet"),
            _(
                "Letters carry an address for answers. An answer by mail appears here when it arrives, and so does a letter that came back."
            ),
        ),
        says=_says(waiting),
        purpose=c.plain(_("Answers to letters, and what mail servers say of them.")),
    )
    return desk.show(page)


def _effects(asked: str) -> Collection[Effect]:
    """What the address narrows the list to; what cannot be read narrows nothing."""
    if asked == TO_LOOK_AT:
        return NEEDS_EYES
    return (Effect(asked),) if asked in set(EFFECTS) else ()


def _says(waiting: int) -> str:
    if not waiting:
        return _("There is nothing to look at.")
    return counted(
        waiting,
        "{n} message of the last two weeks needs somebody to look at it: it is on no record, or a letter came back.",
        "{n} messages of the last two weeks need somebody to look at them: they are on no record, or a letter came back.",
    )


def _table(found: MessagesPage, voice: Voice) -> c.Table | None:
    if not found.items:
        return None
    heads = (_("From"), _("Subject"), _("What became of it"), _("Why"), _("About"), _("When"))
    return c.Table(
        _("What came in by mail, the newest first"), heads, tuple(_line(one, voice) for one in found.items)
    )


def _line(one: Message, voice: Voice) -> c.Line:
    effect = EFFECTS[one.effect]
    return c.Line(
        c.plain(one.sender or _("No sender")),
        (
            c.plain(one.subject or _("No subject")),
            (c.strong(effect),) if one.effect in NEEDS_EYES else c.plain(effect),
            c.plain(one.why),
            (c.link(one.ref, f"/findings/{one.ref}"),) if one.ref else (),
            c.words("{at}", at=voice.moment(one.at)),
        ),
    )


def _named(asked: str) -> str:
    return _("To be looked at") if asked == TO_LOOK_AT else EFFECTS[Effect(asked)]


def _filters(asked: str) -> c.Filters:
    options = (
        c.Option("", _("All")),
        c.Option(TO_LOOK_AT, _("To be looked at")),
        *(c.Option(str(effect), name) for effect, name in EFFECTS.items()),
    )
    field = c.Field(
        "effect", _("What became of it"), FieldKind.SELECT, asked, required=False, options=options
    )
    return c.Filters(PATH, (), (field,), c.Link(_("Clear"), PATH))


def _older(asked: str, after: str) -> str:
    given = {"effect": asked, "after": after}
    return f"{PATH}?{urlencode({name: value for name, value in given.items() if value})}"
