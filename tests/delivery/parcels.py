"""What is handed over in these tests?"""

from datetime import UTC, datetime
from typing import Any
from uuid import UUID, uuid4

from clm_tracker.delivery.channels import Parcel

AT = datetime(2026, 3, 2, 1, 0, tzinfo=UTC)
FINDING = UUID("01a2079a-0000-7000-8000-0000000000f1")


def parcel(**values: Any) -> Parcel:
    """A letter to one reader; what is given is different about it."""
    usual: dict[str, Any] = {
        "id": uuid4(),
        "address": "reader@health.example.org",
        "at": AT,
        "language": "en",
        "subject": "KH-2026-0042: an answer is due",
        "text": "The water tank is dry.\n\nPlease answer by Friday.\n",
    }
    return Parcel(**{**usual, **values})


def parcels(n: int) -> list[Parcel]:
    """Letters to as many readers."""
    return [parcel(address=f"reader{i}@health.example.org") for i in range(n)]
