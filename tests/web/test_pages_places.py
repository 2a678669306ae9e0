"""Are areas and sites found, added, corrected, moved and closed from the pages? (R38)"""

import re
from collections.abc import Iterator
from uuid import UUID

import pytest
from sqlalchemy import event

from clm_tracker.commands import places
from clm_tracker.db.tables import AreaRow, SiteRow
from clm_tracker.queries import places as questions
from clm_tracker.web.pages import pick
from tests.web import markup, pages
from tests.web.program import Program


@pytest.fixture
def statements(program: Program) -> Iterator[list[str]]:
    """What the program asks the database."""
    made: list[str] = []

    def note(_connection: object, _cursor: object, statement: str, *_more: object) -> None:
        if statement.lstrip().upper().startswith(("SELECT", "WITH")):
            made.append(statement)

    event.listen(program.cast.store.engine, "before_cursor_execute", note)
    yield made
    event.remove(program.cast.store.engine, "before_cursor_execute", note)


def test_the_tree_opens_level_by_level_with_what_was_found(program: Program) -> None:
    cast = program.cast
    late = cast.open_finding(program.clock.now())
    program.clock.advance(days=20)
    cast.open_finding(program.clock.now())
    sokha = program.browser("Sokha")
    top = sokha.get("/places")
    assert markup.faults(top.text) == []
    assert "Cambodia country 1 2 2 1" in pages.text(top.text)
    province = sokha.get(f"/places/{cast.areas['province']}")
    assert markup.faults(province.text) == []
    said = pages.text(province.text)
    assert "Battambang Referral Hospital" in said
    assert "Ta Pung Health Centre" not in said, "it lies in the district"
    listed = f"/findings?area={cast.areas['district']}&amp;status=open&amp;overdue=yes"
    assert listed in province.text
    behind = pages.text(sokha.get(listed.replace("&amp;", "&")).text)
    assert late.ref in behind


def test_every_place_is_found_by_any_name_or_code_page_by_page(
    program: Program, statements: list[str]
) -> None:
    cast = program.cast
    with cast.writing("Sokha", program.clock.now()) as unit:
        for n in range(60):
            places.add_site(
                unit,
                name=f"Post {n:02}",
                names={"km": f"ប៉ុស្តិ៍ {n:02}"},
                code=f"P{n}",
                area_id=cast.areas["district"],
            )
    sokha = program.browser("Sokha")
    sokha.get("/places")
    statements.clear()
    first = sokha.get("/places?q=ប៉ុស្តិ៍")
    own = [s for s in statements if "sessions" not in s and "memberships" not in s and "holders" not in s]
    assert len(own) <= 6, own
    assert markup.faults(first.text) == []
    assert "Post 49" in pages.text(first.text)
    assert "Post 50" not in pages.text(first.text)
    following = (
        first.text.split('rel="next"')[0].rpartition('href="')[2].partition('"')[0].replace("&amp;", "&")
    )
    second = pages.text(sokha.get(following).text)
    assert "Post 50" in second
    assert "Post 59" in second
    assert "Post 07" in pages.text(sokha.get("/places?q=p7").text)
    assert "Thma Koul Battambang, Cambodia district" in pages.text(sokha.get("/places?q=thma").text)
    assert "Nothing is called “zzz”" in pages.text(sokha.get("/places?q=zzz").text)
    assert sokha.get(f"/places?q={'a' * 101}").status_code == 422
    assert sokha.get("/places?q=a&after=nonsense").status_code == 422


def test_an_area_and_a_site_are_added_and_corrected(program: Program) -> None:
    sokha, cast = program.browser("Sokha"), program.cast
    page = sokha.get(f"/places/{cast.areas['province']}").text
    answers = {"name": "Moung Ruessei", "name_km": "មោងឫស្សី", "level": "district", "position": "12.77, 103.45"}
    added = pages.send(sokha, page, "Add the area", **answers)
    assert added.status_code == 303
    area = sokha.get(added.headers["location"]).text
    assert "មោងឫស្សី" in pages.text(area)
    assert 'href="geo:12.770000,103.450000"' in area
    wrong = pages.send(sokha, area, "Add the site", name="Drop-in centre", position="103.45 north")
    assert wrong.status_code == 422
    assert "Write the latitude (-90 to 90)" in pages.text(wrong.text)
    assert markup.faults(wrong.text) == []
    assert pages.form(wrong.text, "Add the site")[1]["position"] == "103.45 north"
    made = pages.send(sokha, wrong.text, "Add the site", position="geo:12.7,103.4", kind="drop-in centre")
    at = made.headers["location"]
    site = sokha.get(at).text
    assert markup.faults(site) == []
    assert "drop-in centre in Moung Ruessei, Battambang, Cambodia" in pages.text(site)
    changed = pages.send(
        sokha, site, "Keep the change", name="Drop-in centre for all", code="D1", position=""
    )
    assert changed.status_code == 303
    with cast.reading("Sokha", program.clock.now()) as look:
        row = look.session.get_one(SiteRow, UUID(at.rpartition("/")[2]))
        assert (row.name, row.code, row.latitude) == ("Drop-in centre for all", "D1", None)
        inside = look.session.get_one(AreaRow, UUID(added.headers["location"].rpartition("/")[2]))
        assert inside.parent_id == cast.areas["province"]
    empty = pages.send(sokha, sokha.get("/places").text, "Add the area", name="  ", level="country")
    assert empty.status_code == 422


