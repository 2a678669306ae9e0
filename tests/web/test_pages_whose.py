"""Can every post be chosen where there are hundreds, by typing a part of its name, and is bad typing told and nothing lost? (R3, R4, R29)"""

import re

import pytest

from clm_tracker.commands import duty_bearers, places
from clm_tracker.db import load
from clm_tracker.domain.cases import Finding
from clm_tracker.web.pages.acts.whose import MOST_POSTS
from tests.cast import SOPHEA
from tests.web import pages
from tests.web.program import Program
from tests.web.reader import Reader

LAST = f"Chief, Health Post {MOST_POSTS + 9}"
WHY = "They run the laboratory"


@pytest.fixture
def crowd(program: Program) -> dict[str, str]:
    """More posts than a list has room for: the last of them, and twins that only their themes tell apart."""
    cast, made = program.cast, {}
    with program.cast.writing("Sokha", program.clock.now()) as unit:
        for n in range(MOST_POSTS + 10):
            named = f"Health Post {n}"
            made[f"Chief, {named}"] = duty_bearers.add(
                unit, title="Chief", institution=named, level="site", area_id=cast.areas["province"]
            )
        for theme in ("care", "mental"):
            made[theme] = duty_bearers.add(
                unit,
                title="Midwife",
                level="site",
                site_id=cast.sites["hospital"],
                themes=[cast.themes[theme]],
            )
    return {name: str(id) for name, id in made.items()}


def owes(program: Program, ref: str) -> tuple[str | None, str | None]:
    """Who owes it, and to whom it would be handed over."""
    with program.cast.reading("Sokha", program.clock.now()) as look:
        f = load.case(look, ref, lock=False).finding
    return str(f.duty_bearer_id), str(f.transfer_to) if f.transfer_to else None


def test_r3_any_of_hundreds_is_named_by_a_part_of_its_name(program: Program, crowd: dict[str, str]) -> None:
    """R3: by whoever opens a finding, and by the coordinator where routing found nobody."""
    cast, now = program.cast, program.clock.now()
    dara, sokha = program.browser("Dara"), program.browser("Sokha")
    ref = cast.draft(now).ref
    page = dara.get(f"/findings/{ref}/open").text
    assert "Left empty: Chief, Ta Pung Health Centre, as routing finds." in pages.text(page)
    no = pages.send(dara, page, "Open the finding", duty_bearer="Post 3", reason=WHY)
    assert (no.status_code, "have this in their name, such as" in pages.text(no.text)) == (422, True)
    kept = pages.form(no.text, "Open the finding")[1]
    assert (kept["duty_bearer"], kept["reason"]) == ("Post 3", WHY), "nothing is lost"
    done = pages.send(dara, no.text, "Open the finding", duty_bearer=LAST.lower())
    assert done.status_code == 303, pages.text(done.text)
    assert owes(program, ref)[0] == crowd[LAST]

    with cast.writing("Sokha", now) as unit:
        elsewhere = places.add_area(unit, name="Elsewhere", level="country")
    cast.areas["elsewhere"] = elsewhere  # type: ignore[index]
    lost = cast.draft(now, site=None, area="elsewhere").ref
    pages.send(dara, dara.get(f"/findings/{lost}/open").text, "Open the finding")
    page = sokha.get(f"/findings/{lost}/name-duty-bearer").text
    for typed, sentence in (("", "This is needed."), ("Nobody", "Nothing here is called “Nobody”.")):
        no = pages.send(sokha, page, "Name this duty bearer", duty_bearer=typed, reason=WHY)
        assert (no.status_code, sentence in pages.text(no.text)) == (422, True)
    no = pages.send(sokha, page, "Name this duty bearer", duty_bearer="Midwife", reason=WHY)
    care, mental = (
        f"Midwife (Battambang Referral Hospital, {t})" for t in ("Care and treatment", "Mental health")
    )
    several = f"Several have this in their name: {care} and {mental}. Write the whole name."
    assert pages.text(no.text).count(several) == 1, "each can be told from the other, and this is said once"
    done = pages.send(sokha, page, "Name this duty bearer", duty_bearer=mental, reason=WHY)
    assert done.status_code == 303, pages.text(done.text)
    assert owes(program, lost)[0] == crowd["mental"]


def test_r4_a_transfer_goes_to_any_of_hundreds(
    program: Program, finding: Finding, reader: Reader, crowd: dict[str, str]
) -> None:
    """R4: with an account and by link alike; the likely ones are offered under the line."""
    ref = finding.ref
    for sophea, at in (
        (program.browser(SOPHEA), f"/findings/{ref}/propose-transfer"),
        (reader.client, reader.at("/propose-transfer")),
    ):
        page = sophea.get(at).text
        offered = re.findall(r'<option value="([^"]+)"></option>', page)
        assert offered[0] == "Director, Operational District (Thma Koul)", "the post above comes first"
        assert len(offered) < len(crowd) / 2, "few enough for a phone"
        if sophea is reader.client:
            assert "hx-" not in page, "no script runs there"
        else:
            while_typing = sophea.get(
                at, params={"duty_bearer": "ＰＯＳＴ 30"}, headers={"HX-Request": "true"}
            ).text
            fit = [f"Chief, Health Post {n} (Battambang)" for n in (30, *range(300, 310))]
            assert while_typing == "".join(f'<option value="{one}"></option>' for one in fit)
        press = "Say that it is theirs"
        both = pages.send(sophea, page, press, duty_bearer=LAST, unknown="yes", reason=WHY)
        assert "Either name the post, or say that you do not know." in pages.text(both.text)
        kept = pages.form(both.text, press)[1]
        assert (both.status_code, kept["duty_bearer"], kept["unknown"]) == (422, LAST, "yes")
        done = pages.send(sophea, page, press, duty_bearer=LAST, reason=WHY)
        assert done.status_code == 303, pages.text(done.text)
        assert owes(program, ref)[1] == crowd[LAST]


def test_r29_any_of_hundreds_may_stand_above_a_post(program: Program, crowd: dict[str, str]) -> None:
    """R29."""
    sokha = program.browser("Sokha")
    at = f"/duty-bearers/{program.cast.posts['hospital']}/change"

    def offered(name: str, typed: str) -> list[str]:
        part = sokha.get(at, params={name: typed}, headers={"HX-Request": "true"})
        return re.findall(r'<option value="([^"]+)"></option>', part.text)

    assert offered("superior", LAST.lower()) == [f"{LAST} (Battambang)"]
    assert offered("site", "ta p") == ["Ta Pung Health Centre (Thma Koul)"]
    assert offered("site", "x" * 200) == []
    done = pages.send(sokha, sokha.get(at).text, "Keep the change", superior=LAST)
    assert done.status_code == 303, pages.text(done.text)
    with program.cast.reading("Sokha", program.clock.now()) as look:
        assert str(look.rules.posts[program.cast.posts["hospital"]].superior_id) == crowd[LAST]
