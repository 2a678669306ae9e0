"""What happens to areas, sites and posts of a file: new, the same again, changed, refused?"""

from datetime import date

import pytest

from clm_tracker.commands import duty_bearers, places
from clm_tracker.db.tables import AreaRow, DutyBearerRow, HolderRow, LedgerRow, SiteRow, SourceRow
from clm_tracker.domain.policy import Act, Actor, Membership
from clm_tracker.domain.words import Role
from clm_tracker.intake.records import Import
from clm_tracker.kernel.refusals import NotAllowed
from tests.commands.left import in_words
from tests.intake.conftest import Desk

AREAS = """source_id,code,level,parent,names.km,names.en
02,02,province,,បាត់ដំបង,Battambang
0201,0201,district,02,បាណន់,Banan
0202,0202,district,02,ថ្មគោល,Thma Koul
24,24,province,,ប៉ៃលិន,Pailin
2401,2401,district,24,បាណន់,Banan
"""
SITES = """source_id,name,area,kind,closed
s1,Health centre,0201,health centre,no
s2,Old post,2401,health post,yes
"""
POSTS = """source_id,title,level,area,superior,holder,holder_email
chief,Chief of Banan,district,0201,director,Dara,dara@example.org
director,Director of Battambang,province,02,,Chan,
"""
CODES = """
kind = "areas"
source = "codes"
[columns]
source_id = "source_id"
code = "code"
level = "level"
parent = "parent"
[columns.names]
en = "name"
"""
CLINICS = """
kind = "sites"
source = "clinics"
[[parents]]
level = "province"
column = "province"
[[parents]]
level = "district"
column = "district"
[columns]
source_id = "id"
[columns.names]
en = "name"
"""


def test_areas_come_in_with_names_zeros_and_places(desk: Desk) -> None:
    report = desk.take(Import.AREAS, AREAS)
    assert (desk.counts(report), report.done) == ({"area": (5, 0, 0)}, True)
    areas = {row["code"]: row for row in desk.rows(AreaRow)}
    assert areas["0201"]["name"] == "បាណន់"
    assert areas["0201"]["names"] == {"km": "បាណន់", "en": "Banan"}
    assert areas["0201"]["path"] == f"/{areas['02']['id']}/{areas['0201']['id']}/"
    assert areas["2401"]["parent_id"] == areas["24"]["id"] != areas["0201"]["parent_id"]


def test_each_row_has_its_ledger_line(desk: Desk) -> None:
    desk.take(Import.AREAS, AREAS)
    lines = desk.rows(LedgerRow, act="import")
    assert {line["subject_id"] for line in lines} == {row["id"] for row in desk.rows(AreaRow)}
    assert in_words(lines[2]["facts"]) == {"what": "imported the area បាណន់ from files"}
    assert lines[2]["changes"][0]["after"]["code"] == "0201"
    assert {line["actor_name"] for line in lines} == {"Operator"}


def test_the_same_file_again_changes_nothing(desk: Desk) -> None:
    for kind, text in ((Import.AREAS, AREAS), (Import.SITES, SITES), (Import.DUTY_BEARERS, POSTS)):
        desk.take(kind, text)
    before = desk.written()
    for kind, text, word, rows in (
        (Import.AREAS, AREAS, "area", 5),
        (Import.SITES, SITES, "site", 2),
        (Import.DUTY_BEARERS, POSTS, "duty_bearer", 2),
    ):
        report = desk.take(kind, text)
        assert (desk.counts(report), report.done) == ({word: (0, 0, rows)}, True)
    assert desk.written() == before


def test_a_changed_row_is_changed_and_leaves_one_line(desk: Desk) -> None:
    desk.take(Import.AREAS, AREAS)
    lines = len(desk.rows(LedgerRow))
    report = desk.take(Import.AREAS, AREAS.replace("Thma Koul", "Thmar Koul"))
    assert desk.counts(report) == {"area": (0, 1, 4)}
    line = desk.rows(LedgerRow)[lines:]
    assert [in_words(one["facts"])["what"] for one in line] == ["changed the area ថ្មគោល from files"]
    assert line[0]["changes"][0]["before"] == {"names": {"km": "ថ្មគោល", "en": "Thma Koul"}}
    assert line[0]["changes"][0]["after"] == {"names": {"km": "ថ្មគោល", "en": "Thmar Koul"}}
    assert len(desk.rows(AreaRow)) == 5
    (found,) = desk.rows(AreaRow, code="0202")
    assert found["folded"] == "ថ្មគោល\nthmar koul", "it is looked up by the names it has now"


