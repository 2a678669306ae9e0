"""Is a draft kept at every step and while somebody writes, and what is said beside the questions? (R5, R8, R35, R44)"""

import io
import re

import pytest
from fastapi.testclient import TestClient
from PIL import Image
from sqlalchemy import select

from clm_tracker.commands import evidence, findings, obligations, places
from clm_tracker.db import load
from clm_tracker.db.tables import LedgerRow
from clm_tracker.domain.cases import Case
from clm_tracker.domain.words import FindingStatus, Purpose
from tests.web import markup, pages
from tests.web.program import Program

KEEP = "Keep it, then see who has to answer"
HTMX = {"HX-Request": "true"}


def case_of(program: Program, ref: str) -> Case:
    with program.cast.reading("Sokha", program.clock.now()) as look:
        return load.case(look, ref, lock=False)


def lines(program: Program, ref: str) -> list[str]:
    with program.cast.reading("Sokha", program.clock.now()) as look:
        finding = load.case(look, ref, lock=False).finding
        query = select(LedgerRow.kind).where(LedgerRow.finding_id == finding.id).order_by(LedgerRow.seq)
        return list(look.session.scalars(query))


def how_many(program: Program) -> int:
    with program.cast.reading("Sokha", program.clock.now()) as look:
        return len(list(look.session.scalars(select(LedgerRow.seq).where(LedgerRow.finding_id.is_not(None)))))


def writing(client: TestClient, action: str, **typed: str) -> tuple[str, dict[str, str], int]:
    """What comes back while somebody writes: the words, what the form holds from then on, the status."""
    answer = client.post(action, data={"go": "auto", **typed}, headers=HTMX)
    held = dict(re.findall(r'type="hidden" name="(\w+)" value="([^"]*)"', answer.text))
    return pages.text(answer.text), held, answer.status_code


def resolved(program: Program) -> str:
    """A finding of the health centre about care that was resolved today."""
    now = program.clock.now()
    before = program.cast.open_finding(now)
    store = program.app.state.house.evidence
    with program.cast.writing("Dara", now) as unit:
        evidence.attach(unit, before.ref, purpose=Purpose.RESOLUTION, text="Results came", store=store)
        findings.resolve(unit, before.ref, note="Fixed")
    with program.cast.writing("Chan", now) as unit:
        findings.resolve(unit, before.ref, note="Fixed, seen")
    return before.ref


def photo() -> bytes:
    exif = Image.Exif()
    exif[0x010F] = "CanaryCamera"
    exif.get_ifd(0x8825)[1] = "N"
    out = io.BytesIO()
    Image.new("RGB", (40, 30), "teal").save(out, "JPEG", exif=exif)
    return out.getvalue()


