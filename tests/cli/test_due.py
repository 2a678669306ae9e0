"""Does `due` print the date, each day and its reason, and refuse misuse with a sentence and exit 2?"""

import json
from pathlib import Path
from typing import Any

import pytest
import typer
from typer.testing import CliRunner

from clm_tracker.cli.due import due

app = typer.Typer()
app.command()(due)


def run(*arguments: str) -> tuple[int, str]:
    done = CliRunner(env={"COLUMNS": "300", "NO_COLOR": "1"}).invoke(app, arguments)
    return done.exit_code, " ".join((done.stdout + done.stderr).split()) if done.exit_code else done.stdout


def answer(*arguments: str) -> dict[str, Any]:
    code, text = run(*arguments, "--json")
    assert code == 0, text
    found: dict[str, Any] = json.loads(text)
    assert set(found) == {"due_on", "due_at", "days"}
    assert all(set(day) == {"date", "counted", "reason"} for day in found["days"])
    return found


def test_r12_published_working_day_examples(shared_dir: Path, tmp_path: Path) -> None:
    examples = json.loads((shared_dir / "oracles" / "working_days.json").read_text(encoding="utf-8"))
    assert examples["cases"]
    for case in examples["cases"]:
        named = case["holidays"]
        days = examples["calendars"][named] if isinstance(named, str) else named
        file = tmp_path / f"{case['id']}.txt"
        file.write_text("\n".join(days), encoding="utf-8")
        found = answer(case["start"], f"{case['days']}wd", "--holidays", str(file))
        assert found["due_on"] == case["due"], case["id"]


def test_r12_a_country_and_its_holidays_by_name() -> None:
    found = answer("2026-04-10", "7wd", "--country", "KH", "--tz", "Asia/Phnom_Penh")
    assert found["due_on"] == "2026-04-24"
    assert found["due_at"] == "2026-04-24T17:00:00Z"
    reasons = {day["date"]: day["reason"] for day in found["days"]}
    assert reasons["2026-04-10"] == "start day does not count"
    assert reasons["2026-04-11"] == "weekend"
    assert "New Year" in reasons["2026-04-14"]
    assert reasons["2026-04-24"] == "counted"
    assert len(found["days"]) == 15


def test_r12_a_part_of_a_country_has_its_own_holidays() -> None:
    assert answer("2026-04-17", "1wd", "--country", "US")["due_on"] == "2026-04-20"
    assert answer("2026-04-17", "1wd", "--country", "US-MA")["due_on"] == "2026-04-21"  # Patriots' Day


def test_r12_own_closed_days_come_on_top_of_the_country(tmp_path: Path) -> None:
    file = tmp_path / "closed.txt"
    file.write_text(
        "\ufeff# our own\n\n2026-04-13 Staff retreat  # moved\n2026-04-17, Flood\n", encoding="utf-8"
    )
    found = answer("2026-04-10", "1wd", "--country", "KH", "--holidays", str(file))
    assert found["due_on"] == "2026-04-20"
    reasons = {day["date"]: day["reason"] for day in found["days"]}
    assert reasons["2026-04-13"] == "Staff retreat"
    assert reasons["2026-04-17"] == "Flood"


def test_r12_any_weekend() -> None:
    assert answer("2026-04-09", "1wd", "--weekend", "fri,Saturday")["due_on"] == "2026-04-12"
    assert answer("2026-04-10", "1wd", "--weekend", "")["due_on"] == "2026-04-11"


@pytest.mark.parametrize(
    ("start", "tz", "due_on"),
    [
        ("2026-04-10T23:30", "Asia/Phnom_Penh", "2026-04-13"),  # written in the programme's zone
        ("2026-04-10T23:30Z", "Asia/Phnom_Penh", "2026-04-13"),  # Saturday there
        ("2026-04-09T23:30Z", "Asia/Phnom_Penh", "2026-04-13"),  # Friday there
        ("2026-04-09T23:30Z", "UTC", "2026-04-10"),
        ("2026-04-10 00:30+07:00", "UTC", "2026-04-10"),  # still Thursday there
    ],
)
def test_r11_the_local_day_of_the_start_counts(start: str, tz: str, due_on: str) -> None:
    assert answer(start, "1wd", "--tz", tz)["due_on"] == due_on


def test_r11_hours_and_days() -> None:
    found = answer("2026-04-10T16:30", "48h", "--tz", "America/New_York")
    assert (found["due_on"], found["due_at"]) == ("2026-04-12", "2026-04-12T20:30:00Z")
    assert answer("2024-09-06", "1d", "--tz", "America/Santiago")["due_at"] == "2024-09-08T04:00:00Z"


def test_a_window_of_many_years_knows_the_holidays_of_the_last_one() -> None:
    assert answer("2026-01-01", "3650d", "--country", "KH")["due_on"] == "2035-12-30"
    reasons = {
        day["date"]: day["reason"] for day in answer("2026-01-01", "2500wd", "--country", "KH")["days"]
    }
    assert reasons["2035-11-09"] == "National Independence Day"


def test_lines_for_people() -> None:
    code, text = run("2026-04-10", "1wd")
    assert code == 0
    assert text.splitlines() == [
        "Due Mon 13 Apr 2026, late from 2026-04-13T17:00:00Z (Asia/Phnom_Penh)",
        "  Fri 10 Apr 2026  skipped  start day does not count",
        "  Sat 11 Apr 2026  skipped  weekend",
        "  Sun 12 Apr 2026  skipped  weekend",
        "  Mon 13 Apr 2026  counted  day 1",
    ]


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["tomorrow", "1wd"], "'tomorrow' is not a date or moment"),
        (["2026-02-30", "1wd"], "'2026-02-30' is not a date or moment"),
        (["2026-04-10", "soon"], "'soon' is not a window; write 10wd"),
        (["2026-04-10", "4000wd"], "A window has 0 to 3650"),
        (["2026-04-10", "1wd", "--country", "ZZ"], "There is no holiday calendar for 'ZZ'"),
        (["2026-04-10", "1wd", "--country", "US-QQ"], "The holiday calendar for US has no part 'QQ'"),
        (["2026-04-10", "1wd", "--tz", "Mars"], "There is no time zone named 'Mars'"),
        (["2026-04-10", "1wd", "--weekend", "sat,holiday"], "'holiday' is not a weekday"),
        (["2026-04-10", "1wd", "--weekend", "mon,tue,wed,thu,fri,sat,sun"], "At least one day of the week"),
        (["2026-04-10", "1wd", "--holidays", "no-such-file.txt"], "no-such-file.txt cannot be read"),
        (["9999-12-31", "1wd"], "too near the edge of the calendar"),
        (["0001-01-01", "1wd"], "too near the edge of the calendar"),
        (["2026-04-10"], "Missing argument"),
    ],
)
def test_misuse_is_one_sentence_and_exit_2(arguments: list[str], sentence: str) -> None:
    code, text = run(*arguments)
    assert code == 2
    assert sentence in text


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"2026-04-13\n13/04/2026 Retreat\n", "Line 2 of the closed days does not begin with a date"),
        (b"\xff\xfe\x00", "cannot be read as a text file"),
    ],
)
def test_a_bad_file_of_closed_days_is_refused(content: bytes, sentence: str, tmp_path: Path) -> None:
    file = tmp_path / "closed.txt"
    file.write_bytes(content)
    code, text = run("2026-04-10", "1wd", "--holidays", str(file))
    assert code == 2
    assert sentence in text
