"""Does every page say where in the program it is? The list of pages is the program's, so a new one is asked the day it is made."""

from tests.web import things
from tests.web.markup import Document
from tests.web.program import Program
from tests.web.test_doors import every_door

NOWHERE = {
    "/gallery",  # components, for whoever builds
    "/language",
    "/sign-in",
}


def test_every_page_marks_one_way_as_the_one_to_itself(program: Program) -> None:
    of = things.make(program)
    parts = {"actions": of["action_id"], "obligations": of["obligation_id"], "proposals": of["proposal_id"]}
    seen, unmarked = 0, []
    for name in ("Sokha", "Dara"):
        browser = program.browser(name)
        for door in every_door(program):
            if door.method != "GET" or door.is_api or door.rule.by_link or door.path in NOWHERE:
                continue
            part = parts.get(door.path.split("/")[1], "")
            page = browser.get(door.at({**of, "key": "high", "severity": "high", "part": part}))
            if page.status_code != 200 or '<nav class="nav"' not in page.text:
                continue
            seen += 1
            ways = [
                a.attributes["href"] for a in Document(page.text).all("a") if a.attributes.get("aria-current")
            ]
            if not ways:
                unmarked.append((name, door.path))
    assert not unmarked, "\n".join(sorted({path for _, path in unmarked}))
    assert seen > 100
