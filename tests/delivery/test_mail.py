"""Does mail go out over a real server, and what is said when that has a bad day? (R45)"""

import socket
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import quote
from uuid import UUID

import pytest

from clm_tracker.delivery import mail
from clm_tracker.delivery.channels import Answer, Parcel
from clm_tracker.delivery.mail_messages import Sender
from clm_tracker.domain.words import Channel, Outcome
from clm_tracker.kernel.sayings import unpack
from tests.delivery.certificates import Certified, certified
from tests.delivery.parcels import parcel, parcels
from tests.delivery.post_office import DROP, HANG, PASSWORD, USER, PostOffice, free_port, serving

SENDER = Sender.of("CLM programme <clm@tracker.example.org>")
OK, LATER, NEVER = Outcome.SENT, Outcome.LATER, Outcome.NEVER


@pytest.fixture
def office() -> PostOffice:
    return PostOffice()


@pytest.fixture(scope="module")
def named(tmp_path_factory: pytest.TempPathFactory) -> Certified:
    return certified(tmp_path_factory.mktemp("certificate"), "localhost", "127.0.0.1")


def carry(office: PostOffice, given: list[Parcel], *, timeout: float = 5) -> list[Answer]:
    with serving(office) as at:
        carrier = mail.carrier(f"smtp://{at}", SENDER, timeout=timeout)
        assert carrier.channel is Channel.MAIL
        got = list(carrier.carry(given))
    assert [id for id, _ in got] == [p.id for p in given]
    return [answer for _, answer in got]


def outcomes(answers: list[Answer]) -> list[Outcome]:
    return [a.outcome for a in answers]


def said(answer: Answer) -> str:
    return str(unpack(answer.said))


def test_a_batch_goes_over_one_connection(office: PostOffice) -> None:
    answers = carry(office, parcels(3))
    assert outcomes(answers) == [OK] * 3
    assert answers[2].said == "250 2.0.0 Ok: queued as 0003"
    assert (office.visits, office.resets) == (1, 0), "a letter that was taken leaves nothing to be reset"
    assert [to for _, to, _ in office.taken] == [[f"reader{n}@health.example.org"] for n in range(3)]
    assert {sender for sender, _, _ in office.taken} == {"clm@tracker.example.org"}


def test_the_next_parcel_is_read_only_when_the_one_before_is_answered(office: PostOffice) -> None:
    read: list[int] = []

    def slowly() -> Iterator[Parcel]:
        for n, one in enumerate(parcels(3)):
            read.append(n)
            yield one

    with serving(office) as at:
        for n, _answer in enumerate(mail.carrier(f"smtp://{at}", SENDER).carry(slowly())):
            assert read == list(range(n + 1))
            assert len(office.taken) == n + 1


def test_who_stops_listening_leaves_no_connection_open(office: PostOffice) -> None:
    with serving(office) as at:
        for _ in mail.carrier(f"smtp://{at}", SENDER).carry(parcels(3)):
            break
    assert len(office.taken) == 1


@pytest.mark.parametrize(
    ("step", "reply", "outcome", "failed"),
    [
        ("RCPT", "450 4.2.1 Try again later", LATER, False),
        ("RCPT", "451 Greylisted", LATER, False),
        ("RCPT", "452 4.2.2 Mailbox full", LATER, False),
        ("RCPT", "550 5.1.1 No such user", NEVER, True),
        ("RCPT", "550 No such user here", NEVER, True),
        ("RCPT", "551 User not local", NEVER, True),
        ("RCPT", "553 Mailbox name not allowed", NEVER, True),
        ("RCPT", "550 5.2.1 Mailbox disabled", NEVER, True),
        ("RCPT", "550 5.7.1 Relaying denied", NEVER, False),
        ("RCPT", "552 5.2.2 Mailbox full", NEVER, False),
        ("RCPT", "554 Refused", NEVER, False),
        ("DATA", "451 4.3.0 No space", LATER, False),
        ("DATA", "550 5.1.1 No such user", NEVER, True),
        ("DATA", "550 Looks like spam", NEVER, False),
        ("DATA", "554 5.7.1 Refused by policy", NEVER, False),
        ("MAIL", "451 4.3.0 Not now", LATER, False),
        ("MAIL", "552 5.3.4 Message too big", NEVER, False),
        ("MAIL", "550 5.7.1 We know no such sender", LATER, False),
    ],
)
def test_what_a_refusal_means(
    office: PostOffice, step: str, reply: str, outcome: Outcome, failed: bool
) -> None:
    first, second = carry(office.then(step, reply), parcels(2))
    assert (first.outcome, first.address_failed, first.said) == (outcome, failed, reply)
    assert second.outcome is OK, "one refusal is about one letter"
    assert (office.visits, office.resets) == (1, 1)


