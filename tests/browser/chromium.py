"""Which Chromium the tests drive."""

import os
from pathlib import Path

PATIENCE_MS = 120_000
"""For what a page does: a machine that runs the whole suite at once is slower than a dispatcher's. A picture
of a map that is drawn by the processor alone has taken more than 30 s there."""

_INSTALLED = ("/usr/bin/chromium-headless-shell", "/usr/bin/chromium")


def find_chromium() -> str | None:
    """`CHROMIUM`, else the distribution's: first the one without a window, whose pages open three times as
    fast because no browser's own pages open with them. None stands for the one that Playwright brings."""
    named = os.environ.get("CHROMIUM")
    return named or next((path for path in _INSTALLED if Path(path).exists()), None)
