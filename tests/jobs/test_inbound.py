"""Does a mail server get a plain answer for every message, and only when it is kept?"""

import os
import signal
import smtplib
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from sqlalchemy import text
from typer.testing import CliRunner

from clm_tracker.cli import cli
from clm_tracker.db import migrate
from clm_tracker.db.engine import make_engine
from clm_tracker.db.units import Store
from clm_tracker.jobs import inbound
from clm_tracker.kernel.clock import FixedClock, SystemClock
from clm_tracker.kernel.refusals import Refusal
from clm_tracker.settings import load
from tests.cast import a_programme
from tests.commands.post_office import DOMAIN, SECRET, Office, open_office
from tests.intake.mail.corpus import message

SENDER = "sophea@community-eyes.example.org"


def free_port() -> int:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return int(one.getsockname()[1])


@pytest.fixture
def office(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Office]:
    """A data folder with the cast, at the moment at which the test runs."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("CLM_DATA_DIR", str(tmp_path / "data"))
    monkeypatch.setenv("CLM_SECRET_KEY", SECRET.decode())
    monkeypatch.setenv("CLM_REPLY_DOMAIN", DOMAIN)
    monkeypatch.setenv("CLM_MAIL_BOUNCES_TO", f"bounces@{DOMAIN}")
    engine = make_engine(load().database_url)
    migrate.upgrade(engine)
    now = SystemClock().now()
    yield open_office(a_programme(Store(engine), now), now)
    engine.dispose()


@contextmanager
def talking(port: int, *, lmtp: bool = True) -> Iterator[smtplib.SMTP]:
    with (smtplib.LMTP if lmtp else smtplib.SMTP)("127.0.0.1", port, timeout=30) as client:
        if not lmtp:
            client.ehlo("mx.example.org")
        yield client


@contextmanager
def door(office: Office, scheme: str = "lmtp") -> Iterator[int]:
    port = free_port()
    with inbound.listening(office.box, f"{scheme}://127.0.0.1:{port}", FixedClock(office.now)):
        yield port


@pytest.mark.parametrize("scheme", ["lmtp", "smtp"])
def test_a_message_is_kept_before_it_is_taken(office: Office, scheme: str) -> None:
    to = office.places()[0]["TO"]
    raw = message("We agree.", to=to).replace(b"\n", b"\r\n")
    with door(office, scheme) as port, talking(port, lmtp=scheme == "lmtp") as client:
        assert client.sendmail(SENDER, [to], raw) == {}
        assert [row.effect for row in office.messages()] == ["filed"], "kept when the answer is there"
        client.sendmail(SENDER, [to], raw)
    assert len(office.messages()) == 1, "brought again, it is the same"


def test_who_is_not_here_is_refused_at_the_door(office: Office) -> None:
    places, _letter, _link = office.places()
    with door(office) as port, talking(port) as client:
        client.lhlo("mx.example.org") if hasattr(client, "lhlo") else client.ehlo("mx.example.org")
        client.mail(SENDER)
        for place in ("FORGED", "ALTERED", "ELSEWHERE"):
            assert client.rcpt(places[place])[0] == 550
        assert client.rcpt("postmaster@example.org")[0] == 550
        assert client.rcpt(places["TO"])[0] == 250
        assert client.rcpt(places["DARA"])[0] == 452, "one at a time: each is answered for itself"
    assert office.messages() == []


def test_what_has_no_sender_was_sent_by_a_machine(office: Office) -> None:
    to = office.places()[0]["TO"]
    with door(office) as port, talking(port) as client:
        client.sendmail("", [to], message("Received.", to=to))
    assert [row.effect for row in office.messages()] == ["automatic"]


def test_a_sender_in_no_charset_at_all_loses_no_message(office: Office) -> None:
    to = office.places()[0]["TO"]
    with door(office) as port, talking(port) as client:
        client.ehlo("mx.example.org")
        client.send(b"MAIL FROM:<s\xff@community-eyes.example.org>\r\n")
        assert client.getreply()[0] == 250
        assert client.rcpt(to)[0] == 250
        assert client.data(message("We agree.", to=to))[0] == 250
    assert [one.effect for one in office.messages()] == ["filed"]


def test_a_message_over_the_limit_is_refused_and_the_next_one_taken(office: Office) -> None:
    to = office.places()[0]["TO"]
    with door(office) as port, talking(port) as client:
        with pytest.raises(smtplib.SMTPSenderRefused) as no:
            client.sendmail(SENDER, [to], message("x", to=to) + b"y" * (41 * 1024 * 1024))
        assert no.value.smtp_code == 552
        client.sendmail(SENDER, [to], message("We agree. " + "long " * 4_000, to=to))
    assert [row.effect for row in office.messages()] == ["filed"]


def test_while_the_database_is_busy_the_message_is_to_come_again(office: Office) -> None:
    to = office.places()[0]["TO"]
    raw = message("We agree.", to=to)
    with door(office) as port, talking(port) as client:
        with office.cast.store.engine.connect() as other:
            other.execute(text("UPDATE programmes SET version = version"))
            with pytest.raises(smtplib.SMTPDataError) as no:
                client.sendmail(SENDER, [to], raw)
            other.rollback()
        assert no.value.smtp_code == 451
        assert office.messages() == []
        client.sendmail(SENDER, [to], raw)
    assert [row.effect for row in office.messages()] == ["filed"]


def test_a_door_that_is_taken_is_said(office: Office) -> None:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        one.listen()
        url = f"lmtp://127.0.0.1:{one.getsockname()[1]}"
        with (
            pytest.raises(Refusal, match="Mail cannot be taken in"),
            inbound.listening(office.box, url, FixedClock(office.now)),
        ):
            pass


def test_a_worker_takes_mail_in_from_another_process(office: Office) -> None:
    """A real worker, a real conversation over LMTP, a kill, and another worker that knows what came."""
    places, letter, _link = office.places()
    raw = message("We agree.", to=places["TO"])
    port = free_port()
    environment = os.environ | {"CLM_INBOUND_URL": f"lmtp://127.0.0.1:{port}"}
    for turn in range(2):
        worker = subprocess.Popen(
            [sys.executable, "-m", "clm_tracker", "work"],
            env=environment,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        try:
            _wait_for(port)
            with talking(port) as client:
                assert client.sendmail(SENDER, [places["TO"]], raw) == {}
                if turn:
                    bounce = _bounce(letter)
                    assert client.sendmail("", [f"bounces@{DOMAIN}"], bounce) == {}
        finally:
            worker.send_signal(signal.SIGTERM if turn else signal.SIGKILL)
            status = worker.wait(timeout=60)
        assert status == (0 if turn else -signal.SIGKILL)
    assert [row.effect for row in office.messages()] == ["filed", "bounced"]
    assert office.state()["failed"] == {"Sophea"}


def _bounce(letter: object) -> bytes:
    from tests.intake.mail.bounced import BOUNCED  # noqa: PLC0415 - one of them

    return BOUNCED[0].to({"LETTER": f"{letter}@clm.example.org"})


def _wait_for(port: int) -> None:
    until = time.perf_counter() + 60
    while time.perf_counter() < until:
        try:
            with socket.create_connection(("127.0.0.1", port), timeout=1):
                return
        except OSError:
            time.sleep(0.1)
    pytest.fail("The worker opened no door.")


class TestReceive:
    """`clm-tracker receive`, as mail servers call it."""

    def run(self, raw: bytes, *args: str) -> tuple[int, str]:
        result = CliRunner().invoke(cli, ["receive", *args], input=raw)
        return result.exit_code, result.output

    def test_from_a_pipe(self, office: Office) -> None:
        to = office.places()[0]["TO"]
        assert self.run(message("We agree.", to=to)) == (0, "filed: It is on the record.\n")
        assert self.run(message("We agree.", to=to)) == (0, "duplicate\n")

    def test_from_a_file_for_a_recipient(self, office: Office, tmp_path: Path) -> None:
        to = office.places()[0]["TO"]
        (tmp_path / "a.eml").write_bytes(message("We agree.", to="x@example.org"))
        status, said = self.run(b"", "--recipient", to, str(tmp_path / "a.eml"))
        assert (status, said) == (0, "filed: It is on the record.\n")
        assert self.run(b"", str(tmp_path / "none.eml"))[0] == 66

    def test_an_address_that_is_not_here(self, office: Office) -> None:
        assert self.run(message("We agree.", to=office.places()[0]["FORGED"]))[0] == 67

    def test_a_database_that_does_not_answer_yet(
        self, office: Office, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        to = office.places()[0]["TO"]
        monkeypatch.setenv("CLM_DATABASE_URL", f"sqlite:///{tmp_path}/new.sqlite3")
        assert self.run(message("We agree.", to=to))[0] == 75

    def test_what_the_named_server_found_forged_is_on_no_record(
        self, office: Office, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """RFC 8601: another server's line above it, and the sender's own below it, change nothing."""
        to = office.places()[0]["TO"]
        found = "Authentication-Results: mx.example.org; dmarc=fail (p=none)\n"
        above = "Authentication-Results: filter.inside.example.org; x-spam=no\n"
        below = "Authentication-Results: mx.example.org; dmarc=pass\n"
        raw = message("We agree.", to=to, more=above + found + below)
        monkeypatch.setenv("CLM_MAIL_CHECKED_BY", "mx2.example.org, MX.example.org")
        status, said = self.run(raw)
        assert (status, said.partition(":")[0]) == (0, "refused")
        assert [one.effect for one in office.messages()] == ["refused"]
        assert office.files() == []
        other = "Authentication-Results: elsewhere.example.net; dmarc=fail\n"
        raw = message("We agree.", to=to, more=other, id="<a2@mail.example.org>")
        assert self.run(raw) == (0, "filed: It is on the record.\n")

    def test_no_domain_is_set(self, office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.delenv("CLM_REPLY_DOMAIN")
        assert self.run(b"")[0] == 78
        assert office.messages() == []
