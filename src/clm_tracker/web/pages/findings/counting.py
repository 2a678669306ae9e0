"""How many findings do the list and its views hold now? Asked by the page after it is there, and again now and then."""

from dataclasses import dataclass
from hashlib import sha256
from typing import ClassVar

from starlette.responses import Response

from clm_tracker.domain.policy import Act
from clm_tracker.queries import findings
from clm_tracker.queries.paging import Count
from clm_tracker.web import words
from clm_tracker.web.access import Router, may
from clm_tracker.web.desk import VARY, AtDesk
from clm_tracker.web.pages.findings import views
from clm_tracker.web.pages.findings.filters import Asked, in_address
from clm_tracker.web.render import Templated
from clm_tracker.web.words import _

router = Router(include_in_schema=False)
COUNTS = "/findings/counts"


@dataclass(frozen=True, slots=True)
class Counts:
    """How many findings a list and its views have now: each text by the id of its place, asked again at `ask`."""

    ask: str
    texts: tuple[tuple[str, str], ...] = ()

    @property
    def first(self) -> bool:
        """Whether nothing was counted yet."""
        return not self.texts


@dataclass(frozen=True)
class CountsPage(Templated):
    """The counts alone, to be put where they belong."""

    template: ClassVar[str] = "pages/findings/counts.html"

    counts: Counts


def to_ask(asked: Asked, shown: str, seen: str = "") -> Counts:
    """Where the page asks; `shown` is the number of findings that it shows, `seen` what was answered last."""
    return Counts(f"{COUNTS}?{in_address((*asked.pairs, ('shown', shown), ('seen', seen)))}")


@router.get(COUNTS, access=may(Act.SEE_FINDINGS))
def counts(desk: AtDesk) -> Response:
    """The count of each view, and whether the list is another one than the page shows; nothing when all is as it was."""
    given = desk.request.query_params
    asked = Asked.read(given, desk.actor.id)
    shown = given.get("shown", "")[:40]
    with desk.reading() as look:
        offered = [Asked.of(view.pairs, desk.actor.id) for view in views.offered(desk, look)]
        here, *each = findings.counts(look, [asked.filters, *(one.filters for one in offered)])
    changed = _changed(here, shown)
    texts = (
        *((f"view-{n}", short(count)) for n, count in enumerate(each)),
        ("changed", changed),
    )
    seen = sha256(repr(texts).encode()).hexdigest()[:12]
    if seen == given.get("seen"):
        return Response(status_code=204, headers={"Vary": VARY})
    return desk.show(CountsPage(Counts(to_ask(asked, shown, seen).ask, texts)), block="counts")


def short(count: Count | None) -> str:
    """Short, so that the row of views does not jump: "999+" is a thousand and more, "100+" what was counted so far."""
    if count is None:
        return ""
    n = words.number(min(count.n, 999))
    return f"{n}+" if count.more or count.n > 999 else n


def _changed(count: Count | None, shown: str) -> str:
    if count is None or not shown or str(count) == shown:
        return ""
    return _("There are {n} now: load the page again to see them.").format(n=short(count))
