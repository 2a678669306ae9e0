"""Does the code keep to the rules that are this program's own, and that no ordinary linter knows?

Each rule says what it flags, is tried on a good and a bad example, and lists its exceptions with their reasons; an
exception that nothing needs any more fails too.
"""

import ast
import re
import sys
import tomllib
from collections.abc import Callable, Iterator, Mapping
from functools import cache

import pytest

from tests.architecture.test_files import ROOT

SRC = ROOT / "src" / "clm_tracker"
GUARDED = {"FindingRow", "ObligationRow", "ActionRow", "EvidenceRow", "ProposalRow", "LedgerRow", "NoticeRow"}
GUARDS = {"visible", "condition"}
Rule = Callable[[str], Iterator[str]]


@cache
def parse(source: str) -> ast.Module:
    """Each file once for all rules."""
    return ast.parse(source)


def name(node: ast.expr) -> str:
    if isinstance(node, ast.Attribute):
        return node.attr
    return node.id if isinstance(node, ast.Name) else ""


def calls(tree: ast.AST) -> Iterator[ast.Call]:
    return (node for node in ast.walk(tree) if isinstance(node, ast.Call))


def ends_a_transaction(source: str) -> Iterator[str]:
    """Law 6: only the unit commits. A handler that committed by itself would leave half a change behind."""
    for call in calls(parse(source)):
        if isinstance(call.func, ast.Attribute) and call.func.attr in {"commit", "rollback", "begin_nested"}:
            yield call.func.attr


def asks_unguarded(source: str) -> Iterator[str]:
    """R38: a query on what belongs to findings starts at `db.visible`, or it shows them to people who may not know.

    That of a function, and that which a module puts together once.
    """
    tree = parse(source)
    guarded = aliases(tree)
    once = {
        node: node.targets[0] if isinstance(node, ast.Assign) else node.target
        for node in tree.body
        if isinstance(node, ast.Assign | ast.AnnAssign)
    }
    for node in ast.walk(tree):
        if not (isinstance(node, ast.FunctionDef) or node in once):
            continue
        asked = {
            name(part)
            for call in calls(node)
            if name(call.func) in {"select", "select_from", "exists", "union"}
            for part in ast.walk(call)
            if isinstance(part, ast.expr)
        }
        named = {name(part) for part in ast.walk(node) if isinstance(part, ast.expr)}
        if asked & guarded and not named & GUARDS:
            yield node.name if isinstance(node, ast.FunctionDef) else ast.unparse(once[node])


def aliases(tree: ast.Module) -> set[str]:
    """What the guarded tables are called in this file, by however many names in a row."""
    guarded = set(GUARDED)
    # By line: a name stands before what is named after it.
    for node in sorted((n for n in ast.walk(tree) if isinstance(n, ast.Assign)), key=lambda n: n.lineno):
        for target, value in pairs(node):
            if isinstance(target, ast.Name) and guarded & {name(value), *map(name, given(value))}:
                guarded.add(target.id)
    return guarded


def pairs(node: ast.Assign) -> Iterator[tuple[ast.expr, ast.expr]]:
    target, value = node.targets[0], node.value
    if isinstance(target, ast.Tuple) and isinstance(value, ast.Tuple):
        yield from zip(target.elts, value.elts, strict=True)
    else:
        yield target, value


def given(value: ast.expr) -> list[ast.expr]:
    """What is given to `aliased` or `table_of`, whose columns are the table's too."""
    if isinstance(value, ast.Attribute) and value.attr == "c":
        value = value.value
    return value.args if isinstance(value, ast.Call) and name(value.func) in {"aliased", "table_of"} else []


def trusts_markup(source: str) -> Iterator[str]:
    """What people wrote is never taken for markup: no `Markup` of the program's own making outside the renderer."""
    for node in ast.walk(parse(source)):
        if isinstance(node, ast.expr) and name(node) == "Markup":
            yield "Markup"


def changes_the_ledger(source: str) -> Iterator[str]:
    """R35: an insert, update or delete on the ledger stands in `db/ledger.py` alone; imports do not see a statement."""
    for call in calls(parse(source)):
        if (
            name(call.func) in {"insert", "update", "delete"}
            and call.args
            and name(call.args[0]) == "LedgerRow"
        ):
            yield name(call.func)