class TestSteps:
    def test_from_place_to_photos(self, program: Program) -> None:
        """One question at a time, each kept at once; the last button opens what comes next."""
        dara = program.browser("Dara")
        page = dara.get("/findings/new").text
        assert "1 of 6" in pages.text(page)
        site = str(program.cast.sites["health_centre"])
        begun = pages.send(dara, page, "Next: what was seen", go="next", site=site)
        ref = begun.headers["location"].split("/")[2]
        assert begun.headers["location"] == f"/findings/{ref}/edit?step=2"
        finding = case_of(program, ref).finding
        assert (finding.site_id, finding.title) == (program.cast.sites["health_centre"], "")
        assert not finding.severity_is_said
        assert lines(program, ref) == ["finding_begun"]
        said = [
            {"title": "No water", "theme": str(program.cast.themes["care"]), "dimension": "quality"},
            {"observed_on": "2026-02-27"},
            {"affected": "Everybody who waits"},
            {"severity": "critical"},
        ]
        address = begun.headers["location"]
        for step, (answers, after) in enumerate(
            zip(said, ("when", "who is affected", "how serious", "photos"), strict=True), 2
        ):
            page = dara.get(address).text
            assert markup.faults(page) == []
            assert f"{step} of 6" in pages.text(page)
            assert "Draft kept, " in pages.text(page)
            address = pages.send(dara, page, f"Next: {after}", go="next", **answers).headers["location"]
            assert address == f"/findings/{ref}/edit?step={step + 1}"
        last = dara.get(address).text
        assert "Next:" not in pages.text(last)
        assert pages.send(dara, last, "Back", go="back").headers["location"].endswith("step=5")
        assert pages.send(dara, dara.get(address).text, KEEP).headers["location"] == f"/findings/{ref}/open"
        assert lines(program, ref) == ["finding_begun", *["finding_edited"] * 4]
        opening = dara.get(f"/findings/{ref}/open").text
        assert pages.send(dara, opening, "Open the finding").status_code == 303
        assert case_of(program, ref).finding.status is FindingStatus.OPEN

    def test_one_goes_on_at_the_first_question_without_an_answer(self, program: Program) -> None:
        dara = program.browser("Dara")
        page = dara.get("/findings/new").text
        stopped = pages.send(dara, page, KEEP, keep="yes", description="The tap is dry")
        assert stopped.headers["location"] == "/"
        desk = dara.get("/").text
        assert "Without a title yet" in pages.text(desk)
        address = re.search(r'href="(/findings/[\w-]+/edit)[?"]', desk)
        assert address is not None
        assert "1 of 6" in pages.text(dara.get(address[1]).text)
        site = str(program.cast.sites["health_centre"])
        pages.send(dara, dara.get(address[1]).text, KEEP, keep="yes", site=site)
        assert "2 of 6" in pages.text(dara.get(address[1]).text)
        assert "Without a title yet" in pages.text(dara.get(address[1].removesuffix("/edit")).text)
        assert "Without a title yet" in pages.text(dara.get("/findings").text)

    def test_nothing_said_is_nothing_kept(self, program: Program) -> None:
        dara = program.browser("Dara")
        before = how_many(program)
        page = dara.get("/findings/new").text
        assert pages.send(dara, page, KEEP, go="next").headers["location"] == "/findings/new?step=2"
        assert "2 of 6" in pages.text(dara.get("/findings/new?step=2").text)
        assert writing(dara, "/findings/new", language="en")[1] == {}
        assert how_many(program) == before

    @pytest.mark.parametrize("step", ["0", "7", "-1", "two", "99999999999", "²"])
    def test_a_step_that_is_none_is_the_first(self, program: Program, step: str) -> None:
        assert "1 of 6" in pages.text(
            program.browser("Dara").get("/findings/new", params={"step": step}).text
        )

    def test_all_on_one_page_where_somebody_wants_it(self, program: Program) -> None:
        page = program.browser("Dara").get("/findings/new?all=yes").text
        assert 'class="form logging"' in page
        assert "Next:" not in pages.text(page)


class TestWhileWriting:
    def test_a_draft_is_begun_and_changed_without_a_button(self, program: Program) -> None:
        dara = program.browser("Dara")
        answer = dara.post("/findings/new", data={"go": "auto", "title": "No wa", "step": "2"}, headers=HTMX)
        ref = re.search(r'name="draft" value="([^"]+)"', answer.text)
        assert ref is not None
        assert answer.headers["HX-Replace-Url"] == f"/findings/{ref[1]}/edit?step=2"
        text, held, _ = writing(dara, "/findings/new", title="No water", draft=ref[1], version="1")
        assert "Draft kept, " in text
        assert held == {"draft": ref[1], "version": "2"}
        writing(dara, "/findings/new", title="No water", **held)
        assert lines(program, ref[1]) == ["finding_drafted", "finding_edited"]
        assert case_of(program, ref[1]).finding.title == "No water"

    def test_what_cannot_be_kept_is_said(self, program: Program) -> None:
        text, held, status = writing(program.browser("Dara"), "/findings/new", title="x" * 201)
        assert (status, held) == (422, {})
        assert "Not kept yet: Shorten this to at most 200 characters." in text

    def test_ones_own_draft_is_no_conflict_and_another_tab_is(self, program: Program) -> None:
        ref = program.cast.draft(program.clock.now()).ref
        dara = program.browser("Dara")
        page = dara.get(f"/findings/{ref}/edit").text
        writing(dara, f"/findings/{ref}/edit", title="No results", version="1")
        assert pages.send(dara, page, KEEP, title="No results").status_code == 303
        text, held, status = writing(dara, f"/findings/{ref}/edit", title="Something else", version="1")
        assert status == 409
        assert "Not kept: Dara changed this" in text
        assert held["version"] == "1"
        assert case_of(program, ref).finding.title == "No results"

    def test_an_open_finding_never_changes_by_itself(self, program: Program) -> None:
        ref = program.cast.open_finding(program.clock.now()).ref
        text, _, status = writing(
            program.browser("Dara"), f"/findings/{ref}/edit", title="Asked an addict to leave"
        )
        assert status == 200
        assert "“addict”" in text
        assert case_of(program, ref).finding.title == "No viral load results for three months"

    def test_nobody_keeps_another_persons_draft(self, program: Program) -> None:
        ref = program.cast.draft(program.clock.now()).ref
        answer = program.browser("Chan").post(
            "/findings/new", data={"go": "auto", "draft": ref, "title": "Mine now"}, headers=HTMX
        )
        assert answer.status_code == 404
        assert case_of(program, ref).finding.title == "No viral load results for three months"


