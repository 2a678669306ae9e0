"""What waits for me today: one desk for each role."""

from clm_tracker.web.pages.my_desk.one import router

__all__ = ["router"]