def speaks_too_early(source: str) -> Iterator[str]:
    """A text is said when somebody reads it: at import nobody does. Mark it with `N_` there, or make it `Labels`."""
    tree = parse(source)
    later = {
        id(part)
        for node in ast.walk(tree)
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda)
        for inner in (node.body if isinstance(node.body, list) else [node.body])
        for part in ast.walk(inner)
    }
    for call in calls(tree):
        if name(call.func) in {"_", "plural", "counted"} and id(call) not in later:
            yield name(call.func)


def hides_a_text(source: str) -> Iterator[str]:
    """Catalogues find a text only where it is written as one: no f-string, no sum, no value already filled in.

    A text of one form may be marked with `N_` elsewhere and said by a variable; nothing marks a pair, so a pair stands here.
    """
    texts = {
        "_": slice(0, 1),
        "N_": slice(0, 1),
        "saying": slice(0, 1),
        "plural": slice(0, 2),
        "counted": slice(1, 3),
    }
    for call in calls(parse(source)):
        for given in call.args[texts.get(name(call.func), slice(0, 0))]:
            pair = name(call.func) in {"plural", "counted"}
            if isinstance(given, ast.JoinedStr | ast.BinOp | ast.Call) or (
                pair and not isinstance(given, ast.Constant)
            ):
                yield name(call.func)


def writes_english_into_the_ledger(source: str) -> Iterator[str]:
    """R35: what a line says is a `saying`; plain words stay English in every language, and no catalogue knows them."""
    says = {"record": 4, "put": 3, "change": 3, "SetUp": 2, "Recorded": 0}

    def is_plain(node: ast.expr) -> bool:
        if isinstance(node, ast.IfExp):
            return is_plain(node.body) or is_plain(node.orelse)
        return isinstance(node, ast.JoinedStr) or (
            isinstance(node, ast.Constant) and isinstance(node.value, str)
        )

    for function in ast.walk(parse(source)):
        if not isinstance(function, ast.FunctionDef):
            continue
        plain = {
            name(node.targets[0])
            for node in ast.walk(function)
            if isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name) and is_plain(node.value)
        }
        for call in calls(function):
            at = says.get(name(call.func), len(call.args))
            if any(is_plain(given) or name(given) in plain for given in call.args[at : at + 1]):
                yield function.name


def refuses_in_english(source: str) -> Iterator[str]:
    """A refusal is said by `_` or `counted`: plain words stay English in every language, and no catalogue knows them."""
    says = {"invalid": 1, "FieldError": 1, "NotNow": 1, "Gone": 1, "NotAllowed": 0, "Stale": 0, "Unseen": 0}
    for call in calls(parse(source)):
        at = says.get(name(call.func), len(call.args))
        if any(_is_written_out(given) for given in call.args[at : at + 1]):
            yield name(call.func)


def _is_written_out(said: ast.expr) -> bool:
    match said:
        case ast.JoinedStr() | ast.Constant():
            return True
        case ast.Call(func=ast.Attribute(value=text)):  # "…".format()
            return _is_written_out(text)
        case ast.BinOp(left=left, right=right):
            return _is_written_out(left) or _is_written_out(right)
        case ast.IfExp(body=body, orelse=other):
            return _is_written_out(body) or _is_written_out(other)
    return False


def takes_blanks_for_words(source: str) -> Iterator[str]:
    """What has to be said is asked of `names.is_seen`: invisible signs are as little of an answer as spaces are."""
    for node in ast.walk(parse(source)):
        asked: list[ast.expr] = []
        match node:
            case ast.If() | ast.IfExp():
                asked = [node.test]
            case ast.comprehension():
                asked = node.ifs
            case ast.UnaryOp(op=ast.Not()):
                asked = [node.operand]
            case ast.BoolOp():
                asked = node.values
        yield from (
            ast.unparse(one) for one in asked if isinstance(one, ast.Call) and name(one.func) == "strip"
        )


