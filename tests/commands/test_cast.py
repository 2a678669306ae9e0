"""Does the cast stand as the other tests expect it?"""

from clm_tracker.domain.words import FindingStatus
from clm_tracker.kernel.clock import FixedClock
from tests.cast import Cast


def test_a_finding_at_the_health_centre_is_sopheas(cast: Cast, clock: FixedClock) -> None:
    opened = cast.open_finding(clock.now())
    assert opened.status is FindingStatus.OPEN
    assert opened.ref == "KH-2026-0001"
    assert opened.duty_bearer_id == cast.posts["health_centre"]
    assert cast.posts["health_centre"] in cast.actor("Sophea", clock.now()).posts