class TestBeside:
    def test_words_that_could_hurt_are_pointed_out_and_quotations_left_alone(self, program: Program) -> None:
        """R44: never blocked; better words, with who says so."""
        dara = program.browser("Dara")
        title = "An addict was sent away"
        text, held, status = writing(dara, "/findings/new", title=title)
        assert status == 200
        assert re.search(r"“addict” : better .*, 20\d\d\.", text)
        assert case_of(program, held["draft"]).finding.title == title
        assert "“addict” : better" in pages.text(dara.get(f"/findings/{held['draft']}/edit").text)
        quoted, _, _ = writing(dara, "/findings/new", title="She heard: “addict, go away”")
        assert "better" not in quoted

    def test_what_is_open_here_is_offered_first_where_it_says_the_same(self, program: Program) -> None:
        now = program.clock.now()
        late = program.cast.open_finding(now, title="Viral load results come late").ref
        dry = program.cast.open_finding(
            now, title="The tap in the waiting room is dry", theme="prevention"
        ).ref
        with program.cast.writing("Dara", now) as unit:
            (owed,) = load.case(unit, late, lock=False).live()
            obligations.escalate(unit, owed.id, from_stage=0, reason="People go without")
        dara = program.browser("Dara")
        site = str(program.cast.sites["health_centre"])
        answer = dara.post(
            "/findings/new", data={"go": "auto", "site": site, "title": "Waiting room: dry tap"}, headers=HTMX
        ).text
        assert answer.index(dry) < answer.index(late)
        assert f'href="/findings/{dry}/attach"' in answer
        said = pages.text(answer)
        assert "stage 1 Viral load results come late Open since" in said
        assert "stage 1 The tap" not in said
        elsewhere, _, _ = writing(
            dara, "/findings/new", site=str(program.cast.sites["hospital"]), title="Dry tap"
        )
        assert "Open here already" not in elsewhere

    def test_what_was_resolved_here_is_offered_again_or_repeated(self, program: Program) -> None:
        """R8: reopen the old one, or log anew and say which one it repeats."""
        before = resolved(program)
        dara = program.browser("Dara")
        typed = {"site": str(program.cast.sites["health_centre"]), "theme": str(program.cast.themes["care"])}
        held = writing(dara, "/findings/new", **typed)[1]
        page = dara.get(f"/findings/{held['draft']}/edit").text
        assert f'href="/findings/{before}/reopen"' in page
        pages.send(dara, page, KEEP, recurrence_of=before)
        finding = case_of(program, held["draft"]).finding
        assert finding.recurrence_of == case_of(program, before).finding.id
        page = dara.get(f"/findings/{held['draft']}/edit").text
        assert pages.form(page, KEEP)[1]["recurrence_of"] == before
        pages.send(dara, page, KEEP, recurrence_of="")
        assert case_of(program, held["draft"]).finding.recurrence_of is None
        wrong = pages.send(dara, dara.get(f"/findings/{held['draft']}/edit").text, KEEP, recurrence_of="KH-1")
        assert wrong.status_code == 422
        assert "No finding has this reference." in pages.text(wrong.text)


