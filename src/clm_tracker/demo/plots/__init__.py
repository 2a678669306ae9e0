"""Which lives can a finding of the demonstration have? Plots by their key."""

from clm_tracker.demo.plots import answered, checked, climbing
from clm_tracker.demo.plots.step import Plot

PLOTS: dict[str, Plot] = {one.key: one for one in (*answered.PLOTS, *checked.PLOTS, *climbing.PLOTS)}
