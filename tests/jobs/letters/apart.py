"""A mail server in a process of its own, which outlives the workers that are killed. Run as `python -m tests.jobs.letters.apart FOLDER`."""

import asyncio
import json
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from email import message_from_bytes
from pathlib import Path
from tempfile import TemporaryDirectory

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session

from tests.delivery.post_office import free_port

ROOT = Path(__file__).parents[3]
SECONDS = 30.0


@dataclass(frozen=True, slots=True)
class Message:
    """One message as the server took it: to whom, and its Message-ID."""

    to: str
    id: str


@dataclass(frozen=True, slots=True)
class MailServer:
    """The server seen from outside: its port, and the folder by which one talks with it."""

    port: int
    folder: Path

    def messages(self) -> list[Message]:
        """What it has taken, in order."""
        file = self.folder / "taken"
        lines = file.read_text().splitlines() if file.exists() else []
        return [Message(*json.loads(line)) for line in lines]

    def hold(self, step: str) -> None:
        """Let whoever comes to this step ("RCPT"; "DATA": everything is taken, nothing answered) wait."""
        (self.folder / f"hold-{step}").touch()

    def until_holding(self) -> None:
        """Wait until somebody waits."""
        end = time.monotonic() + SECONDS
        while not (self.folder / "holding").exists():
            assert time.monotonic() < end, "Nobody came."
            time.sleep(0.02)

    def release(self) -> None:
        """Let all go on, and hold nobody."""
        for file in self.folder.glob("hold*"):
            file.unlink()


@contextmanager
def mail_server() -> Iterator[MailServer]:
    """The server at work, ended with the block."""
    with TemporaryDirectory(prefix="clm-mail-") as folder:
        port = free_port()
        process = subprocess.Popen(
            [sys.executable, "-m", "tests.jobs.letters.apart", folder, str(port)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            cwd=ROOT,
            env={**os.environ, "PYTHONPATH": str(ROOT / "src")},
        )
        try:
            assert process.stdout is not None
            assert process.stdout.readline() == "ready\n"
            yield MailServer(port, Path(folder))
        finally:
            process.kill()
            process.communicate(timeout=20)


class _Office:
    def __init__(self, folder: Path) -> None:
        self._folder = folder

    async def handle_RCPT(  # noqa: N802 - the library's name
        self, _server: SMTP, _session: Session, envelope: Envelope, address: str, _options: list[str]
    ) -> str:
        await self._wait("RCPT")
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, _server: SMTP, _session: Session, envelope: Envelope) -> str:  # noqa: N802
        assert isinstance(envelope.content, bytes)
        id = message_from_bytes(envelope.content)["Message-ID"]
        with (self._folder / "taken").open("a") as file:
            for to in envelope.rcpt_tos:
                file.write(json.dumps([to, id]) + "\n")
        await self._wait("DATA")
        return "250 2.0.0 Ok"

    async def _wait(self, step: str) -> None:
        while (self._folder / f"hold-{step}").exists():
            (self._folder / "holding").touch()
            await asyncio.sleep(0.02)


def main(folder: str, port: str) -> None:
    """Serve until the other end of stdin closes."""
    controller = Controller(_Office(Path(folder)), hostname="127.0.0.1", port=int(port))
    controller.start()
    sys.stdout.write("ready\n")
    sys.stdout.flush()
    sys.stdin.read()
    controller.stop()


if __name__ == "__main__":
    main(*sys.argv[1:])