def test_what_people_changed_here_stays_where_the_source_says_nothing_new(desk: Desk) -> None:
    desk.take(Import.AREAS, AREAS)
    desk.take(Import.SITES, SITES)
    (site,) = desk.rows(SiteRow, name="Health centre")
    (other,) = desk.rows(AreaRow, code="0202")
    with desk.store.writing(now=desk.clock.now(), actor=desk.actor, programme_id=desk.programme_id) as unit:
        places.move_site(unit, site["id"], area_id=other["id"])
    report = desk.take(Import.SITES, SITES.replace("health centre,no", "hospital,no"))
    assert desk.counts(report) == {"site": (0, 1, 1)}
    (after,) = desk.rows(SiteRow, name="Health centre")
    assert (after["kind"], after["area_id"]) == ("hospital", other["id"])


TWIN = "There is an area called {} of this level here already. Two of one name need a code each, and not the same one."


def test_two_that_nothing_tells_apart_are_one_too_many(desk: Desk) -> None:
    rows = "{}03,,district,02,,SAMLOUT\n04,,district,02,,Samlout\n0401,,commune,04,,Ta Sanh\n05,55,district,24,,Samlout\n06,66,district,24,,Samlout\n"
    report = desk.take(Import.AREAS, rows.format(AREAS))
    assert [(r.line, r.field, r.value, r.reason) for r in report.refused] == [
        (8, "names", "Samlout", TWIN.format("Samlout")),
        (9, "parent", "04", "The row of its parent was refused."),
    ], "the first stays; those with codes are told apart by them"
    assert len(desk.rows(AreaRow)) == 8
    renamed = AREAS.replace("Thma Koul", "SAMLOUT").replace("ថ្មគោល", "សំឡូត")
    (no,) = desk.take(Import.AREAS, renamed).refused
    assert (no.line, no.field, no.reason) == (4, "names", TWIN.format("សំឡូត"))
    moved = "source_id,code,level,parent,names.en\n05,55,district,02,Samlout\n"
    (no,) = desk.take(Import.AREAS, moved).refused
    assert (no.line, no.field) == (2, "names"), "beside it lies one without a code"


def test_two_areas_change_their_names_with_each_other(desk: Desk) -> None:
    desk.take(Import.AREAS, AREAS)
    swapped = AREAS.replace("បាណន់,Banan\n0202", "ថ្មគោល,Thma Koul\n0202").replace(
        "ថ្មគោល,Thma Koul\n24", "បាណន់,Banan\n24"
    )
    assert swapped != AREAS
    assert desk.counts(desk.take(Import.AREAS, swapped)) == {"area": (0, 2, 3)}


def test_one_implied_area_may_be_written_in_two_ways(desk: Desk) -> None:
    clinics = "id,name,province,district\nc1,Clinic,Pailin,Sala Krau\nc2,Ward,PAILIN,Sala  krau\n"
    assert desk.counts(desk.take(Import.SITES, clinics, CLINICS)) == {"area": (2, 0, 2), "site": (2, 0, 0)}
    assert {row["area_id"] for row in desk.rows(SiteRow)} == {
        row["id"] for row in desk.rows(AreaRow, level="district")
    }
    assert desk.counts(desk.take(Import.SITES, clinics, CLINICS)) == {"area": (0, 0, 4), "site": (0, 0, 2)}


def test_an_area_that_moves_takes_what_lies_in_it_along(desk: Desk) -> None:
    desk.take(Import.AREAS, AREAS)
    desk.take(Import.AREAS, "source_id,level,parent,name\n020101,commune,0201,Kantueu\n")
    desk.take(Import.AREAS, AREAS.replace("0201,0201,district,02,", "0201,0201,district,24,"))
    areas = {row["code"]: row for row in desk.rows(AreaRow)}
    assert areas[None]["path"] == f"/{areas['24']['id']}/{areas['0201']['id']}/{areas[None]['id']}/"


def test_an_area_never_comes_to_lie_in_itself(desk: Desk) -> None:
    desk.take(Import.AREAS, AREAS)
    before = {row["id"]: (row["parent_id"], row["path"]) for row in desk.rows(AreaRow)}
    report = desk.take(
        Import.AREAS, "source_id,level,parent,name\n02,province,new,Battambang\nnew,zone,0201,Zone\n"
    )
    assert [(row.line, row.field) for row in report.refused] == [(2, "parent")]
    assert "inside itself" in report.refused[0].reason
    after = {row["id"]: (row["parent_id"], row["path"]) for row in desk.rows(AreaRow)}
    assert {id: place for id, place in after.items() if id in before} == before
    assert len(after) == len(before) + 1
    assert not report.done


