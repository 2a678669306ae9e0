"""In which words is every kind of letter written, until a programme puts its own in their place?"""

from collections.abc import Mapping

from clm_tracker.delivery.letters import Wording
from clm_tracker.delivery.letters.shipped.kinds import KINDS
from clm_tracker.delivery.letters.shipped.stages import STAGES

SHIPPED: Mapping[str, Wording] = {**KINDS, **STAGES}