# rule: (its exceptions with their reasons, what it lets pass, what it flags)
RULES: dict[Rule, tuple[Mapping[str, str], str, str]] = {
    ends_a_transaction: (
        {
            "db/units.py: commit": "the one place",
            "jobs/parcels.py: rollback": "ends a look in which a letter could not be written, so that the others still are",
            "web/once.py: rollback": "ends a look, so that the next one sees what was committed since",
        },
        "def do(unit): unit.session.flush()",
        "def do(unit): unit.session.commit()",
    ),
    asks_unguarded: (
        {
            "cli/engine.py: outbox": "whoever holds the machine: the whole outbox",
            "cli/verify.py: verify": "whoever holds the machine: counts all findings",
            "commands/findings.py: _received": "the line of a case that the actor already holds",
            "commands/holding.py: stale": "who changed what the actor already holds",
            "commands/moving.py: _cases": "set-up moves the dates of a whole programme (`Act.SET_UP` was asked)",
            "commands/places.py: _holds": "how many are open in an area, for whoever sets up",
            "commands/programmes.py: has_findings": "whether there is any, for whoever sets up",
            "queries/ahead/asked.py: few_of_each": "takes from queries that begin at `visible`",
            "queries/approvers.py: _roles": "lines about roles, none about a finding",
            "queries/letters/digest.py: _counts": "counts queries that begin at `visible`",
            "queries/letters/digest.py: _totals": "counts of the whole programme, for whoever sees totals; few are not told",
            "queries/letters/digest.py: _to_mend": "counts what a coordinator mends, who sees all of the programme",
            "queries/feeds.py: _owed": "takes from queries that begin at `visible`",
            "queries/decisions.py: _counts": "counts queries that begin at `visible`",
            "queries/health.py: _broken": "the auditor looks at every programme",
            "queries/health.py: _limbo": "the auditor looks at every programme",
            "queries/health.py: _set_up_lately": "whether the newest lines tell of the set-up, for the auditor",
            "queries/health.py: parked": "the health page's own question, about every programme",
            "queries/ladders.py: _running": "counts by ladder, for whoever sets up",
            "queries/letters/batch.py: _lines": "the lines of the notices in a batch of letters; each says of them what its reader may see",
            "queries/letters/events_out.py: body": "another system that a coordinator named is told of all events",
            "queries/notices.py: _NOTICES": "asked with findings that begin at `visible`, or with a case loaded for the actor",
            "queries/post_records.py: _addressed": "a post's record is a total, for whom `may_see` allows it",
            "queries/post_records.py: _asked_of": "a post's record is a total, for whom `may_see` allows it",
            "queries/post_records.py: _loads": "the caller says which findings: visible ones, or totals",
            "queries/post_records.py: _promised": "a post's record is a total, for whom `may_see` allows it",
            "queries/timeline.py: LATEST": "the number of the newest line of all: about no finding",
            "queries/desk/questions.py: SAID_ELSEWHERE_AT": "of a finding that the query around it shows",
            "queries/timeline.py: _newest_of": "of the one finding whose case is loaded for the actor, at once or before",
            "queries/wordings.py: one": "who changed the words of a letter: set-up, about no finding",
            "queries/webhooks.py: log": "kinds of events that another system was told of, for whoever sets up",
            "queries/verify.py: differences": "compares every finding with its ledger",
        },
        "def titles(look): return visible(look).with_only_columns(FindingRow.title)",
        "f = aliased(FindingRow)\ndef titles(look): return select(f.title)",
    ),
    trusts_markup: (
        {"web/render.py: Markup": "a constant: the browser's configuration"},
        "def show(text): return escape(text)",
        "def show(text): return markupsafe.Markup(text)",
    ),
    changes_the_ledger: (
        {},
        "def line(): return insert(NoticeRow)",
        "def line(): return update(LedgerRow).values(kind='')",
    ),
    speaks_too_early: (
        {},
        "KINDS = Labels({1: N_('One')})\ndef say(): return _('One')",
        "KINDS = {1: _('One')}",
    ),
    hides_a_text: (
        {
            "kernel/cldr.py: plural": "hands on the pair that `counted` was given",
            "web/pages/set_up/place_parts.py: counted": "asks the queries how many there are; it says nothing",
        },
        "def say(n): return _('Told: {n}.').format(n=counted(n, 'one', '{n} of them'))",
        "def say(n, one, many): return counted(n, one, many)",
    ),
    writes_english_into_the_ledger: (
        {},
        "def end(unit):\n    what = saying('left')\n    changes.record(unit, act, 'person', id, what, {}, {})",
        "def end(unit):\n    what = 'left'\n    changes.record(unit, act, 'person', id, what, {}, {})",
    ),
    refuses_in_english: (
        {"delivery/carriers.py: invalid": "a setting and what its reader says of it, on the command line"},
        "def day(on): raise invalid('day', _('Choose a day.'))",
        "def day(on): raise invalid('day', 'Choose {first}.'.format(first=on))",
    ),
    takes_blanks_for_words: (
        {},
        "def close(reason):\n    if not is_seen(reason): raise invalid('reason', _('Say why.'))",
        "def close(reason):\n    if not reason.strip(): raise invalid('reason', _('Say why.'))",
    ),
}
# `db` is below the guard; the demonstration and the measurements look at what they built themselves. What is said is
# judged in domain and commands; elsewhere spaces are only read over.
BELOW: dict[Rule, tuple[str, ...]] = {
    asks_unguarded: ("db/", "demo/", "bench/"),
    refuses_in_english: ("demo/",),
    takes_blanks_for_words: (
        "bench/",
        "cli/",
        "db/",
        "delivery/",
        "intake/",
        "languages/",
        "queries/",
        "web/",
    ),
}


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.__name__)
def test_the_code_keeps_to(rule: Rule) -> None:
    allowed = RULES[rule][0]
    found = {
        f"{place}: {what}"
        for path in sorted(SRC.rglob("*.py"))
        if not (place := path.relative_to(SRC).as_posix()).startswith(BELOW.get(rule, ()))
        for what in rule(path.read_text(encoding="utf-8"))
    }
    assert not found - allowed.keys(), f"{rule.__doc__} Mend, or add the reason to the exceptions."
    assert not allowed.keys() - found, "Exceptions that nothing needs any more"


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.__name__)
def test_what_a_rule_lets_pass_and_flags(rule: Rule) -> None:
    _, good, bad = RULES[rule]
    assert list(rule(good)) == []
    assert list(rule(bad)) != []


