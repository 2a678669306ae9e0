"""What does a visit sheet of the demonstration's monitors look like, as a picture?"""

import io
import random
from datetime import date

from PIL import Image, ImageDraw

from clm_tracker.commands.evidence import Upload

_WIDTH, _ROW, _MARGIN, _ROWS, _VISITS = 640, 44, 40, 8, 4
_PAPER, _INK, _LINE = (250, 248, 241), (31, 41, 64), (190, 186, 172)


def visit_sheet(ref: str, day: date) -> Upload:
    """A ticked sheet for this finding and day; the same ones always give the same picture."""
    ticks = random.Random(f"{ref} {day}")  # noqa: S311 - the same every time
    height = 2 * _MARGIN + _ROW * (_ROWS + 2)
    image = Image.new("RGB", (_WIDTH, height), _PAPER)
    draw = ImageDraw.Draw(image)
    draw.text((_MARGIN, _MARGIN), f"Visit sheet  {ref}  {day.isoformat()}", fill=_INK, font_size=24)
    top = _MARGIN + 2 * _ROW
    column = (_WIDTH - 2 * _MARGIN) // (_VISITS + 2)
    for row in range(_ROWS + 1):
        y = top + (row - 1) * _ROW
        draw.line((_MARGIN, y + _ROW, _WIDTH - _MARGIN, y + _ROW), fill=_LINE, width=2)
        label = "" if row == 0 else f"Question {row}"
        draw.text((_MARGIN, y + 10), label, fill=_INK, font_size=20)
        for visit in range(_VISITS):
            x = _MARGIN + (visit + 2) * column
            if row == 0:
                draw.text((x, y + 10), f"Visit {visit + 1}", fill=_INK, font_size=20)
            elif ticks.random() < 0.9:
                draw.line((x, y + 22, x + 10, y + 32, x + 30, y + 8), fill=_INK, width=4, joint="curve")
    out = io.BytesIO()
    image.save(out, "PNG", compress_level=1)  # taken in, it is drawn anew anyway
    return Upload("visit-sheet.png", out.getvalue())
