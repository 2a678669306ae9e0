"""Does a person save, rename, order and remove views, and a coordinator those for everybody, with their lines? (R35)"""

from uuid import UUID

from sqlalchemy import select

from clm_tracker import languages
from clm_tracker.commands import views
from clm_tracker.commands.views import MOST
from clm_tracker.db.tables import LedgerRow
from clm_tracker.kernel.clock import FixedClock
from clm_tracker.kernel.refusals import Invalid, NotFound
from clm_tracker.queries import views as looking
from tests.cast import Cast
from tests.commands.left import left_by, refused, sentence
from tests.commands.test_programmes import ONLY_COORDINATOR


def save(cast: Cast, clock: FixedClock, name: str, by: str = "Dara", *, shared: bool = False) -> UUID:
    with cast.writing(by, clock.now()) as unit:
        return views.save(unit, name=name, query="status=open", shared=shared)


def names(cast: Cast, clock: FixedClock, by: str) -> list[str]:
    with cast.reading(by, clock.now()) as look:
        return [v.name for v in looking.saved(look)]


def test_ones_own_view_is_nobody_elses(cast: Cast, clock: FixedClock) -> None:
    """R35: it leaves a line, which does not say what somebody looks at."""
    with left_by(cast, clock.now()) as left:
        mine = save(cast, clock, " Threats ")
    assert left.facts == [{"what": "changed a view of their own"}]
    assert names(cast, clock, "Dara") == ["Threats"]
    assert names(cast, clock, "Sokha") == []
    for do in (
        lambda unit: views.remove(unit, mine),
        lambda unit: views.rename(unit, mine, name="x", version=1),
        lambda unit: views.move_up(unit, mine),
    ):
        assert isinstance(refused(cast, clock.now(), "Sokha", do), NotFound)


def test_a_coordinator_puts_views_up_for_everybody(cast: Cast, clock: FixedClock) -> None:
    save(cast, clock, "My own")
    with left_by(cast, clock.now()) as left:
        save(cast, clock, "Of the quarter", "Sokha", shared=True)
    assert left.facts == [{"what": "put up the view Of the quarter for everybody"}]
    assert names(cast, clock, "Dara") == ["Of the quarter", "My own"]
    no = sentence(cast, clock.now(), "Dara", lambda u: views.save(u, name="x", query="", shared=True))
    assert no == ONLY_COORDINATOR


def test_a_shared_view_is_called_in_the_language_of_its_reader(cast: Cast, clock: FixedClock) -> None:
    with left_by(cast, clock.now()) as left, cast.writing("Sokha", clock.now()) as unit:
        view = views.save(unit, name="Urgent", names={"km": "បន្ទាន់", "fr": " "}, query="", shared=True)
        views.save(unit, name="Late", query="", shared=True)
        views.rename(unit, view, name="Urgent", names={"km": "បន្ទាន់ណាស់"}, version=1)
        views.rename(unit, view, name="Urgent", names={"km": "បន្ទាន់ណាស់"}, version=2)
    assert [f["what"] for f in left.facts][2:] == [
        "changed the names of the view Urgent in other languages"
    ], "the same again changes nothing"
    with languages.speaking("km"), cast.reading("Dara", clock.now()) as look:
        assert [v.said for v in looking.saved(look)] == ["បន្ទាន់ណាស់", "Late"]
    for do in (
        lambda u: views.save(u, name="បន្ទាន់\u200bណាស់", query="", shared=True),
        lambda u: views.save(u, name="x", names={"fr": "LATE"}, query="", shared=True),
    ):
        no = refused(cast, clock.now(), "Sokha", do)
        assert isinstance(no, Invalid)
        assert [e.message for e in no.errors] == ["There is a view of this name already."]


def test_views_are_renamed_ordered_and_removed(cast: Cast, clock: FixedClock) -> None:
    first, second, third = (save(cast, clock, n, "Sokha", shared=True) for n in ("One", "Two", "Three"))
    with cast.writing("Sokha", clock.now()) as unit:
        views.rename(unit, second, name="Two", names={"km": "ពីរ"}, version=1)
    with left_by(cast, clock.now()) as left, cast.writing("Sokha", clock.now()) as unit:
        views.move_up(unit, third)
        views.rename(unit, first, name="First", version=1)
        views.remove(unit, second)
    assert [f["what"] for f in left.facts] == [
        "moved the view Three before Two",
        "renamed the view One to First",
        "removed the view Two",
    ]
    with cast.reading("Sokha", clock.now()) as look:
        line = look.session.scalars(select(LedgerRow).order_by(LedgerRow.seq.desc()).limit(1)).one()
    assert line.changes[0]["before"]["names"] == {"km": "ពីរ"}
    assert names(cast, clock, "Bopha") == ["First", "Three"]
    with cast.writing("Sokha", clock.now()) as unit:
        views.move_up(unit, third)
    assert names(cast, clock, "Bopha") == ["Three", "First"]


def test_refused_in_a_sentence(cast: Cast, clock: FixedClock) -> None:
    mine = save(cast, clock, "Threats")

    def told(name: str, query: str = "") -> str:
        return sentence(cast, clock.now(), "Dara", lambda u: views.save(u, name=name, query=query))

    assert told(" ") == "This needs a name."
    assert told("n" * 61) == "Shorten this to at most 60 characters."
    assert told("THREATS") == "There is a view of this name already."
    assert told("Long", "q=" + "x" * 1_000).startswith("These filters are too long")
    up = sentence(cast, clock.now(), "Dara", lambda u: views.move_up(u, mine))
    assert up == "This view is the first already."
    stale = sentence(cast, clock.now(), "Dara", lambda u: views.rename(u, mine, name="x", version=7))
    assert stale.startswith("Somebody changed this view")
    shared = save(cast, clock, "Ours", "Sokha", shared=True)
    as_shipped = sentence(
        cast,
        clock.now(),
        "Sokha",
        lambda u: views.rename(u, shared, name="ALL  open", version=1, taken=["All open"]),
    )
    assert as_shipped == "There is a view of this name already."
    for n in range(MOST - 1):
        save(cast, clock, f"View {n}")
    assert told("One too many") == "There are 20 views already. Remove one first."