@pytest.mark.parametrize("step", ["MAIL", "RCPT"])
def test_a_connection_that_breaks_before_the_message_is_opened_again_once(
    office: PostOffice, step: str
) -> None:
    assert outcomes(carry(office.then(step, "", DROP), parcels(3))) == [OK] * 3
    assert office.visits == 2
    assert len(office.taken) == 3, "nothing twice"


def test_a_server_that_says_goodbye_between_two_letters_is_called_again(office: PostOffice) -> None:
    assert (
        outcomes(carry(office.then("MAIL", "", "421 4.7.0 Too many for one connection"), parcels(3)))
        == [OK] * 3
    )
    assert office.visits == 2


@pytest.mark.parametrize("fault", [DROP, "drop after taking"])
def test_a_connection_that_breaks_after_the_message_is_answered_later(office: PostOffice, fault: str) -> None:
    first, second = carry(office.then("DATA", fault), parcels(2))
    assert (first.outcome, second.outcome) == (LATER, OK)
    assert said(first) == "The mail server did not say whether it took it: the connection broke"
    assert len(office.taken) == (2 if "taking" in fault else 1), (
        "the program does not send it again by itself"
    )


def test_a_letter_handed_over_twice_is_the_same_message(office: PostOffice) -> None:
    one = parcels(1)
    assert outcomes(carry(office.then("DATA", "drop after taking"), one)) == [LATER]
    office.port = free_port()
    assert outcomes(carry(office, one)) == [OK]
    ids = {m["Message-ID"] for m in office.messages}
    assert len(office.taken) == 2
    assert ids == {f"<{one[0].id}@tracker.example.org>"}


def test_a_server_that_hangs_is_left_alone_after_two_letters(office: PostOffice) -> None:
    began = time.perf_counter()
    answers = carry(office.then("MAIL", *[HANG] * 9), parcels(9), timeout=0.5)
    assert outcomes(answers) == [LATER] * 9
    assert time.perf_counter() - began < 6
    assert office.visits == 2
    assert "no answer in time" in said(answers[8])


def test_a_server_that_hangs_once_is_called_again(office: PostOffice) -> None:
    assert outcomes(carry(office.then("RCPT", HANG), parcels(3), timeout=0.5)) == [LATER, OK, OK]


def test_a_server_that_is_not_there_costs_one_try_for_the_whole_batch() -> None:
    began = time.perf_counter()
    carrier = mail.carrier(f"smtp://127.0.0.1:{free_port()}", SENDER)
    answers = [answer for _, answer in carrier.carry(parcels(500))]
    assert outcomes(answers) == [LATER] * 500
    assert time.perf_counter() - began < 5
    assert said(answers[499]).startswith("The mail server cannot be reached:")


def test_a_host_that_has_no_address_is_not_there() -> None:
    carrier = mail.carrier("smtp://mail.nowhere.invalid:25?starttls=no", SENDER)
    assert outcomes([answer for _, answer in carrier.carry(parcels(2))]) == [LATER] * 2


@pytest.mark.parametrize("scheme", ["smtp", "smtps"])
def test_a_resolver_that_hangs_costs_its_time_once(monkeypatch: pytest.MonkeyPatch, scheme: str) -> None:
    over, hung = threading.Event(), list[str]()

    def resolver(host: str, *_kind: object, **_kinds: object) -> list[object]:
        hung.append(host)
        over.wait(20)
        return []

    monkeypatch.setattr(socket, "getaddrinfo", resolver)
    began = time.perf_counter()
    carrier = mail.carrier(f"{scheme}://slow.example.org", SENDER, timeout=0.3)
    answers = [answer for _, answer in carrier.carry(parcels(3))]
    took = time.perf_counter() - began
    over.set()
    assert outcomes(answers) == [LATER] * 3
    assert said(answers[2]) == "The mail server cannot be reached: no answer in time"
    assert took < 5
    assert hung == ["slow.example.org"]