class TestWhere:
    def test_where_somebody_logged_last_comes_first(self, program: Program) -> None:
        dara = program.browser("Dara")
        program.cast.draft(program.clock.now(), site="hospital")
        assert "open finding" not in pages.text(dara.get("/findings/new").text)
        program.cast.open_finding(program.clock.now(), site="hospital")
        page = dara.get("/findings/new").text
        assert "Cambodia One open finding" in pages.text(page)
        assert "Where you logged last" in pages.text(page)
        assert "Battambang Referral Hospital" in pages.text(page)
        assert "Ta Pung Health Centre" not in pages.text(page)

    def test_areas_are_found_in_the_same_field(self, program: Program) -> None:
        dara = program.browser("Dara")
        part = dara.get("/findings/new?find=batt", headers=HTMX).text
        area = f"area:{program.cast.areas['province']}"
        assert f'value="{area}"' in part
        held = writing(dara, "/findings/new", site=area)[1]
        finding = case_of(program, held["draft"]).finding
        assert (finding.site_id, finding.area_id) == (None, program.cast.areas["province"])
        assert pages.form(dara.get(f"/findings/{held['draft']}/edit").text, KEEP)[1]["site"] == area

    @pytest.mark.parametrize(
        "site", ["nowhere", "area:", "area:nowhere", "01a2079a-0000-7000-8000-000000000000"]
    )
    def test_no_place_is_a_sentence(self, program: Program, site: str) -> None:
        dara = program.browser("Dara")
        answer = pages.send(dara, dara.get("/findings/new").text, KEEP, site=site, title="No water")
        assert answer.status_code == 422
        said = pages.text(answer.text)
        assert "Choose a place from the list." in said or "There is no such site in this programme." in said

    def test_the_nearest_come_first_and_the_position_is_kept_nowhere(
        self, program: Program, capsys: pytest.CaptureFixture[str]
    ) -> None:
        near = {"go": "near", "latitude": "13.107", "longitude": "103.198"}
        district = program.cast.areas["district"]
        with program.cast.writing("Sokha", program.clock.now()) as unit:
            for name, latitude in (("Far Post", 13.4), ("Near Post", 13.11)):
                places.add_site(unit, name=name, area_id=district, latitude=latitude, longitude=103.2)
        before = how_many(program)
        answer = program.browser("Dara").post("/findings/new", data=near, headers=HTMX)
        assert answer.status_code == 200
        assert answer.text.lstrip().startswith('<div id="sites">')
        said = pages.text(answer.text)
        assert "Nearest to where you are" in said
        assert said.index("Near Post 0.4 km away") < said.index("Far Post 32.6 km away")
        assert how_many(program) == before
        typed = pages.text(
            program.browser("Dara")
            .post("/findings/new", data={"look": "yes", "find": "13,107; 103,198"})
            .text
        )
        assert "Nearest to 13.10700, 103.19800" in typed
        assert typed.index("Near Post 0.4 km away") < typed.index("Far Post 32.6 km away")
        asked = program.browser("Dara").get("/findings/new?find=13.107,103.198", headers=HTMX)
        assert "Near Post 0.4 km away" in pages.text(asked.text)
        nowhere = program.browser("Dara").get("/findings/new?find=103.198,13.107", headers=HTMX)
        assert "A position has a latitude from -90 to 90" in pages.text(nowhere.text)
        assert not {"13.107", "103.198"} & set(re.findall(r"[\d.]+", capsys.readouterr().out))

    @pytest.mark.parametrize("latitude", ["", "north", "91", "nan", "inf"])
    def test_no_position_is_a_sentence(self, program: Program, latitude: str) -> None:
        near = {"go": "near", "latitude": latitude, "longitude": "1"}
        answer = program.browser("Dara").post("/findings/new", data=near, headers=HTMX)
        assert answer.status_code == 200
        assert "position" in pages.text(answer.text)


class TestPhotos:
    def test_several_come_at_once_without_where_they_were_taken(self, program: Program) -> None:
        dara = program.browser("Dara")
        ref = program.cast.draft(program.clock.now()).ref
        page = dara.get(f"/findings/{ref}/edit?step=6").text
        action, filled = pages.form(page, KEEP)
        sent = [("file", (f"{n}.jpg", photo(), "image/jpeg")) for n in (1, 2)]
        answer = dara.post(action, data={**filled, "go": "here", "caption": "The empty shelf"}, files=sent)
        assert answer.headers["location"] == f"/findings/{ref}/edit?step=6"
        shown = case_of(program, ref).evidence.values()
        assert [e.caption for e in shown] == ["The empty shelf"] * 2
        store = program.app.state.house.evidence
        assert all(b"Canary" not in store.get(e.sha256) for e in shown)
        page = dara.get(answer.headers["location"]).text
        assert len(set(re.findall(r"/evidence/[\w-]+/small", page))) == 2
        assert re.search(r"\d+ (bytes|kB)", pages.text(page))

    def test_one_that_is_none_takes_no_other_away(self, program: Program) -> None:
        dara = program.browser("Dara")
        page = dara.get("/findings/new").text
        action, filled = pages.form(page, KEEP)
        sent = [("file", ("good.jpg", photo(), "image/jpeg")), ("file", ("bad.jpg", b"<html>", "image/jpeg"))]
        answer = dara.post(action, data={**filled, "title": "Empty shelf"}, files=sent)
        assert answer.status_code == 422
        assert "bad.jpg was not added: Send a picture" in pages.text(answer.text)
        assert "6 of 6" in pages.text(answer.text)
        ref = pages.form(answer.text, KEEP)[0].split("/")[2]
        assert [e.media_type for e in case_of(program, ref).evidence.values()] == ["image/jpeg"]
        assert pages.send(dara, answer.text, KEEP).status_code == 303


def test_how_serious_is_said_with_the_programmes_own_windows(program: Program) -> None:
    """R5."""
    said = pages.text(program.browser("Dara").get("/findings/new").text)
    assert (
        "To say it was received: 2 working days. To agree what is done: 5 working days. To put it right: 7 working days."
        in said
    )
    assert "To put it right: until the end of the next round." in said
