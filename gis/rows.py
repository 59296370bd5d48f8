"""Rows of a CSV file with the lines they stand on, whatever its coding and its quotes."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Sequence
from pathlib import Path

import msgspec

from gis.errors import SourceBroken, SourceMissing

_UTF_16 = frozenset({b"\xff\xfe", b"\xfe\xff"})
_LINES_AT_MOST = 40
"""A cell of more lines is taken for a quote that nobody closed."""


class CsvRow(msgspec.Struct, frozen=True):
    """One row: its columns by name, the line it begins on (the head is line 1), and whether it is torn: a
    quote in it is opened and not closed, so that it is read as far as its own line goes."""

    line: int
    cells: dict[str, str]
    torn: bool = False
    surplus: tuple[str, ...] = ()
    """Cells behind the last column that has a name, those with something in them."""

    def get(self, column: str) -> str:
        """What stands in a column, "" where it has none."""
        return self.cells.get(column, "")


def read_text(path: Path) -> str:
    """The text of a file in UTF-8 or UTF-16. Raises SourceMissing or SourceBroken."""
    try:
        raw = path.read_bytes()
    except OSError as error:
        raise SourceMissing(path) from error
    try:
        return raw.decode("utf-16" if raw[:2] in _UTF_16 else "utf-8-sig")
    except UnicodeDecodeError as error:
        raise SourceBroken(path, f"neither UTF-8 nor UTF-16: byte {error.start}") from error


def read_rows(text: str, delimiters: str = ",") -> tuple[tuple[str, ...], Iterator[CsvRow]]:
    """The names of the columns, in small letters, and the rows; lines without anything are left out, before
    the head too.

    The one of `delimiters` that stands most often in the head parts the columns. Raises csv.Error for a
    cell of more than 131,072 characters.
    """
    lines = list(io.StringIO(text, newline=""))
    head_at = next((n for n, line in enumerate(lines) if line.strip()), 0)
    delimiter = max(delimiters, key=(lines[head_at] if lines else "").count)
    head = _lenient(lines[head_at : head_at + 1], delimiter)
    columns = [name.strip().lower() for name in head]
    while columns and not columns[-1]:
        columns.pop()
    return tuple(columns), _rows(lines, head_at + 1, columns, delimiter)


def _rows(lines: Sequence[str], at: int, columns: Sequence[str], delimiter: str) -> Iterator[CsvRow]:
    while at < len(lines):
        if not lines[at].strip():
            at += 1
            continue
        cells, used = _whole(lines, at, delimiter)
        torn = not used
        if torn:
            cells = _torn(lines[at], len(columns), delimiter)
        surplus = tuple(cell for cell in cells[len(columns) :] if cell.strip())
        yield CsvRow(at + 1, dict(zip(columns, cells, strict=False)), torn, surplus)
        at += used or 1


def _whole(lines: Sequence[str], at: int, delimiter: str) -> tuple[list[str], int]:
    """The cells of the row at a line and how many lines it takes; ([], 0) where its quotes are not closed."""
    if '"' not in lines[at]:
        return _lenient([lines[at]], delimiter), 1
    reader = csv.reader(lines[at : at + _LINES_AT_MOST], delimiter=delimiter, strict=True)
    try:
        cells = next(reader, [])
    except csv.Error:
        reader = csv.reader([lines[at]], delimiter=delimiter)
        cells = next(reader, [])
        return (cells, 1) if lines[at].count('"') % 2 == 0 else ([], 0)
    return cells, reader.line_num


def _torn(line: str, columns: int, delimiter: str) -> list[str]:
    """The cells of a line with a quote too many: as many as there are columns where the quotes are left out
    of account, else all behind the quote is one cell."""
    cells = next(csv.reader([line], delimiter=delimiter, quoting=csv.QUOTE_NONE), [])
    if len(cells) != columns:
        cells = _lenient([line], delimiter)
    return [cell.replace('"', "").strip() for cell in cells]


def _lenient(lines: Sequence[str], delimiter: str) -> list[str]:
    return next(csv.reader(lines, delimiter=delimiter), [])
