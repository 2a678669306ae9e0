"""Does the calendar of the coming weeks lead to what it tells of, for everybody who may see findings? (R34, R38)"""

from tests.cast import SOPHEA
from tests.web import pages
from tests.web.program import Program


def test_each_entry_leads_to_its_finding(program: Program) -> None:
    ref = program.cast.open_finding(program.clock.now()).ref
    for name in ("Dara", SOPHEA, "Bopha", "Sokha"):
        html = program.browser(name).get("/next").text
        said = pages.text(html)
        assert "What happens next" in said
        assert "If nobody does anything." in said
        assert f'href="/findings/{ref}"' in html
        assert 'href="#day-2026-03-09"' in html
        assert 'id="day-2026-03-09"' in html
        assert "Reminder and dialogue; Chief, Ta Pung Health Centre: an acknowledgement" in said
    assert program.browser("Phal").get("/next").status_code == 403


def test_weeks_days_and_filters_stand_in_the_address(program: Program) -> None:
    ref = program.cast.open_finding(program.clock.now()).ref
    dara = program.browser("Dara")
    assert "Nothing falls due in these weeks" in pages.text(dara.get("/next?mine=yes").text)
    html = dara.get("/next?from=2026-04-06").text
    assert "Mon 6 April" in pages.text(html)
    assert 'href="/next?from=2026-03-02"' in html
    day = pages.text(dara.get("/next?day=2026-03-09").text)
    assert "Monday 9 March" in day
    assert ref in day
    for nonsense in (
        "from=2020-01-01",
        "from=soon",
        "day=9999-12-31",
        "day=2026-02-30",
        "area=x&theme=y",
        "mine=no",
    ):
        assert dara.get(f"/next?{nonsense}").status_code == 200
    assert dara.get(f"/next?area={program.cast.people['Dara']}").status_code == 200
    said = pages.text(dara.get(f"/next?theme={program.cast.people['Dara']}").text)
    assert "unknown ×" in said, "a filter of what is not there can be taken off"
