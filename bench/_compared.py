"""A table of who takes how long for the same: one row a question, one column a router."""

import os
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

OURS = "ours"
IN_THIS_PROCESS = "SciPy"


@dataclass(frozen=True, slots=True)
class Cell:
    """What one router takes: a form with a place for each figure, or words alone where there are none."""

    form: str
    figures: tuple[float, ...] = ()
    note: str = ""

    def __str__(self) -> str:
        told = self.form.format(*map(tell_figure, self.figures))
        return f"{told} ({self.note})" if self.note else told


class Column(dict[str, Cell]):
    """The cells of one router, told as they are measured."""

    def __init__(self, name: str) -> None:
        super().__init__()
        self.name = name

    def __setitem__(self, what: str, cell: Cell) -> None:
        super().__setitem__(what, cell)
        print(f"{self.name}, {what}: {cell} [load {os.getloadavg()[0]:.1f}]", file=sys.stderr, flush=True)


def tell_figure(value: float) -> str:
    """A figure with as many digits as mean something."""
    if value >= 20 or value == 0:
        return f"{value:,.0f}"
    if value >= 1:
        return f"{value:.1f}"
    return f"{value:.2g}" if value >= 0.001 else "<0.001"


def compare(row: Mapping[str, Cell], others: Sequence[str]) -> str:
    """How many times ours that one of the others takes whose first figure is least, figure by figure; nothing
    where we or they have none."""
    ours = row.get(OURS)
    if ours is None or not ours.figures or not all(ours.figures):
        return ""
    count = len(ours.figures)
    peers = {name: row[name] for name in others if name in row and len(row[name].figures) == count}
    if not peers:
        return ""
    fastest = min(peers, key=lambda name: peers[name].figures[0])
    times = [theirs / own for theirs, own in zip(peers[fastest].figures, ours.figures, strict=True)]
    return str(Cell(ours.form, tuple(times), fastest if len(others) > 1 else ""))


def print_compared(columns: Sequence[Column]) -> None:
    """The table as Markdown, rows in the order in which they were first met."""
    names = [column.name for column in columns]
    routers = [name for name in names if name not in (OURS, IN_THIS_PROCESS)]
    print("| what | " + " | ".join(names) + " | fastest router ÷ ours | SciPy ÷ ours |")
    print("|---|" + "---:|" * (len(columns) + 2))
    for what in dict.fromkeys(row for column in columns for row in column):
        row = {column.name: column[what] for column in columns if what in column}
        cells = [str(row.get(name, "not run, as its build or its end says")) for name in names]
        times = compare(row, routers), compare(row, [IN_THIS_PROCESS])
        print(f"| {what} | " + " | ".join([*cells, *times]) + " |")