@pytest.mark.parametrize("scheme", ["smtp", "smtps"])
def test_the_name_of_the_server_is_asked_for_once_in_a_batch_of_several_connections(
    office: PostOffice, named: Certified, monkeypatch: pytest.MonkeyPatch, scheme: str
) -> None:
    asked, really = list[object](), socket.getaddrinfo

    def resolver(host: str, *of: Any, **more: Any) -> list[Any]:
        if host == "localhost":
            asked.append(host)
        return really(host, *of, **more)

    office.then("MAIL", "", DROP)
    whole = scheme == "smtps"
    with serving(office, whole=named.server if whole else None) as at:
        url = f"{scheme}://localhost:{at.rpartition(':')[2]}"
        monkeypatch.setattr(socket, "getaddrinfo", resolver)
        given = mail.carrier(url, SENDER, tls=named.client if whole else None).carry(parcels(2))
        assert outcomes([answer for _, answer in given]) == [OK] * 2
    assert office.visits == 2
    assert asked == ["localhost"]


@pytest.mark.parametrize("step", ["MAIL", "DATA"])
def test_what_was_wrong_yesterday_is_tried_anew_in_the_next_batch(office: PostOffice, step: str) -> None:
    office.then(step, DROP, DROP, DROP, DROP)
    with serving(office) as at:
        carrier = mail.carrier(f"smtp://{at}", SENDER)
        assert outcomes([a for _, a in carrier.carry(parcels(5))]) == [LATER] * 5
        office.says[step].clear()
        assert outcomes([a for _, a in carrier.carry(parcels(5))]) == [OK] * 5


def test_starttls_and_login(office: PostOffice, named: Certified) -> None:
    with serving(office, starttls=named.server, login=True) as at:
        url = f"smtp://{USER}:{quote(PASSWORD, safe='')}@{at}?starttls=yes"
        answers = [a for _, a in mail.carrier(url, SENDER, tls=named.client).carry(parcels(2))]
    assert outcomes(answers) == [OK] * 2
    assert office.users == [USER]
    assert office.encrypted == [False, True], "one greeting before it, one after, and one login"


@pytest.mark.filterwarnings(
    "ignore:Requiring AUTH while not requiring TLS"
)  # it does not see that it is all in TLS
def test_encrypted_from_the_beginning(office: PostOffice, named: Certified) -> None:
    with serving(office, whole=named.server, login=True) as at:
        url = f"smtps://{USER}:{quote(PASSWORD, safe='')}@{at}"
        answers = [a for _, a in mail.carrier(url, SENDER, tls=named.client).carry(parcels(2))]
    assert outcomes(answers) == [OK] * 2


def test_a_wrong_password_is_told_and_never_shown(office: PostOffice, named: Certified) -> None:
    with serving(office, starttls=named.server, login=True) as at:
        carrier = mail.carrier(f"smtp://{USER}:wrong-secret@{at}?starttls=yes", SENDER, tls=named.client)
        answers = [a for _, a in carrier.carry(parcels(3))]
    assert outcomes(answers) == [LATER] * 3
    assert "535 5.7.8" in said(answers[0])
    assert "wrong-secret" not in answers[0].said + repr(carrier.__dict__)
    assert len(office.users) <= 2, "once for each way to sign in, not for each letter: no account is locked"


def test_a_server_without_encryption_gets_nothing(office: PostOffice) -> None:
    with serving(office) as at:
        answers = [a for _, a in mail.carrier(f"smtp://{at}?starttls=yes", SENDER).carry(parcels(1))]
    assert outcomes(answers) == [LATER]
    assert "STARTTLS" in said(answers[0])


@pytest.mark.parametrize("way", ["starttls", "whole"])
def test_a_server_that_nobody_vouches_for_gets_nothing(
    office: PostOffice, named: Certified, way: str
) -> None:
    scheme, query = ("smtps", "") if way == "whole" else ("smtp", "?starttls=yes")
    with (
        serving(office, whole=named.server) if way == "whole" else serving(office, starttls=named.server)
    ) as at:
        answers = [a for _, a in mail.carrier(f"{scheme}://{at}{query}", SENDER).carry(parcels(1))]
    assert outcomes(answers) == [LATER]
    assert "certificate" in said(answers[0])
    assert not office.taken