def test_a_post_never_comes_to_stand_above_itself(desk: Desk) -> None:
    desk.take(Import.AREAS, AREAS)
    desk.take(Import.DUTY_BEARERS, POSTS)
    report = desk.take(
        Import.DUTY_BEARERS, "source_id,title,superior\ndirector,Director of Battambang,chief\n"
    )
    assert [(row.line, row.field, row.value) for row in report.refused] == [(2, "superior", "chief")]
    assert [row["superior_id"] for row in desk.rows(DutyBearerRow, title="Director of Battambang")] == [None]


def test_an_implied_area_is_the_one_that_is_here_already(desk: Desk) -> None:
    desk.take(Import.AREAS, AREAS)
    before = desk.rows(AreaRow)
    clinics = "id,name,province,district\nc1,Clinic,Battambang,Banan\nc2,Ward,Battambang,Koas Krala\n"
    report = desk.take(Import.SITES, clinics, CLINICS)
    assert desk.counts(report) == {"area": (1, 0, 2), "site": (2, 0, 0)}
    (clinic,) = desk.rows(SiteRow, name="Clinic")
    assert clinic["area_id"] == next(row["id"] for row in before if row["code"] == "0201")
    assert [row for row in desk.rows(AreaRow) if row["names"] != {"en": "Koas Krala"}] == before


def test_a_file_may_name_areas_of_another_source_by_their_code(desk: Desk) -> None:
    desk.take(Import.AREAS, AREAS)
    mapping = 'kind = "sites"\nsource = "clinics"\n[columns]\nsource_id = "id"\narea = "commune"\n"names.en" = "name"\n'
    report = desk.take(Import.SITES, "id,name,commune\nc1,Clinic,0202\nc2,Other,9999\n", mapping)
    assert desk.counts(report) == {"site": (1, 0, 0)}
    assert [(row.line, row.field, row.value) for row in report.refused] == [(3, "area", "9999")]


def test_a_closed_site_is_closed_from_the_day_it_is_known(desk: Desk) -> None:
    desk.take(Import.AREAS, AREAS)
    desk.take(Import.SITES, SITES)
    assert {row["name"]: row["closed_on"] for row in desk.rows(SiteRow)} == {
        "Health centre": None,
        "Old post": date(2026, 3, 2),
    }
    desk.clock.advance(days=3)
    desk.take(Import.SITES, SITES.replace("health centre,no", "health centre,yes"))
    assert {row["closed_on"] for row in desk.rows(SiteRow)} == {date(2026, 3, 2), date(2026, 3, 5)}


def test_nothing_of_a_file_comes_into_a_closed_area(desk: Desk) -> None:
    """R29."""
    desk.take(Import.AREAS, AREAS)
    desk.take(Import.SITES, SITES)
    areas = {row["code"]: row["id"] for row in desk.rows(AreaRow)}
    with desk.store.writing(now=desk.clock.now(), actor=desk.actor, programme_id=desk.programme_id) as unit:
        places.close_area(unit, areas["2401"], on=date(2026, 3, 2))
        places.close_area(unit, areas["24"], on=date(2026, 3, 2))
    closed = "{} is closed since Mon 2 March 2026; choose another area."
    pailin, banan = closed.format("Pailin"), closed.format("Banan")
    before = desk.written()

    def refused(kind: Import, text: str, mapping: str | None = None) -> list[tuple[int, str, str]]:
        return [(r.line, r.field, r.reason) for r in desk.take(kind, text, mapping).refused]

    below = "source_id,level,parent,name\n2402,district,24,Sala Krau\n240201,commune,2402,Stueng Kach\n"
    assert refused(Import.AREAS, below) == [
        (2, "parent", pailin), (3, "parent", "The row of its parent was refused."),
    ]  # fmt: skip
    assert refused(Import.SITES, "source_id,name,area,closed\ns2,Old post,2401,no\ns3,New,2401,no\n") == [
        (2, "area", banan), (3, "area", banan),
    ]  # fmt: skip
    clinics = "id,name,province,district\nc1,Clinic,ប៉ៃលិន,Sala Krau\n"
    assert refused(Import.SITES, clinics, CLINICS) == [(2, "area", pailin)]
    assert refused(Import.DUTY_BEARERS, POSTS.replace("province,02", "province,24")) == [
        (2, "superior", "The row of its superior was refused."), (3, "area", pailin),
    ]  # fmt: skip
    changed = {name for name, n in desk.written().items() if before[name] != n}
    assert changed == {"sources"}, "that the clinics' province is this one, and nothing else"
    late = "source_id,title,area,opened_at,resolved_at\nf1,Open,24,2026-02-01,\nf2,Over,24,2026-01-01,2026-02-01\n"
    assert refused(Import.FINDINGS, late) == [(2, "area", pailin)]


