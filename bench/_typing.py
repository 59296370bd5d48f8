"""An address typed into the form, and where the time from the last key to the painted places goes."""

from playwright.async_api import Page

from bench._table import percentile

WITHIN_MS = 60_000
PARTS = {
    "last key → asked": "p.asked - p.typed",
    "asked → answered": "p.answered - p.asked",
    "of that the centre itself": "p.served",
    "answered → in the document": "p.stood - p.answered",
    "in the document → painted": "p.seen - p.stood",
}

# The question of the last key is the last one asked; its times are the browser's own.
_ASKED = """
w => {
  const asked = performance.getEntriesByType("resource").filter((e) => e.name.endsWith("/api/geocode"));
  const last = asked.reduce((a, b) => (a.startTime > b.startTime ? a : b));
  const origin = performance.timeOrigin;
  const p = {
    typed: bench.typed, asked: origin + last.startTime, answered: origin + last.responseEnd,
    served: last.responseStart - last.requestStart, stood: bench.stood[w], seen: bench.seen[w],
  };
  return { whole: p.seen - p.typed, PARTS };
}
""".replace("PARTS", ", ".join(f'"{name}": {figure}' for name, figure in PARTS.items()))


async def measure_typing(page: Page, runs: int, pause_ms: int = 80) -> dict[str, list[float]]:
    """Milliseconds of each part (`PARTS`) and the whole, for `runs` addresses, a key every `pause_ms`.

    The number comes last: without its last digit it is another, so that no place of before can be meant.
    """
    field = page.get_by_role("group", name="Tin báo mới").get_by_label("Ở đâu")
    times: dict[str, list[float]] = {}
    for n in range(runs):
        shown = f"{101 + 2 * n} Nguyễn Trãi"
        await page.evaluate("w => window.bench.watch(w, '.candidates', w)", shown)
        await field.fill("")
        await page.evaluate("performance.clearResourceTimings()")
        await field.press_sequentially(f"Nguyễn Trãi số {101 + 2 * n}", delay=pause_ms)
        await page.wait_for_function("w => window.bench.seen[w]", arg=shown, timeout=WITHIN_MS)
        for part, value in (await page.evaluate(_ASKED, shown)).items():
            times.setdefault(part, []).append(value)
    return times


def tell_parts(times: dict[str, list[float]]) -> str:
    """One line: each part's median and 95th percentile."""
    return "; ".join(
        f"{part} {percentile(values, 50):.0f}, {percentile(values, 95):.0f}"
        for part, values in times.items()
        if part != "whole"
    )
