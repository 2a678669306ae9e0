"""Do the pages of the posts show who answers for what, to whom it is meant, and change it in sentences? (R15, R29, R39)"""

import re
from html import unescape

import pytest

from clm_tracker.commands import duty_bearers, findings, places
from clm_tracker.db.tables import HolderRow
from clm_tracker.kernel.clock import FixedClock
from tests.cast import SOPHEA, Cast
from tests.queries.stories import agree, report, verify
from tests.web import markup, pages
from tests.web.program import Program

CENTRE = "Chief, Ta Pung Health Centre"


def at(program: Program, post: str = "health_centre", verb: str = "") -> str:
    return f"/duty-bearers/{program.cast.posts[post]}{verb}"


def a_record(cast: Cast, clock: FixedClock) -> None:
    """Five promises of the health centre, four of them kept; each finding was answered on the second working day."""
    refs = [cast.open_finding(clock.now()).ref for _ in range(5)]
    clock.advance(days=2)
    for ref in refs:
        with cast.writing(SOPHEA, clock.now()) as unit:
            findings.acknowledge(unit, ref)
    made = [agree(cast, clock, ref, days=10) for ref in refs]
    for action in made[:4]:
        report(cast, clock, action)
        verify(cast, clock, action)
    clock.advance(days=12)


def test_the_list_has_counts_that_lead_to_exactly_those_findings(program: Program) -> None:
    program.cast.open_finding(program.clock.now())
    program.cast.open_finding(program.clock.now(), title="Names are called aloud")
    program.clock.advance(days=20)
    dara = program.browser("Dara")
    html = dara.get("/duty-bearers").text
    assert markup.faults(html) == []
    said = pages.text(html)
    assert CENTRE in said
    assert "2 2" in said
    assert "Add a post" not in said
    link = f"/findings?status=open&duty_bearer={program.cast.posts['health_centre']}&overdue=yes"
    assert link.replace("&", "&amp;") in html
    assert "2 findings" in pages.text(dara.get(link).text)


def test_the_list_is_narrowed_and_goes_on(program: Program) -> None:
    with program.cast.writing("Sokha", program.clock.now()) as unit:
        for n in range(30):
            duty_bearers.add(unit, title=f"Member {n:02}", institution="Health Committee", level="site")
    sokha = program.browser("Sokha")
    first = sokha.get("/duty-bearers?q=health+committee").text
    assert "Member 24" in first
    assert "Member 25" not in first
    following = re.search(r'href="(/duty-bearers\?[^"]*after=[^"]*)"', first)
    assert following is not None
    assert "Member 25" in sokha.get(unescape(following[1])).text
    assert "Member 24" in sokha.get("/duty-bearers", params={"q": "Ｈealth  COMM\u200bittee"}).text
    vacant = pages.text(sokha.get("/duty-bearers?show=vacant").text)
    assert "Battambang Referral Hospital" in vacant
    assert CENTRE not in vacant
    assert "No post fits" in pages.text(sokha.get("/duty-bearers?q=zebra").text)
    assert sokha.get("/duty-bearers?after=nonsense&show=x").status_code == 200


@pytest.mark.parametrize(
    ("name", "record", "linked"),
    [("Dara", True, True), ("Phal", True, False), (SOPHEA, True, True), ("Kosal", True, False)],
)
def test_whose_eyes_a_record_is_for(program: Program, name: str, record: bool, linked: bool) -> None:
    """R39: totals for whoever reads totals, for the post itself and those above it; findings only to whom they are shown."""
    a_record(program.cast, program.clock)
    html = program.browser(name).get(at(program)).text
    said = pages.text(html)
    assert ("Its record" in said) is record
    assert "4 of 5 5 promises have passed their date" in said
    assert "2 5 findings were put to it" in said
    assert ("/findings?status=open" in html) is linked
    assert "Sophea since" in said
    assert "no address" not in said


def test_another_post_does_not_see_the_record_of_one_above_it(program: Program) -> None:
    a_record(program.cast, program.clock)
    said = pages.text(program.browser(SOPHEA).get(at(program, "district")).text)
    assert "Its record" not in said
    assert "What it owes now" not in said
    assert "Who stands above it" in said


def test_too_few_say_nothing_but_how_few(program: Program) -> None:
    """R15."""
    agree(program.cast, program.clock, program.cast.open_finding(program.clock.now()).ref, days=10)
    program.clock.advance(days=12)
    said = pages.text(program.browser("Dara").get(at(program)).text)
    assert "not enough data 1 promise has passed its date" in said
    assert "not enough data 1 finding was put to it" in said


