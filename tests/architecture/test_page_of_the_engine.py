"""Is each promise of the engine proved by tests that exist, name its rule, and run?"""

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache

import pytest

from tests.architecture.generated import keep_true
from tests.architecture.test_files import ROOT
from tests.architecture.test_rules import NAMED

HEAD = """# What the engine promises

Each promise with the rule it comes from ([rules](rules.md)) and the tests that prove it; a test fails when one of them is
gone, is skipped, or no longer says which rule it is about. Run one with `.venv/bin/pytest <its name>`.

"""


@dataclass(frozen=True, slots=True)
class Promise:
    """One sentence, and the tests below `tests/` without which it would be a wish."""

    rules: str
    says: str
    proofs: tuple[str, ...]


def promise(rules: str, says: str, *proofs: str) -> Promise:
    return Promise(rules, says, proofs)


LAWS, LIVES = "domain/laws/test_escalation.py::", "domain/laws/test_lives.py::"
DOMAIN, CORNERS = "domain/test_escalation.py::", "domain/test_corners.py::"
SWEEP, CRASHES, YEARS = "jobs/test_sweep.py::", "jobs/test_crashes.py::", "jobs/test_years.py::"
CHANGES, COMMITTEE, LADDERS = (
    "db/test_changes.py::",
    "commands/test_escalation.py::",
    "commands/test_ladders.py::",
)
BY_HAND, AUDITOR = "commands/test_obligations.py::TestEscalate::", "queries/test_health.py::"