def test_a_site_says_who_answers_is_moved_closed_and_taken_back(program: Program) -> None:
    sokha, cast = program.browser("Sokha"), program.cast
    cast.open_finding(program.clock.now())
    here = f"/sites/{cast.sites['health_centre']}"
    page = sokha.get(here)
    said = pages.text(page.text)
    assert "Chief, Ta Pung Health Centre" in said
    assert "post of this site" in said
    assert f"/findings?site={cast.sites['health_centre']}&amp;status=open" in page.text
    asked = sokha.get(f"{here}/move?q=batt").text
    assert markup.faults(asked) == []
    assert pages.send(sokha, asked, "Move it there").status_code == 422
    moved = pages.send(sokha, asked, "Move it there", area_id=str(cast.areas["province"]))
    assert moved.headers["location"] == here
    assert "Findings logged before stay" in pages.text(sokha.get(here).text)
    closing = pages.send(sokha, sokha.get(here).text, "Close the site", on="2026-06-01")
    assert closing.status_code == 303
    closed, again = sokha.get(here).text, sokha.get(here).text
    assert "Closed from Mon 1 June 2026" in pages.text(closed)
    assert pages.send(sokha, closed, "Take the closing back").status_code == 303
    gone = pages.send(sokha, again, "Take the closing back")
    assert (gone.status_code, "Closed: –" in pages.text(gone.text)) == (409, True)
    assert sokha.get("/sites/01a2079a-0000-7000-8000-000000000000").status_code == 404
    assert sokha.get("/sites/nonsense").status_code in {404, 422}


def test_an_area_is_closed_once_nothing_hangs_on_it_and_taken_back(program: Program) -> None:
    sokha, cast = program.browser("Sokha"), program.cast
    page = sokha.get(f"/places/{cast.areas['district']}").text
    assert "Chief, Ta Pung Health Centre site Sophea" in pages.text(page), "what hangs on it is on its page"
    refused = pages.send(sokha, page, "Close the area")
    assert refused.status_code == 409
    assert markup.faults(refused.text) == []
    assert "Thma Koul itself still holds one site in service and 2 posts." in pages.text(refused.text)
    inside = pages.send(sokha, page, "Add the area", name="Ta Pung", level="commune").headers["location"]
    begun, post = sokha.get(inside).text, sokha.get("/duty-bearers/new").text
    later = pages.send(sokha, begun, "Close the area", on="2026-06-01")
    assert (later.status_code, "Choose today or an earlier day" in pages.text(later.text)) == (422, True)
    assert pages.send(sokha, later.text, "Close the area", on="2026-03-01").status_code == 303
    closed, again = sokha.get(inside).text, sokha.get(inside).text
    assert markup.faults(closed) == []
    assert "Closed from Sun 1 March 2026. It takes nothing new" in pages.text(closed)
    assert "Add the site" not in closed
    for button, answers in (
        ("Add the site", {"name": "Late", "kind": "hospital", "code": "L1"}),
        ("Add the area", {"name": "Late", "level": "village", "code": "L2"}),
    ):
        late = pages.send(sokha, begun, button, **answers)
        assert (late.status_code, pages.text(late.text).count("choose another area")) == (422, 1)
        assert "What you wrote is kept here." in pages.text(late.text)
        assert pages.form(late.text, button)[1].items() >= answers.items()
        assert markup.faults(late.text) == []
    chosen = {"title": "Chief", "level": "commune", "area": inside.rpartition("/")[2]}
    late = pages.send(sokha, post, "Add the post", **chosen)
    assert (late.status_code, pages.form(late.text, "Add the post")[1].items() >= chosen.items()) == (
        422,
        True,
    )
    assert "commune, closed from Sun 1 March 2026" in pages.text(
        sokha.get(f"/places/{cast.areas['district']}").text
    )
    api = f"/api/v1/areas?parent={cast.areas['district']}"
    assert program.api("Sokha").get(api).json()["items"] == []
    (item,) = program.api("Sokha").get(f"{api}&closed=true").json()["items"]
    assert item["closed_on"] == "2026-03-01"
    assert pages.send(sokha, closed, "Take the closing back").status_code == 303
    gone = pages.send(sokha, again, "Take the closing back")
    assert (gone.status_code, "Closed: –" in pages.text(gone.text)) == (409, True)


