"""What does the carrier of mail make of a server that breaks every rule of the conversation?"""

import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress

import pytest

from clm_tracker.delivery import mail
from clm_tracker.delivery.mail_messages import Sender
from clm_tracker.domain.words import Outcome
from clm_tracker.kernel.sayings import unpack
from tests.delivery.parcels import parcels

SENDER = Sender.of("CLM programme <clm@tracker.example.org>")
HELLO = b"220 mail.example.org ESMTP\r\n"
FINE = b"250 OK\r\n"
AUTH = b"250-mail.example.org\r\n250 AUTH CRAM-MD5\r\n"


@contextmanager
def saying(*answers: bytes) -> Iterator[str]:
    """A server that says these to each caller, one for each line it hears, and hangs up after the last one."""
    with socket.create_server(("127.0.0.1", 0)) as listening:
        over = threading.Event()

        def serve() -> None:
            while not over.is_set():
                with suppress(OSError):
                    line, _ = listening.accept()
                    with line, line.makefile("rb") as heard:
                        for answer in answers:
                            line.sendall(answer)
                            if not heard.readline():
                                break

        thread = threading.Thread(target=serve, daemon=True)
        thread.start()
        try:
            yield f"127.0.0.1:{listening.getsockname()[1]}"
        finally:
            over.set()
            listening.shutdown(socket.SHUT_RDWR)
            thread.join(5)


@pytest.mark.parametrize(
    "answers",
    [
        [],
        [b"\x00\xff\xfe"],
        [b"hello, who is there?\r\n"],
        [b"554 5.7.1 Go away\r\n"],
        [b"421 4.3.2 Too busy\r\n"],
        [b"220 " + b"x" * 100_000 + b"\r\n"],
        [HELLO],
        [HELLO, b"502 What is EHLO?\r\n", b"502 What is HELO?\r\n"],
        [HELLO, b"250 \xff\x00\r\n", b"nonsense\r\n"],
        [HELLO, FINE, FINE, b"-17 what?\r\n"],
        [HELLO, FINE, FINE, FINE, b"999 \xc3\x28\r\n"],
        [HELLO, FINE, FINE, FINE, b"354 go on\r\n"],
        [HELLO, FINE, FINE, FINE, b"250 I did not ask yet\r\n"],
        [HELLO, FINE, FINE, FINE, b"y" * 100_000 + b"\r\n"],
    ],
)
def test_whatever_it_says_is_an_answer(answers: list[bytes]) -> None:
    """Never an exception, and never taken for a yes: every letter is tried again later."""
    began = time.perf_counter()
    with saying(*answers) as at:
        got = [answer for _, answer in mail.carrier(f"smtp://{at}", SENDER, timeout=0.5).carry(parcels(40))]
    assert [a.outcome for a in got] == [Outcome.LATER] * 40
    assert all(0 < len(a.said) <= 500 for a in got)
    assert time.perf_counter() - began < 8


@pytest.mark.parametrize("challenge", [b"334 not base64!\r\n", b"334 \r\n", b"334 /////w==\r\n", b"235\r\n"])
def test_a_login_that_makes_no_sense_is_an_answer(challenge: bytes) -> None:
    with saying(HELLO, AUTH, challenge, b"535 no\r\n") as at:
        carrier = mail.carrier(f"smtp://clm:pass-word@{at}?starttls=no", SENDER, timeout=0.5)
        got = [answer for _, answer in carrier.carry(parcels(2))]
    assert [a.outcome for a in got] == [Outcome.LATER] * 2
    assert "pass-word" not in str([unpack(a.said) for a in got])