def test_a_reply_stands_on_the_page_of_the_post(program: Program) -> None:
    ref = program.cast.open_finding(program.clock.now()).ref
    with program.cast.writing(SOPHEA, program.clock.now()) as unit:
        findings.reply(unit, ref, text="The reagents have not come since July.")
    assert "“The reagents have not come since July.”" in pages.text(
        program.browser("Dara").get(at(program)).text
    )
    assert "reagents" not in program.browser("Phal").get(at(program)).text


def test_a_post_is_added_by_names_typed_or_chosen(program: Program) -> None:
    sokha = program.browser("Sokha")
    page = sokha.get("/duty-bearers/new").text
    assert markup.faults(page) == []
    wrong = pages.send(
        sokha, page, "Add the post", title="Head of Laboratory", level="site", site="No such place"
    )
    assert wrong.status_code == 422
    assert "Nothing here is called “No such place”." in pages.text(wrong.text)
    assert 'value="Head of Laboratory"' in wrong.text
    superior = str(program.cast.posts["health_centre"])
    made = pages.send(sokha, wrong.text, "Add the post", site="ta pung", superior=superior)
    assert made.status_code == 303
    said = pages.text(sokha.get(made.headers["location"]).text)
    assert "Head of Laboratory" in said
    assert "Site Ta Pung Health Centre Area Thma Koul" in said
    assert (
        f"Who stands above it What is not answered climbs this way; a vacant post is passed over. Head of Laboratory vacant {CENTRE}"
        in said
    )
    assert pages.send(sokha, page, "Add the post", title="", level="").status_code == 422


def test_a_circle_of_superiors_is_refused_in_a_sentence(program: Program) -> None:
    """R29."""
    sokha = program.browser("Sokha")
    page = sokha.get(at(program, "district", "/change")).text
    for post, sentence in (
        ("health_centre", "This post already stands below the one you change."),
        ("district", "This is the post itself. Name the one above it, or none if it is the highest."),
    ):
        no = pages.send(sokha, page, "Keep the change", superior=str(program.cast.posts[post]))
        assert no.status_code == 422
        assert sentence in pages.text(markup.Document(no.text).by_id("superior-error").text)


def test_an_area_that_takes_no_post_is_refused_at_its_question(program: Program) -> None:
    with program.cast.writing("Sokha", program.clock.now()) as unit:
        area = places.add_area(unit, name="Gone", level="district", parent_id=program.cast.areas["province"])
        places.close_area(unit, area, on=unit.today)
    sokha = program.browser("Sokha")
    page = sokha.get("/duty-bearers/new").text
    no = pages.send(sokha, page, "Add the post", title="Chief", level="district", area=str(area))
    assert (no.status_code, "Gone" in markup.Document(no.text).by_id("area-error").text) == (422, True)


def test_a_post_keeps_a_site_that_is_closed(program: Program) -> None:
    site = program.cast.sites["health_centre"]
    with program.cast.writing("Sokha", program.clock.now()) as unit:
        places.close_site(unit, site, on=unit.today)
    program.clock.advance(days=1)
    sokha = program.browser("Sokha")
    page = sokha.get(at(program, verb="/change")).text
    assert pages.send(sokha, page, "Keep the change", title="Head").status_code == 303
    with program.cast.reading("Sokha", program.clock.now()) as look:
        post = look.rules.posts[program.cast.posts["health_centre"]]
    assert (post.title, post.site_id) == ("Head", site)


def test_a_change_in_between_shows_both_and_keeps_what_was_typed(program: Program) -> None:
    sokha = program.browser("Sokha")
    page = sokha.get(at(program, verb="/change")).text
    with program.cast.writing("Sokha", program.clock.now()) as unit:
        duty_bearers.change(unit, program.cast.posts["health_centre"], {"title": "Acting Chief"})
    stale = pages.send(sokha, page, "Keep the change", title="Head")
    assert stale.status_code == 409
    said = pages.text(stale.text)
    assert "In the record now What you wrote Title Acting Chief Head" in said
    leads = re.search(r'<a href="#([^"]*)">Title</a>', stale.text)
    assert leads, "it leads to the question"
    assert f'<input id="{leads[1]}"' in stale.text
    assert "Sokha changed this on Mon 2 March 2026" in said
    assert 'value="Head"' in stale.text
    kept = pages.send(sokha, stale.text, "Keep the change")
    assert kept.status_code == 303
    assert "Head, Ta Pung Health Centre" in pages.text(sokha.get(at(program)).text)