PROMISES = {
    "What is entered, and when": (
        promise(
            "R20",
            "No stage is entered before its wait is over: the first from the due date, the others from the entry before.",
            LAWS + "test_r20_no_stage_is_early_and_no_reminder_late",
            DOMAIN + "test_r20_the_first_wait_counts_from_the_due_day_the_next_from_entry",
        ),
        promise(
            "R21",
            "The shipped ladder has its eight stages and their gates.",
            DOMAIN + "test_r21_the_shipped_ladder",
        ),
        promise(
            "R22",
            "One turn climbs at most one stage, and never down; a clock that stands still climbs none.",
            LAWS + "test_r22_one_turn_climbs_at_most_one_stage_and_never_down",
            LAWS + "test_r22_only_a_running_clock_climbs",
            LIVES + "test_random_lives_keep_every_promise",
        ),
        promise(
            "R22",
            "After an outage one stage is entered, both moments are kept, and the next wait is a whole one.",
            LAWS + "test_r22_after_an_outage_one_stage_and_then_a_whole_wait",
            DOMAIN + "test_r22_after_an_outage_one_stage_and_a_full_window",
            SWEEP + "test_r22_r31_after_ninety_days_of_outage_each_moves_one_stage_with_a_full_new_wait",
        ),
        promise(
            "R25",
            "A reminder goes out before the due date, once.",
            SWEEP + "test_r25_reminders_go_out_before_the_due_day_once",
        ),
        promise(
            "R2",
            "An open finding is never left with nobody owing anything, whatever is done to it.",
            LIVES + "test_random_lives_keep_every_promise",
        ),
        promise(
            "R15",
            "No sequence of extensions and pauses keeps an obligation from its ladder for ever.",
            LAWS + "test_r15_r16_no_sequence_of_extensions_or_pauses_keeps_an_obligation_for_ever",
        ),
    ),
    "Exactly once": (
        promise(
            "R23",
            "Line, state, notices and next check commit together.",
            SWEEP + "test_r22_r23_one_stage_with_line_notice_and_next_check",
        ),
        promise(
            "R23",
            "The database itself refuses the same stage of the same due date a second time.",
            CHANGES + "test_a_stage_is_entered_once_for_one_due_date",
            SWEEP + "test_r23_a_stage_that_the_ledger_knows_is_not_entered_again",
        ),
        promise(
            "R23",
            "Any number of workers enter each stage once.",
            CRASHES + "test_r23_eight_workers_and_a_thousand_due_enter_exactly_a_thousand_stages",
        ),
        promise(
            "R23",
            "A worker killed at any moment leaves all or nothing, and the next one does the rest.",
            CRASHES + "test_r23_killed_at_any_boundary_of_a_batch_it_all_happens_once",
            YEARS + "test_r23_two_years_with_four_workers_that_crash",
        ),
        promise(
            "R24",
            "Deciding twice gives the same answer: nothing happens the second time.",
            LAWS + "test_r24_deciding_again_right_after_gives_rest",
        ),
        promise(
            "R24",
            "Nothing happens before the stored moment, and something happens at it, to the microsecond.",
            LAWS + "test_r24_nothing_happens_before_the_stated_moment_and_something_at_it",
            DOMAIN + "test_r24_nothing_before_its_stated_moment_and_something_at_it",
            CHANGES + "test_the_next_check_is_kept_with_the_change",
        ),
    ),
    "What people decide": (
        promise(
            "R26",
            "A stage that needs approval is proposed and waits; it never enters by itself.",
            LAWS + "test_r26_an_approval_stage_is_proposed_and_waits",
            DOMAIN + "test_r26_an_approval_stage_is_proposed_never_entered",
            SWEEP + "test_r26_a_stage_that_needs_approval_is_proposed",
        ),
        promise(
            "R26",
            "Approved, it is entered; deferred, it waits for its date; refused, it comes again after its wait.",
            COMMITTEE + "TestApprove::test_one_approval_enters_the_stage",
            COMMITTEE + "TestDeferAndRefuse::test_deferred_to_a_day_with_a_reason",
            COMMITTEE + "TestDeferAndRefuse::test_refused_it_is_proposed_again_after_its_wait",
        ),
        promise(
            "R26",
            "A question that was overtaken is withdrawn: the date moved, or the action was reported.",
            CORNERS + "test_r15_more_time_granted_ends_the_question_whether_to_escalate",
            "domain/test_actions.py::test_r17_a_report_while_a_stage_waits_withdraws_the_proposal",
        ),
        promise(
            "R27",
            "No path enters a public stage without risk check, right of reply and two approvers.",
            DOMAIN + "test_r27_a_public_stage_needs_risk_check_reply_and_two_people",
            DOMAIN + "test_r28_by_hand_leads_to_the_gate_not_through_it",
            COMMITTEE + "TestApprove::test_a_public_stage_needs_a_risk_check_a_reply_and_two_people",
        ),
        promise(
            "R28",
            "Escalating by hand moves the stage that was seen, or nothing; of two people at once one moves it.",
            DOMAIN + "test_r28_escalating_by_hand_names_the_stage_that_was_seen",
            BY_HAND + "test_what_moved_meanwhile_is_not_moved_again",
            CRASHES + "test_r28_two_manual_escalations_at_once_are_one_step_and_one_not_now",
        ),
        promise(
            "R29",
            "A vacant post falls through to its superior, and superiors never loop.",
            DOMAIN + "test_r29_a_vacant_post_falls_through_to_its_superior",
            DOMAIN + "test_r29_superiors_never_loop",
            BY_HAND + "test_a_vacant_post_falls_through_to_its_superior",
        ),
        promise(
            "R30",
            "What runs stays on its version of the ladder until it is moved, previewed, with a line each, pauses kept.",
            LADDERS + "TestChange::test_what_is_running_stays_on_its_own_version",
            LADDERS + "TestMigrate::test_previewed_then_every_next_step_moves_with_a_line_each",
            LADDERS + "TestMigrate::test_a_pause_is_kept",
        ),
    ),
    "When something is wrong": (
        promise(
            "R31",
            "A backlog, or a clock that jumped, holds stage steps for a coordinator; less than that does not.",
            SWEEP + "test_r31_a_backlog_is_held_once_and_goes_on_after_the_release",
            SWEEP + "test_r31_a_jump_of_the_clock_holds_everything_with_one_alert",
            SWEEP + "test_r31_fifty_or_a_fifth_are_no_backlog",
        ),
        promise(
            "R31",
            "Reminders and the ends of pauses go on meanwhile.",
            SWEEP + "test_r31_reminders_and_ends_of_pauses_go_on",
        ),
        promise(
            "R32",
            "One bad row is parked and named, the rest goes on; tried again, and alarmed after three times.",
            SWEEP + "test_r32_one_bad_row_in_five_hundred_is_parked_and_named",
            SWEEP + "test_r32_a_parked_row_is_tried_again_and_alarmed_after_three_times",
        ),
        promise(
            "R33",
            "The auditor finds by its own query what a sweep cannot see, and nothing where all is well.",
            AUDITOR + "test_whatever_a_sweep_cannot_see_the_auditor_does",
            AUDITOR + "test_a_pause_that_does_not_end_is_found",
            AUDITOR + "test_a_life_with_sweeps_keeps_every_promise",
            AUDITOR + "test_no_sweep_at_all_and_one_too_long_ago",
        ),
        promise(
            "R34",
            "What is foretold is what happens: the same events, in the same order, at the same moments.",
            LAWS + "test_r34_the_simulator_takes_the_same_turns_as_a_sweep_at_each_tick",
            YEARS + "test_r34_ninety_days_come_as_they_were_foretold",
        ),
        promise(
            "R35",
            "Nothing changes without a ledger line: the unit refuses it, and PostgreSQL refuses it even from `psql`.",
            CHANGES + "test_every_change_has_a_line_that_says_who_and_what",
            "db/test_guards.py::test_nothing_changes_without_a_line",
            "db/test_guards.py::test_what_is_recorded_stays",
        ),
        promise(
            "R37",
            "Replaying the ledger gives the rows, after random lives and after two years with crashes.",
            CHANGES + "test_what_was_told_is_kept_and_told_again",
            LIVES + "test_random_lives_keep_every_promise",
            YEARS + "test_r23_two_years_with_four_workers_that_crash",
        ),
    ),
}