def test_the_posts_of_a_site_that_moves_go_with_it(desk: Desk) -> None:
    """R29."""
    desk.take(Import.AREAS, AREAS)
    desk.take(Import.SITES, SITES)
    desk.take(Import.DUTY_BEARERS, "source_id,title,level,site\np1,Chief,site,s1\np2,Keeper,site,s2\n")
    areas = {row["code"]: row["id"] for row in desk.rows(AreaRow)}
    desk.take(Import.SITES, SITES.replace("Health centre,0201", "Health centre,0202"))
    posts = {row["title"]: row for row in desk.rows(DutyBearerRow)}
    assert {title: row["area_id"] for title, row in posts.items()} == {
        "Chief": areas["0202"],
        "Keeper": areas["2401"],
    }
    lines = desk.rows(LedgerRow, act="import", subject_id=posts["Chief"]["id"])
    what = "moved the duty bearer Chief with its site Health centre"
    assert in_words(lines[-1]["facts"]) == {"what": what}
    with desk.store.writing(now=desk.clock.now(), actor=desk.actor, programme_id=desk.programme_id) as unit:
        places.close_area(unit, areas["0201"], on=date(2026, 3, 2))
    to_closed = SITES.replace("0201", "0202").replace("2401", "0201")
    [no] = desk.take(Import.SITES, to_closed).refused
    assert (no.field, "choose another area" in no.reason) == ("area", True), "a post would come into it"


def test_posts_have_areas_superiors_and_holders(desk: Desk) -> None:
    desk.take(Import.AREAS, AREAS)
    report = desk.take(Import.DUTY_BEARERS, POSTS)
    assert desk.counts(report) == {"duty_bearer": (2, 0, 0)}
    posts = {row["title"]: row for row in desk.rows(DutyBearerRow)}
    chief = posts["Chief of Banan"]
    assert chief["superior_id"] == posts["Director of Battambang"]["id"]
    (holder,) = desk.rows(HolderRow, duty_bearer_id=chief["id"])
    assert (holder["name"], holder["email"], holder["from_on"]) == (
        "Dara",
        "dara@example.org",
        date(2026, 3, 2),
    )
    assert "dara@example.org" not in str(desk.rows(LedgerRow))


def test_a_post_comes_with_its_names_by_language_and_keeps_those_given_here(desk: Desk) -> None:
    desk.take(Import.AREAS, AREAS)
    named = "source_id,title,titles.km,institution,institutions.km\nd,Director,ប្រធាន,Health Office,ការិយាល័យសុខាភិបាល\n"
    desk.take(Import.DUTY_BEARERS, named)
    (post,) = desk.rows(DutyBearerRow)
    assert (post["titles"], post["institutions"]) == ({"km": "ប្រធាន"}, {"km": "ការិយាល័យសុខាភិបាល"})
    with desk.store.writing(now=desk.clock.now(), actor=desk.actor, programme_id=desk.programme_id) as unit:
        duty_bearers.change(unit, post["id"], {"titles": {**post["titles"], "fr": "Direction"}})
    assert desk.counts(desk.take(Import.DUTY_BEARERS, named)) == {"duty_bearer": (0, 0, 1)}
    desk.take(Import.DUTY_BEARERS, named.replace("ប្រធាន", "នាយក"))
    (post,) = desk.rows(DutyBearerRow)
    assert post["titles"] == {"km": "នាយក", "fr": "Direction"}


def test_a_new_holder_follows_the_one_before(desk: Desk) -> None:
    desk.take(Import.AREAS, AREAS)
    desk.take(Import.DUTY_BEARERS, POSTS)
    desk.clock.advance(days=30)
    (before,) = desk.rows(DutyBearerRow, title="Chief of Banan")
    desk.take(Import.DUTY_BEARERS, POSTS.replace("Dara,dara@", "Bopha,bopha@"))
    (post,) = desk.rows(DutyBearerRow, title="Chief of Banan")
    assert post["version"] == before["version"] + 1, "who appoints meanwhile is told"
    held = {
        row["name"]: (row["from_on"], row["to_on"]) for row in desk.rows(HolderRow, duty_bearer_id=post["id"])
    }
    assert held == {
        "Dara": (date(2026, 3, 2), date(2026, 3, 31)),
        "Bopha": (date(2026, 4, 1), None),
    }