def test_two_areas_of_one_name_are_told_apart_wherever_one_is_chosen(program: Program) -> None:
    """Decision 0018: by what differs, and nothing is added to the others."""
    sokha, cast = program.browser("Sokha"), program.cast
    province = cast.areas["province"]
    with cast.writing("Sokha", program.clock.now()) as unit:
        made = [
            places.add_area(unit, name=name, level=level, parent_id=province, code=code)
            for name, level, code in (
                ("Central", "district", "0201"),
                ("Cen\u200btral", "district", "0202"),
                ("Central", "town", None),
            )
        ]
        for area in made[:2]:
            places.add_site(unit, name="Mobile clinic", area_id=area, code="M1")
    told = ["Central (district, 0201)", "Cen\u200btral (district, 0202)", "Central (town)"]
    listed = sokha.get(f"/findings?area={made[1]}").text
    for one in told:
        assert f">– – {one}</option>" in listed
    assert ">– – Thma Koul</option>" in listed
    assert pages.text(listed).count(told[1]) == 2, "in the choice, and on the filter that is on"
    post = sokha.get("/duty-bearers/new").text
    assert [one for one in told if f">{one.replace('(', '(Battambang, ')}</option>" in post] == told
    assert ">Thma Koul (Battambang)</option>" in post
    with cast.writing("Sokha", program.clock.now()) as unit:
        known = pick.areas(unit)
    for one, id in zip(told, made, strict=True):
        for typed in (one.upper(), one.replace("(", "(Battambang, ")):
            assert pick.understood("area", typed, known) == id, "as filters say it, and as it is offered"
    table = sokha.get(f"/places/{province}").text
    assert [one for one in told if f">{one}</a>" in table] == told
    found = pages.text(sokha.get("/findings/new?find=tral").text)
    for one in ("district, 0201", "town"):
        assert f"Central The whole area, in Battambang, Cambodia, {one}" in found
    moving = pages.text(sokha.get(f"/sites/{cast.sites['health_centre']}/move?q=tral").text)
    assert "Central district, Battambang, Cambodia, 0201" in moving
    assert "Central town, Battambang, Cambodia" in moving
    sites = pages.text(sokha.get("/findings/new?find=mobile").text)
    assert f"Mobile clinic Central, Battambang, {told[0]}" in sites


def test_two_sites_of_one_name_are_told_apart_by_where_their_areas_lie(program: Program) -> None:
    """Decision 0018."""
    with program.cast.writing("Sokha", program.clock.now()) as unit:
        country = program.cast.areas["country"]
        for province in ("North", "South"):
            around = places.add_area(unit, name=province, level="province", parent_id=country)
            area = places.add_area(unit, name="Central", level="district", parent_id=around)
            places.add_site(unit, name="Mobile clinic", area_id=area)
    headers = {"HX-Request": "true"}
    offered = program.browser("Sokha").get("/duty-bearers/new?site=mobile", headers=headers).text
    assert re.findall(r'value="([^"]+)"', offered) == [
        "Mobile clinic (Central, North)",
        "Mobile clinic (Central, South)",
    ]


@pytest.mark.parametrize(("kind", "column"), [("sites", "health_centre"), ("places", "district")])
def test_two_who_change_a_place_lose_nothing(program: Program, kind: str, column: str) -> None:
    sokha, cast = program.browser("Sokha"), program.cast
    at = f"/{kind}/{(cast.sites if kind == 'sites' else cast.areas)[column]}"
    older = sokha.get(at).text
    assert pages.send(sokha, sokha.get(at).text, "Keep the change", code="HC-77").status_code == 303
    slip = pages.send(sokha, older, "Keep the change", level="tier", position="here")
    assert slip.status_code == 422
    stale = pages.send(sokha, slip.text, "Keep the change", position="")
    assert stale.status_code == 409, "a slip of the pen does not make an older form a new one"
    assert markup.faults(stale.text) == []
    said = pages.text(stale.text)
    assert "This changed while you were writing" in said
    assert "HC-77" in said
    again = pages.form(stale.text, "Keep the change")[1]
    assert again["level"] == "tier"
    assert pages.send(sokha, stale.text, "Keep the change", code="HC-77").status_code == 303
    with cast.reading("Sokha", program.clock.now()) as look:
        of = questions.site if kind == "sites" else questions.area
        row = of(look, UUID(at.rpartition("/")[2]))
        assert (row.code, row.level) == ("HC-77", "tier")
