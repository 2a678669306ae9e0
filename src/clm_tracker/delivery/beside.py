"""Where do the files beside the code lie: in the installed package, or at the top of a checkout?"""

from functools import cache
from importlib import resources
from pathlib import Path


@cache
def folder(name: str) -> Path:
    """The folder `name` ("templates"): in `_files/` of an installed package, at the top of a checkout."""
    packaged = Path(str(resources.files("clm_tracker"))) / "_files" / name
    in_checkout = Path(__file__).parents[3] / name
    for place in (packaged, in_checkout):
        if place.is_dir():
            return place
    raise FileNotFoundError(f"There is no folder {name!r} in the package or in the checkout.")
