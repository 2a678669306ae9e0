"""Does an answer by link need its second step, happen once, and stand in the record as its holder's? (R40)"""

from typing import Any

from clm_tracker.domain import links as law
from clm_tracker.domain.cases import Finding
from tests import links as given
from tests.pseudo import TAG
from tests.web.program import SAME, Program
from tests.web.reader import ONCE, Reader, a_picture, an_agreed_action, everything, last, lines
from tests.web.seen import folded, is_data, lines_of, said_by, written


class TestAnswering:
    def test_needs_the_form_of_the_second_step(
        self, program: Program, reader: Reader, finding: Finding
    ) -> None:
        """R40: what another page, program or link sends is refused, and changes nothing."""
        other = Reader(program, given.a_link(program.cast, program.clock.now(), finding.id))
        hidden, before = reader.form("/acknowledge"), lines(program)
        strange = other.form("/acknowledge")["once"]
        for sent in ({}, {"once": "x"}, {"once": "x.y"}, {"once": strange}, {**hidden, "once": ""}):
            for headers in ({}, SAME, {"Origin": "null"}, {"Origin": "https://elsewhere.example"}):
                assert reader.post("/acknowledge", sent, headers=headers).status_code == 403
            program.clock.set(program.clock.now() + law.WINDOW)
        assert reader.client.post(reader.at("/acknowledge"), json=hidden).status_code == 403
        assert reader.client.put(reader.at("/acknowledge"), data=hidden).status_code == 405
        assert lines(program) == before
        # A browser says "null" where the page keeps its address to itself.
        done = reader.post("/acknowledge", hidden, headers={"Origin": "null"})
        assert done.status_code == 303, done.text

    def test_twice_by_a_double_click_is_once(self, program: Program, reader: Reader) -> None:
        """R40: the second gets the first one's answer."""
        hidden = reader.form("/acknowledge")
        first = reader.post("/acknowledge", hidden)
        before = lines(program)
        second = reader.post("/acknowledge", hidden)
        assert (first.status_code, first.headers["location"]) == (303, "received")
        assert (second.status_code, second.headers["location"]) == (303, "received")
        assert second.headers["idempotency-replayed"] == "true"
        assert lines(program) == before

    def test_on_two_devices_says_who_was_first(self, program: Program, reader: Reader) -> None:
        """R40: the link is one, the forms are two."""
        phone, laptop = reader.form("/acknowledge"), reader.form("/acknowledge")
        assert reader.post("/acknowledge", phone).status_code == 303
        before = lines(program)
        late = reader.post("/acknowledge", {**laptop, "note": "We write to the laboratory."})
        assert late.status_code == 409
        assert "Sophea acknowledged the finding." in late.text
        assert "We write to the laboratory." in late.text
        assert lines(program) == before

    def test_is_followed_by_a_receipt(self, reader: Reader) -> None:
        """R40: what is on record, and what comes next; before there is something, the finding."""
        assert reader.get("/received").headers["location"] == reader.at("")
        done = reader.client.post(reader.at("/acknowledge?in=km"), data=reader.form("/acknowledge"))
        assert done.headers["location"] == "received?in=km"
        page = reader.client.get(reader.at("/acknowledge?in=km")).text
        assert f'href="{reader.at("?in=km")}"' in page
        page = reader.get("/received").text
        assert "Sophea acknowledged the finding." in page
        assert "The next step is to agree with the community" in page
        assert "owes a corrective action agreed with the community" in page

    def test_that_was_given_another_way_meanwhile_leads_to_what_stands(
        self, program: Program, finding: Finding
    ) -> None:
        """R40: two letters, two links; the form of the second was open when it was received by the first."""
        first, second = (
            Reader(program, given.a_link(program.cast, program.clock.now(), finding.id)) for _ in range(2)
        )
        hidden = second.form("/acknowledge")
        assert first.answer("/acknowledge").status_code == 303
        assert second.client.post(second.at("/acknowledge"), data=hidden).headers["location"] == "received"
        page = second.client.get(second.at("/received"), follow_redirects=True)
        assert page.status_code == 200
        assert finding.ref in page.text
        assert "/acknowledge" not in page.text

    def test_that_was_given_is_shown_to_whoever_comes_back_to_its_form(self, reader: Reader) -> None:
        """R40: by the button of a browser, or by an address that was kept."""
        assert "Answered by this link" not in reader.get("/acknowledge").text
        assert reader.answer("/acknowledge").status_code == 303
        page = reader.get("/acknowledge").text
        assert "Answered by this link" in page
        assert "Sophea acknowledged the finding." in page
        assert "Back to the finding" in page
        assert "Answered by this link" not in reader.get("/propose").text

    def test_does_each_thing_that_a_post_may_do(
        self, program: Program, reader: Reader, finding: Finding
    ) -> None:
        """R40: by the same commands, in the name of the holder, with the link on each line."""
        cast, ref = program.cast, finding.ref
        dara = program.api("Dara")

        def by_link(kind: str) -> dict[str, Any]:
            line = last(program, kind)
            assert (line.link_id, line.actor_name, line.actor_role) == (
                reader.link_id,
                "Sophea",
                "duty_bearer",
            )
            return line.facts

        assert reader.answer("/acknowledge", note="Thank you.").status_code == 303
        by_link("acknowledged")
        assert reader.answer("/reply", text="The laboratory was closed.").status_code == 303
        by_link("replied")
        assert "The laboratory was closed." in reader.get().text
        first = reader.answer("/propose", what="Send the samples again", due_on="2026-03-20")
        assert first.status_code == 303, first.text
        by_link("action_proposed")
        assert "It holds once both sides agree." in reader.get("/received").text
        mine = str(last(program, "action_proposed").changes[0]["id"])
        theirs = dara.post(
            f"/api/v1/findings/{ref}/actions", json={"what": "Train the staff", "due_on": "2026-03-25"}
        ).json()["id"]
        assert (
            reader.answer(
                f"/actions/{theirs}/change", what="Train two nurses", due_on="2026-03-27"
            ).status_code
            == 303
        )
        by_link("action_changed")
        assert dara.post(f"/api/v1/actions/{theirs}/accept", json={}).status_code == 200
        again = dara.patch(
            f"/api/v1/actions/{mine}",
            json={"what": "Send all samples again", "due_on": "2026-03-18", "how_checked": "We ask & look"},
        )
        assert again.status_code == 200, again.text
        assert "How it is checked: We ask &amp; look" in reader.get().text
        assert reader.answer(f"/actions/{mine}/accept").status_code == 303
        by_link("action_agreed")
        page = reader.get().text
        assert "It is done: Send all samples again" in page
        more = reader.answer(
            f"/actions/{mine}/ask-extension", due_on="2026-03-24", reason="The road is flooded."
        )
        assert more.status_code == 303, more.text
        by_link("extension_asked")
        hidden = reader.form(f"/actions/{mine}/report-done")
        done = reader.post(
            f"/actions/{mine}/report-done",
            {**hidden, "note": "All samples were sent."},
            files={"file": ("IMG_1.jpg", a_picture(), "image/jpeg")},
        )
        assert (done.status_code, done.headers["location"]) == (303, "../../received"), done.text
        by_link("action_reported")
        assert by_link("evidence_attached")["purpose"] == "completion"
        assert "reported done" in reader.get("/received").text
        to = str(cast.posts["district"])
        assert (
            reader.answer("/propose-transfer", duty_bearer=to, reason="The district pays for it.").status_code
            == 303
        )
        by_link("transfer_proposed")

    def test_refuses_with_a_reason(self, program: Program, reader: Reader) -> None:
        """R19, R40."""
        empty = reader.answer("/refuse", reason="")
        assert empty.status_code == 422
        done = reader.answer("/refuse", reason="There is no budget.", outside_power="yes")
        assert done.status_code == 303, done.text
        assert last(program, "refused").link_id == reader.link_id

    def test_keeps_what_was_typed(self, reader: Reader) -> None:
        """R40: with the error at its field, and a new key in the form."""
        back = reader.answer("/propose", what="Send the samples again", due_on="soon")
        assert back.status_code == 422
        assert "Send the samples again" in back.text
        assert "Write a day like 2026-03-31." in back.text
        assert ONCE.search(back.text)

    def test_with_a_file_that_is_none_says_so(
        self, program: Program, reader: Reader, finding: Finding
    ) -> None:
        """R17, R40: the same checks as for everybody."""
        action = an_agreed_action(program, reader, finding)
        hidden = reader.form(f"/actions/{action}/report-done")
        for content in (b"not a picture", b"", b"PK\x03\x04" + b"\0" * 50):
            sent = reader.post(
                f"/actions/{action}/report-done",
                {**hidden, "note": "Done."},
                files={"file": ("a.jpg", content, "image/jpeg")},
            )
            assert sent.status_code == 422, sent.status_code
        assert everything(program)[0] == lines(program)


