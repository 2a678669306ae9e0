"""Is a sender whom our own mail server found forged held to be so, whatever else stands in the message? (R40, RFC 8601)"""

import pytest

from clm_tracker.domain.messages import is_forged

OURS = frozenset({"mx.example.org"})
FAIL = (
    "mx.example.org; spf=pass smtp.mailfrom=evil.example.net; dmarc=fail (p=REJECT) header.from=example.org"
)
PASS = "mx.example.org; dmarc=pass header.from=example.org"
OTHER = "filter.example.net; dmarc=fail"


def said(*lines: str) -> dict[str, tuple[str, ...]]:
    return {"authentication-results": lines}


@pytest.mark.parametrize(
    "lines",
    [
        (FAIL,),
        ("filter.inside.example.org; x-spam=no", FAIL),
        (FAIL, PASS),
        (PASS, FAIL),
        ("MX.Example.ORG 1; DMARC=FAIL",),
        ("mx.example.org\t1;\n dmarc = fail",),
        ("(checked by) mx.example.org (ours (really)); dmarc=fail",),
        ('"mx.example.org"; dmarc=fail',),
        ("mx.example.org; dmarc/1=fail",),
        ("mx.example.org; dmarc (a word) = (another) fail",),
        ("mx.example.org; spf=pass smtp.mailfrom=(a@evil.example.net; dmarc=fail (p=none) x",),
        ("mx.example.org; dkim=pass; (dmarc=pass) dmarc=fail",),
    ],
)
def test_what_our_server_found_forged_is_forged(lines: tuple[str, ...]) -> None:
    assert is_forged(said(*lines), OURS)


@pytest.mark.parametrize(
    "lines",
    [
        (),
        (PASS,),
        (OTHER,),
        (OTHER, PASS),
        (PASS, OTHER),
        ("mx.example.org.evil.example.net; dmarc=fail",),
        ("evil.example.net mx.example.org; dmarc=fail",),
        ("mx.example.org; x-dmarc=fail; dmarc=none",),
        ("mx.example.org; none",),
        ("",),
        (";",),
    ],
)
def test_what_others_say_is_not_read(lines: tuple[str, ...]) -> None:
    assert not is_forged(said(*lines), OURS)


def test_without_a_name_the_topmost_line_tells_it() -> None:
    assert is_forged(said(FAIL, "other.example.net; dmarc=pass"))
    assert is_forged(said("mx.example.org; dkim=none", FAIL))
    assert not is_forged(said(PASS, OTHER))
    assert not is_forged({})


def test_one_of_several_servers_is_enough() -> None:
    names = frozenset({"mx1.example.org", "MX2.example.org"})
    assert is_forged(said("mx2.example.org; dmarc=fail", "mx1.example.org; dmarc=pass"), names)
    assert not is_forged(said(FAIL), names)
