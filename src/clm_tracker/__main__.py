"""What does `python -m clm_tracker` do? The same as `clm-tracker`."""

from clm_tracker.cli import main

main()