HOSTILE = ("\0", "\ud800".encode("utf-8", "surrogatepass"), "9" * 400, "<script>alert(1)</script>", "2026-02-31", "0001-01-01", "-1", "{who}", "ក" * 30_000)  # fmt: skip


def test_r38_nothing_that_is_sent_is_a_mistake_of_ours(
    abroad: Program, reader: Reader, finding: Finding
) -> None:
    """R38: each field of each form with each harmful value, and forms that are none; each answer in the reader's language."""
    program, said, untold = abroad, set[str](), set[str]()
    action = an_agreed_action(program, reader, finding)
    paths = ("/acknowledge", "/propose", "/propose-transfer", "/refuse", "/reply", f"/actions/{action}/report-done", f"/actions/{action}/ask-extension", "/actions/x/accept", f"/actions/{action}/change", "/again", "/not-me")  # fmt: skip
    fields = (
        "note",
        "what",
        "due_on",
        "duty_bearer",
        "reason",
        "text",
        "version",
        "seen",
        "back",
        "outside_power",
        "file",
    )
    once = reader.form("/reply")["once"]
    for body, kind in (
        (b"--x", "multipart/form-data; boundary=x"),
        (b"\xff=\xfe", "application/x-www-form-urlencoded"),
        (b"", "multipart/form-data"),
        (b"{", "application/json"),
    ):
        raw = reader.client.post(reader.at("/acknowledge"), content=body, headers={"Content-Type": kind})
        assert raw.status_code in {403, 422}, raw.status_code
    for n, path in enumerate(paths):
        done = {200, 303} if path == "/not-me" else {303}  # which comes last: the link ends with it
        for m, value in enumerate(HOSTILE):
            program.clock.set(program.clock.now() + law.WINDOW)
            for sent in (
                {**dict.fromkeys(fields, value), "once": once},
                {fields[(n + m) % len(fields)]: value, "once": once},
            ):
                answer = reader.client.post(reader.at(f"{path}?in={TAG if m % 2 else m}"), data=sent)
                if m % 2:
                    echo = lines_of(str(value))
                    untold |= {one for one in said_by(answer, said) if folded(one) not in echo}
                assert answer.status_code in {*done, 403, 404, 409, 410, 413, 422}, (
                    path,
                    value[:20],
                    answer.text[:500],
                )
                assert "<script>alert" not in answer.text
                to = answer.headers.get("location", "received")
                assert "://" not in to
                assert not to.startswith("//")
    with program.cast.reading("engine", program.clock.now()) as look:
        known = written(look)
    assert [text for text in untold if not is_data(text, known)] == []
