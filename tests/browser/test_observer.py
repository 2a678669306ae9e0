"""Does an observer see totals and no single finding, and does each refused page say why? (R39)"""

import re

import pytest
from playwright.sync_api import expect

from tests.browser.seats import LAPTOP, PHONE, Seats

REFUSED = (
    ("/findings", "Observers see totals, not single findings."),
    ("/findings/KH-2026-0048", "Observers see totals, not single findings."),
    ("/findings/new", "Your role in this programme does not include this."),
    ("/imports", "Only a coordinator imports data."),
)


@pytest.mark.parametrize("js", [True, False], ids=["script", "no script"])
@pytest.mark.parametrize("width", [PHONE, LAPTOP])
def test_totals_and_no_single_finding(page_as: Seats, js: bool, width: int) -> None:
    page = page_as("observer", width, js=js)
    page.goto("/")
    expect(page.locator("main")).to_contain_text("Observers see totals")
    for name in ("Findings", "Log a finding", "Decisions", "Set-up"):
        expect(page.get_by_role("link", name=name, exact=True)).to_have_count(0)
    page.get_by_role("main").get_by_role("link", name="Duty bearers", exact=True).click()
    expect(page.locator("main tbody tr").first.locator("td").last).to_have_text(re.compile(r"^\d+"))
    expect(page.locator('main a[href*="/findings"]')).to_have_count(0)
    page.locator("main tbody a").first.click()
    expect(page.get_by_role("region", name="Its record")).to_be_visible()
    expect(page.locator('main a[href*="/findings"]')).to_have_count(0)


@pytest.mark.parametrize(("address", "why"), REFUSED, ids=[address for address, _why in REFUSED])
def test_a_refused_page_says_why_and_leads_back(page_as: Seats, address: str, why: str) -> None:
    page = page_as("observer", PHONE)
    answer = page.goto(address)
    assert answer is not None
    assert answer.status == 403
    expect(page.get_by_role("heading", level=1)).to_have_text("Not for you to do")
    expect(page.locator("main")).to_contain_text(why)
    page.get_by_role("link", name="Back to the start").click()
    expect(page.locator("main")).to_contain_text("Observers see totals")
