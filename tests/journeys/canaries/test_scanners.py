"""Does anything change because a mail program or a scanner opens what stands in a letter? (R40)"""

import re
from html import unescape

from tests.journeys.canaries.living import Life
from tests.web.program import BASE

ADDRESS = re.compile(r"https?://[^\s\"'<>)\]]+")
# What scanners, mail programs and browsers send that look ahead.
AHEAD: tuple[dict[str, str], ...] = (
    {},
    {"Purpose": "prefetch", "Sec-Purpose": "prefetch;prerender"},
    {"X-Moz": "prefetch", "User-Agent": "Mozilla/5.0 (compatible; BarracudaSentinel)"},
    {"Sec-Fetch-Site": "cross-site", "Sec-Fetch-Mode": "navigate", "Referer": "https://mail.example.org/"},
)
# How often a link was opened is counted, so that nobody tries words (R40); no record changes by it.
COUNTED = {"link_counts"}


def test_r40_every_address_in_every_letter_opened_by_machines_changes_nothing(life: Life) -> None:
    """R40: by GET and HEAD, twice, looking ahead, and by somebody who is signed in."""
    life.log()
    life.days(2)
    life.escalate()
    life.through()
    addresses: dict[str, None] = {}
    for parcel in life.parcels:
        for said in (parcel.text, unescape(parcel.html)):
            addresses |= dict.fromkeys(a.rstrip(".,;") for a in ADDRESS.findall(said) if a.startswith(BASE))
    assert len(addresses) >= 10
    assert any("/a/" in one for one in addresses)
    browsers = [life.program.browser(name) for name in (None, "Sophea")]
    before = _rows(life)
    opened = 0
    for client in browsers:
        for at in addresses:
            for headers in AHEAD:
                for method in ("GET", "HEAD", "GET", "OPTIONS"):
                    answer = client.request(method, at, headers=headers)
                    assert answer.status_code < 500, (method, at)
                    opened += answer.status_code == 200
    assert opened > 50
    assert _rows(life) == before


def _rows(life: Life) -> dict[str, list[str]]:
    """Every row of every table but the counts, in an order of its own."""
    found: dict[str, list[str]] = {}
    for where, value in life.rows():
        table = where.partition(".")[0]
        if table not in COUNTED:
            found.setdefault(where, []).append(str(value))
    return {where: sorted(values) for where, values in found.items()}