@cache
def proofs_in(file: str) -> dict[str, str]:
    """Every test of a file by its name in pytest, with all that says which rule it is about."""
    path = ROOT / "tests" / file
    if not path.is_file():
        return {}
    tree = ast.parse(path.read_text(encoding="utf-8"))
    return dict(_tests(tree, "", ast.get_docstring(tree) or ""))


def _tests(tree: ast.Module | ast.ClassDef, inside: str, said: str) -> Iterator[tuple[str, str]]:
    for node in tree.body:
        if isinstance(node, ast.ClassDef):
            yield from _tests(node, f"{inside}{node.name}::", f"{said} {ast.get_docstring(node) or ''}")
        elif isinstance(node, ast.FunctionDef) and node.name.startswith("test_"):
            marks = " ".join(ast.unparse(mark) for mark in node.decorator_list)
            if "skip" not in marks and "xfail" not in marks:
                yield inside + node.name, f"{node.name} {ast.get_docstring(node) or ''} {said}"


def every() -> list[Promise]:
    return [one for promises in PROMISES.values() for one in promises]


@pytest.mark.parametrize("one", every(), ids=lambda one: f"{one.rules}-{one.says[:30]}")
def test_a_promise_is_proved(one: Promise) -> None:
    assert one.proofs
    for proof in one.proofs:
        file, _, name = proof.partition("::")
        said = proofs_in(file).get(name)
        assert said is not None, f"tests/{proof} does not exist or does not run; what proves {one.rules} now?"
        assert one.rules[1:] in NAMED.findall(said), (
            f"tests/{proof} does not say that it is about {one.rules}"
        )


def test_the_engine_rules_are_all_promised() -> None:
    assert {f"R{number}" for number in range(20, 35)} <= {one.rules for one in every()}


def test_the_page_of_the_engine_is_true() -> None:
    parts = []
    for title, promises in PROMISES.items():
        rows = "".join(
            f"| {one.rules} | {one.says} | {'<br>'.join(f'`tests/{proof}`' for proof in one.proofs)} |\n"
            for one in promises
        )
        parts.append(f"## {title}\n\n| Rule | Promise | Proof |\n|---|---|---|\n{rows}")
    keep_true("engine.md", HEAD + "\n".join(parts))