def test_holders_come_and_go_with_their_days(program: Program) -> None:
    sokha = program.browser("Sokha")
    page = sokha.get(at(program, "hospital")).text
    assert "This post is vacant. A stage goes to the nearest post above it that is held" in pages.text(page)
    assert "The holder leaves" not in page
    wrong = pages.send(sokha, page, "Put down the holder", name="", from_on="9999-12-31")
    assert wrong.status_code == 422
    came = pages.send(
        sokha, page, "Put down the holder", name="Keo Thavy", from_on="2026-03-02", email="thavy@example.org"
    )
    assert came.status_code == 303
    page = sokha.get(at(program, "hospital")).text
    said = pages.text(page)
    assert "Held by Keo Thavy since Mon 2 March." in said
    assert "thavy@example.org" in said
    assert "thavy@example.org" not in program.browser("Dara").get(at(program, "hospital")).text
    program.clock.advance(days=10)
    gone = pages.send(
        sokha, sokha.get(at(program, "hospital")).text, "Put down the last day", last_on="2026-03-11"
    )
    assert gone.status_code == 303
    assert "Wed 11 March" in pages.text(sokha.get(at(program, "hospital")).text)
    early = pages.send(sokha, page, "Put down the last day", last_on="2026-03-01")
    assert early.status_code in {409, 422}


def test_how_a_holder_is_written_to_is_changed_on_the_page(program: Program) -> None:
    """R45: what came back is seen there, and mended there."""
    sokha, cast, post = program.browser("Sokha"), program.cast, program.cast.posts["hospital"]
    with cast.writing("Sokha", program.clock.now()) as unit:
        holder = duty_bearers.appoint(unit, post, name="Keo Thavy", email="thavy@old.example.org")
        row = unit.session.get(HolderRow, holder)
        assert row is not None
        row.email_failed_at = unit.now
    page = sokha.get(at(program, "hospital")).text
    assert markup.faults(page) == []
    assert "a letter to the address came back on" in pages.text(page)
    assert "How Keo Thavy is written to" in pages.text(page)
    wrong = pages.send(sokha, page, "Keep this", email="thavy", phone="012 345 678")
    assert wrong.status_code == 422
    assert "Write an address like name@example.org." in pages.text(wrong.text)
    assert 'value="012 345 678"' in wrong.text, "nothing that was typed is lost"
    kept = pages.send(sokha, wrong.text, "Keep this", email="thavy@new.example.org", language="en")
    assert kept.status_code == 303
    said = pages.text(sokha.get(at(program, "hospital")).text)
    assert "thavy@new.example.org and 012 345 678" in said
    assert "a letter to the address" not in said
    hidden = pages.form(page, "Keep this")[1]
    other = sokha.post(at(program, verb="/reach"), data={**hidden, "email": "x@example.org"})
    assert other.status_code == 404, "a holder of another post is none of this one"
    nobody = sokha.post(at(program, verb="/reach"), data={"email": "x@example.org", "holder": "x"})
    assert nobody.status_code == 422
    assert program.browser("Dara").post(at(program, verb="/reach"), data=hidden).status_code == 403


def test_a_closed_post_is_on_another_list(program: Program) -> None:
    sokha = program.browser("Sokha")
    closed = pages.send(sokha, sokha.get(at(program)).text, "Close the post", closed_on="2026-03-02")
    assert closed.status_code == 303
    assert "This post existed until Sun 1 March." in pages.text(sokha.get(at(program)).text)
    assert CENTRE not in pages.text(sokha.get("/duty-bearers").text)
    assert CENTRE in pages.text(sokha.get("/duty-bearers?show=closed").text)


def test_nobody_but_a_coordinator_has_the_acts(program: Program) -> None:
    for name in ("Dara", SOPHEA, "Bopha", "Phal"):
        browser = program.browser(name)
        said = pages.text(browser.get(at(program)).text)
        assert "Appoint a holder" not in said
        no = browser.post(at(program, verb="/appoint"), data={"name": "X"})
        assert no.status_code == 403
        assert "Only a coordinator changes the set-up of the programme." in pages.text(no.text)


def test_a_new_post_is_told_at_which_levels_ladders_look(program: Program) -> None:
    """A stage finds nobody at a level that is written otherwise, so the words stand beside the question."""
    said = pages.text(program.browser("Sokha").get("/duty-bearers/new").text)
    assert "They look for: district, national, oversight and province." in said


def test_a_post_keeps_a_superior_that_has_ended_where_posts_are_typed_by_name(program: Program) -> None:
    cast, now = program.cast, program.clock.now()
    with cast.writing("Sokha", now) as unit:
        for n in range(61):
            duty_bearers.add(unit, title=f"Post {n:02}", level="x", area_id=cast.areas["district"])
        above = unit.rules.posts[cast.posts["health_centre"]].superior_id
        assert above
    with cast.writing("Sokha", now) as unit:
        duty_bearers.close(unit, above)
    sokha = program.browser("Sokha")
    _, given = pages.form(sokha.get(at(program, verb="/change")).text, "Keep the change")
    assert given["superior"]
    answer = sokha.post(at(program, verb="/change"), data=given | {"title": "Head"})
    assert answer.status_code == 303, pages.text(answer.text)
    with cast.reading("Sokha", now) as look:
        assert look.rules.posts[cast.posts["health_centre"]].superior_id == above