@pytest.mark.parametrize(
    "address",
    [
        "",
        "nobody",
        "a@b@c@",
        "two@example.org, three@example.org",
        "x@example.org\r\nBcc: y@example.org",
        "x@example.org\nDATA",
        "<x@example.org>",
        '"x y"@example.org',
        ".x@example.org",
        "x@-example.org",
        "x@exa mple.org",
        f"{'x' * 65}@example.org",
    ],
)
def test_what_is_no_address_is_refused_without_a_word_to_the_server(office: PostOffice, address: str) -> None:
    first, second = carry(office, [parcel(address=address), parcel()])
    assert (first.outcome, first.address_failed) == (NEVER, True)
    assert said(first).endswith("is no mail address.")
    assert second.outcome is OK
    assert [to for _, to, _ in office.taken] == [["reader@health.example.org"]]


def test_an_address_in_another_script_needs_a_server_that_knows_it(office: PostOffice) -> None:
    khmer, domain = carry(office, [parcel(address="សុខ@example.org"), parcel(address="sok@ខ្មែរ.example")])
    assert (khmer.outcome, khmer.address_failed) == (NEVER, True)
    assert domain.outcome is OK
    assert office.taken[0][1] == ["sok@xn--i2e0cd5al3jc.example"] or office.taken[0][1][0].startswith(
        "sok@xn--"
    )


def test_bounces_go_where_they_are_read(office: PostOffice) -> None:
    sender = Sender.of("CLM <clm@tracker.example.org>", "bounces@in.example.org")
    with serving(office) as at:
        assert outcomes([a for _, a in mail.carrier(f"smtp://{at}", sender).carry(parcels(1))]) == [OK]
    assert office.taken[0][0] == "bounces@in.example.org"
    assert office.messages[0]["From"] == "CLM <clm@tracker.example.org>"


def test_a_letter_may_name_where_its_own_bounce_goes(office: PostOffice) -> None:
    own, usual = parcel(return_path="bounce+word@in.example.org"), parcel()
    with serving(office) as at:
        sender = Sender.of("CLM <clm@tracker.example.org>")
        assert outcomes([a for _, a in mail.carrier(f"smtp://{at}", sender).carry([own, usual])]) == [OK, OK]
    assert [taken[0] for taken in office.taken] == ["bounce+word@in.example.org", "clm@tracker.example.org"]


@pytest.mark.parametrize(
    ("url", "server"),
    [
        (
            "smtp://u%40example.org:p%3A%2F@mail.example.org",
            ("mail.example.org", 587, "started", "u@example.org", "p:/"),
        ),
        ("smtp://mail.example.org:25", ("mail.example.org", 25, "started", None, "")),
        ("smtp://mail.example.org?starttls=no", ("mail.example.org", 587, "none", None, "")),
        ("smtp://localhost:25", ("localhost", 25, "none", None, "")),
        ("smtp://[::1]:25", ("::1", 25, "none", None, "")),
        ("smtps://u:secret@mail.example.org", ("mail.example.org", 465, "whole", "u", "secret")),
    ],
)
def test_the_address_of_a_server(url: str, server: tuple[object, ...]) -> None:
    s = mail.Server.at(url)
    assert (s.host, s.port, s.tls.value, s.user, s.password) == server
    assert not s.password or s.password not in repr(s)


@pytest.mark.parametrize(
    "url",
    [
        "mail.example.org",
        "http://x",
        "smtp://",
        "smtp://h?starttls=maybe",
        "smtp://u:pässe@h",
        "smtp://h:99999",
    ],
)
def test_what_is_no_address_of_a_server(url: str) -> None:
    with pytest.raises(ValueError, match=r".+"):
        mail.carrier(url, SENDER)


def test_into_a_folder(tmp_path: Path) -> None:
    folder = tmp_path / "new" / "letters"
    carrier = mail.carrier(folder.as_uri(), SENDER)
    one = parcels(2)
    for _ in range(2):
        got = dict(carrier.carry([*one, parcel(address="none")]))
        assert [a.outcome for a in got.values()] == [OK, OK, NEVER]
    assert sorted(p.name for p in folder.iterdir()) == sorted(f"{p.id}.eml" for p in one), "twice is once"
    assert b"\r\nMessage-ID: <" in b"\r\n" + (folder / f"{one[0].id}.eml").read_bytes()


def test_a_folder_that_cannot_be_written_is_tried_later(tmp_path: Path) -> None:
    (tmp_path / "letters").write_text("in the way", encoding="utf-8")
    answers: list[tuple[UUID, Answer]] = list(
        mail.carrier((tmp_path / "letters").as_uri(), SENDER).carry(parcels(1))
    )
    assert answers[0][1].outcome is LATER
    assert said(answers[0][1]).startswith("It could not be written into the folder:")