UNESCAPED = re.compile(r"\|\s*safe\b|\bautoescape\s+false")


@pytest.mark.parametrize(
    "source",
    [
        "_LATEST = select(func.max(LedgerRow.seq))",
        "_L = tables.LedgerRow\n_KEPT = table_of(_L).c\n_LATEST: Any = select(func.max(_KEPT.seq))",
    ],
)
def test_r38_a_statement_of_a_module_is_seen_by_whatever_name_its_table_goes(source: str) -> None:
    assert list(asks_unguarded(source)) == ["_LATEST"]
    assert not list(asks_unguarded(source.replace("LedgerRow", "AreaRow")))


def test_templates_trust_nothing_that_people_wrote() -> None:
    """No template marks a text as safe: `ui` components are escaped once, by the engine."""
    trusting = [
        path.name
        for path in (ROOT / "templates").rglob("*.html")
        if UNESCAPED.search(path.read_text(encoding="utf-8"))
    ]
    assert not trusting
    assert UNESCAPED.search("{{ note | safe }}")
    assert UNESCAPED.search("{% autoescape false %}")


def test_every_import_is_declared_and_every_dependency_is_used() -> None:
    """What is imported is installed by the package itself, never only by a test or by another dependency's whim."""
    asked = {
        (node.module or "").split(".")[0] if isinstance(node, ast.ImportFrom) else alias.name.split(".")[0]
        for path in [*SRC.rglob("*.py"), ROOT / "migrations" / "env.py"]
        for node in ast.walk(parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Import | ast.ImportFrom)
        for alias in node.names
    }
    outside = asked - sys.stdlib_module_names - {"clm_tracker"}
    found = {NAMED_ELSE.get(module, module.replace("_", "-")) for module in outside} - THROUGH_OTHERS
    with (ROOT / "pyproject.toml").open("rb") as file:
        declared = {re.split(r"[\[<>=~!]", line)[0] for line in tomllib.load(file)["project"]["dependencies"]}
    assert found - declared == set()
    assert declared - found == NEVER_IMPORTED


NAMED_ELSE = {"PIL": "pillow", "docx": "python-docx", "dotenv": "python-dotenv"}
# Parts of a framework that it gives out under another name, at the version that it wants.
THROUGH_OTHERS = {"starlette", "anyio", "pydantic-core", "markupsafe"}
NEVER_IMPORTED = {
    "python-multipart",  # forms with files: Starlette looks for it
    "tzdata",  # time zones where the machine has none
}
