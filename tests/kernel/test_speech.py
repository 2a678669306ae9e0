"""Is a sentence said in the language of the moment, and kept in none?"""

from concurrent.futures import ThreadPoolExecutor
from contextvars import copy_context
from datetime import date

from clm_tracker.kernel import cldr, sayings, speech
from clm_tracker.kernel.sayings import saying
from clm_tracker.kernel.speech import N_, Labels, _, plural
from tests.pseudo import Pseudo


def test_a_text_is_said_in_the_language_of_the_block() -> None:
    table = Labels({1: N_("One")})
    assert (_("Open"), table[1], speech.language()) == ("Open", "One", "en")
    with speech.speaking("en-XA", Pseudo()):
        assert (_("Open"), table[1], speech.language()) == ("⟦Open⟧", "⟦One⟧", "en-XA")
        assert plural("{n} day", "{n} days", 2).format(n=2) == "⟦2 days⟧"
    assert _("Open") == "Open"


def test_no_text_is_no_text_in_any_language() -> None:
    with speech.speaking("en-XA", Pseudo()):
        assert not _("")


def test_threads_of_one_request_speak_its_language() -> None:
    with ThreadPoolExecutor(1) as pool, speech.speaking("en-XA", Pseudo()):
        assert pool.submit(copy_context().run, _, "Open").result() == "⟦Open⟧"
        assert pool.submit(_, "Open").result() == "Open"


def test_what_is_kept_is_the_same_in_every_language_and_said_in_the_readers() -> None:
    with speech.speaking("en-XA", Pseudo()):
        kept = saying("closed the site {site} from {on}", site="Kampot", on=date(2026, 10, 16))
        assert str(kept) == "⟦closed the site Kampot from Fri 16 October 2026⟧"
    assert str(kept) == "closed the site Kampot from Fri 16 October 2026"
    assert sayings.dump(kept) == {
        "say": "closed the site {site} from {on}",
        "with": {"site": "Kampot", "on": {"day": "2026-10-16"}},
    }
    assert sayings.load(sayings.dump(kept)) == kept


def test_a_saying_may_stand_in_another_and_what_people_wrote_is_no_saying() -> None:
    kept = saying("{what}: {n} times", what=saying("a reminder"), n=3)
    assert sayings.load(sayings.dump(kept)) == kept
    with speech.speaking("en-XA", Pseudo()):
        assert str(kept) == "⟦⟦a reminder⟧: 3 times⟧"
        assert sayings.load(sayings.dump("Closed {today}")) == "Closed {today}"


def test_days_numbers_and_lists_are_written_as_each_language_writes_them() -> None:
    on = date(2026, 10, 14)
    assert cldr.day(on, "en") == "Wed 14 October"
    assert cldr.day(on, "fr", today=date(2027, 1, 1)) == "mer. 14 octobre 2026"
    assert cldr.day(on, "km", style=cldr.Style.LONG) == "ពុធ 14 តុលា"
    assert cldr.dated(on, "pt") == "qua., 14 de outubro de 2026"
    assert cldr.number(12_000.5, "fr") == "12\u202f000,5"
    assert cldr.number(12_000, "km") == "12,000"
    assert cldr.listed(["a", "b", "c"], "fr") == "a, b et c"
    assert cldr.day(on, "xx-YY") == "Wed 14 October"