def test_a_dry_run_reports_the_same_and_keeps_nothing(desk: Desk) -> None:
    before = desk.written()
    wrong = AREAS + "2402,2402,district,99,សាលាក្រៅ,Sala Krau\n"
    tried = desk.take(Import.AREAS, wrong, dry_run=True)
    assert desk.written() == before
    done = desk.take(Import.AREAS, wrong)
    assert (desk.counts(tried), tried.refused) == (desk.counts(done), done.refused)
    assert desk.counts(done) == {"area": (5, 0, 0)}
    assert [(row.line, row.field, row.value) for row in done.refused] == [(7, "parent", "99")]


def test_the_first_rows_show_what_the_list_of_their_kind_shows(desk: Desk) -> None:
    def first(kind: Import, text: str, mapping: str | None = None) -> list[tuple[str, dict[str, str]]]:
        return [(r.came, dict(r.says)) for r in desk.take(kind, text, mapping, dry_run=True).first]

    upside_down = AREAS.replace(",02,បាណន់", ",03,បាណន់") + "03,03,province,,កែប,Kep\n"
    areas = first(Import.AREAS, upside_down)
    assert [says["code"] for _came, says in areas] == ["02", "0201", "0202", "24", "2401"], "as in the file"
    assert areas[1] == ("imported", {"name": "Banan", "level": "district", "code": "0201", "parent": "Kep"})
    desk.take(Import.AREAS, AREAS)
    # What a text meant before its file came is not sure afterwards: it stands as it is.
    again = first(Import.AREAS, "source_id,code,level,parent,name\nx,0202,commune,0202,Ta Pung\n", CODES)
    assert again == [("imported", {"name": "Ta Pung", "level": "commune", "code": "0202", "parent": "0202"})]
    clinics = first(Import.SITES, "id,name,province,district\nc1,Clinic,Battambang,Koas Krala\n", CLINICS)
    none = dict.fromkeys(("kind", "level", "code", "closed"), "")
    assert clinics == [("imported", {"name": "Clinic", "area": "Koas Krala", **none})], (
        "a new area by its name"
    )
    desk.take(Import.SITES, SITES)
    sites = first(Import.SITES, SITES.replace("Old post", "Post"))
    assert [(came, says["name"], says["closed"]) for came, says in sites] == [
        ("unchanged", "Health centre", ""),
        ("changed", "Post", "closed"),
    ]
    (chief, director) = first(Import.DUTY_BEARERS, POSTS)
    says = {"post": "Chief of Banan", "place": "Banan", "level": "district", "holder": "Dara"}
    assert chief == ("imported", says), "no more of a person than the list has"
    assert director[1]["place"] == "Battambang"


def test_only_a_coordinator_imports(desk: Desk) -> None:
    desk.actor = Actor(
        id=desk.actor.id,
        name="Advocate",
        programme_id=desk.programme_id,
        memberships=(Membership(role=Role.ADVOCATE),),
    )
    with pytest.raises(NotAllowed) as no:
        desk.take(Import.AREAS, AREAS)
    assert no.value.sentence == "Only a coordinator imports data."
    assert desk.rows(SourceRow) == []
    assert desk.rows(LedgerRow, act=str(Act.IMPORT)) == []


def test_a_name_of_a_file_is_one_line_of_which_something_is_seen(desk: Desk) -> None:
    areas = desk.take(
        Import.AREAS,
        'source_id,level,names.en,names.km\n1,province,"Kam\u202epot\nNorth",កំពត\n2,province,Kep,"\u200b \u2060"\n3,\u200b,Takeo,\n',
    )
    assert [(one.line, one.field, one.reason) for one in areas.refused] == [
        (4, "names.km", "This needs a name."),
        (5, "level", "This is needed and is empty."),
    ]
    assert [row["names"] for row in desk.rows(AreaRow)] == [{"en": "Kampot North", "km": "កំពត"}]
    sites = desk.take(Import.SITES, 'source_id,name,area\ns1,"Health\r\ncentre",1\ns2,\u200b,1\n')
    assert [(one.field, one.reason) for one in sites.refused] == [("names.en", "This needs a name.")]
    assert [row["name"] for row in desk.rows(SiteRow)] == ["Health centre"]
    posts = desk.take(
        Import.DUTY_BEARERS,
        'source_id,title,institution,holder\np1,"Chief\u2028of",Depot,"Da\nra"\np2,\u2060,Depot,\np3,Chief,\u00ad,\u200b\n',
    )
    assert {one.field for one in posts.refused} == {"title", "institution", "holder"}
    assert [row["title"] for row in desk.rows(DutyBearerRow)] == ["Chief of"]
    assert [row["name"] for row in desk.rows(HolderRow)] == ["Da ra"]
