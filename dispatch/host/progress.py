"""Steps of a long start, shown as they go: bars on a terminal, lines in a log."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from time import monotonic

from rich.console import Console
from rich.progress import BarColumn, Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

Tick = Callable[[float, str], None]
"""Called with the fraction done (0 to 1) and a word about what is being done."""


class Steps:
    """Prints one line per step; on a terminal the step under way has a bar and a clock."""

    def __init__(self, console: Console | None = None) -> None:
        self.console = console or Console(stderr=True, highlight=False)

    @contextmanager
    def step(self, vi: str, en: str) -> Iterator[Tick]:
        """One step; gives the function that moves its bar."""
        title = f"{vi} / {en}"
        started = monotonic()
        columns = (SpinnerColumn(), TextColumn("{task.description}"), BarColumn(24), TimeElapsedColumn())
        with Progress(
            *columns, console=self.console, transient=True, disable=not self.console.is_terminal
        ) as bar:
            task = bar.add_task(title, total=None)

            def tick(fraction: float, text: str = "") -> None:
                words = f"{title} · {text}" if text else title
                bar.update(task, total=1.0, completed=min(max(fraction, 0.0), 1.0), description=words)

            yield tick
        self.console.print(f"[green]✓[/green] {title} [dim]{monotonic() - started:.1f} s[/dim]")
