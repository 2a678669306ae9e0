"""Does the benchmark of letters measure what it says: every notice placed, and every letter at the server?"""

import json

from typer.testing import CliRunner

from clm_tracker.cli.bench import bench
from tests import postgres


def test_every_notice_is_placed_and_every_letter_arrives(postgres_server: postgres.Server) -> None:
    url = postgres_server.url.render_as_string(hide_password=False)
    words = ["letters", "--database-url", url, "--notices", "100", "--people", "10", "--json"]
    result = CliRunner().invoke(bench, words)
    assert result.exit_code == 0, result.output
    placing, handing_over = (json.loads(line) for line in result.output.splitlines() if line.startswith("{"))
    assert (placing["name"], handing_over["name"]) == ("placing", "handing over")
    assert placing["notices"] == handing_over["notices"] == 100
    assert handing_over["ratio"] > 1
    assert placing["peak_mb"] > 10
