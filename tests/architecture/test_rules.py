"""Has every rule of docs/rules.md a test that names it?"""

import re
from pathlib import Path

from tests.architecture.generated import DOCS

TESTS = Path(__file__).parents[1]
NAMED = re.compile(
    r"(?:(?<![A-Za-z\d_])R|(?<=_)r)(\d+)(?![A-Za-z\d])"
)  # R12 in words, _r12_ in a test's name
LATER = {
    "R36": "sealing the ledger: needs the weekly digest that carries the seals",
    "R40": "acting without an account: needs signed links in letters",
    "R41": "the reporter's identity: nothing stores one yet",
    "R42": "suppressed counts: nothing is shown outside a programme yet",
    "R43": "safety mode: letters, public pages and exports come first",
    "R44": "checked language: the list of terms comes with the writing aids",
    "R45": "bundled letters: notices wait in the outbox until there is delivery",
}


def rules() -> list[str]:
    return re.findall(r"^- \*\*(R\d+)\*\*", (DOCS / "rules.md").read_text(encoding="utf-8"), re.MULTILINE)


def test_the_rules_are_numbered_without_a_gap() -> None:
    assert rules() == [f"R{number}" for number in range(1, 46)]


def test_every_rule_has_a_test_that_names_it() -> None:
    named = {
        f"R{number}"
        for file in TESTS.rglob("test_*.py")
        if file.parent.name != "architecture"
        for number in NAMED.findall(file.read_text(encoding="utf-8"))
    }
    missing = [rule for rule in rules() if rule not in named and rule not in LATER]
    assert not missing, f"No test names {', '.join(missing)}"
    assert not named - set(rules()), "A test names a rule that does not exist"
