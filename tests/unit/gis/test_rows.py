"""A CSV file is read row by row, whatever its quotes."""

import csv
import io
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gis.rows import read_rows

_CELL = st.text(st.characters(codec="utf-8", exclude_characters="\r\x00"), min_size=1, max_size=20)


@given(st.lists(st.tuples(_CELL, _CELL), min_size=1, max_size=8))
def test_what_a_spreadsheet_writes_is_read_as_it_was(cells: list[tuple[str, str]]) -> None:
    file = io.StringIO()
    csv.writer(file, quoting=csv.QUOTE_ALL).writerows([("id", "text"), *cells])
    _, rows = read_rows(file.getvalue())
    read = list(rows)
    assert [(row.get("id"), row.get("text")) for row in read] == cells
    assert not any(row.torn for row in read)


@pytest.mark.parametrize(
    ("line", "text"),
    [
        ('2,"12 Lê Lợi', "12 Lê Lợi"),
        ('2,"12 Lê Lợi, phường 5', "12 Lê Lợi, phường 5"),
        ('2,12 "Lê Lợi"', '12 "Lê Lợi"'),
    ],
)
def test_a_quote_that_is_not_closed_ends_with_its_line(line: str, text: str) -> None:
    _, rows = read_rows(f'id,text\n1,a\n{line}\n3,"b, c"\n4,d\n')
    read = list(rows)
    assert [(row.line, row.get("id"), row.get("text")) for row in read] == [
        (2, "1", "a"),
        (3, "2", text),
        (4, "3", "b, c"),
        (5, "4", "d"),
    ]
    assert [row.line for row in read if row.torn] == ([3] if line.count('"') % 2 else [])


def test_a_quote_closed_far_below_swallows_nothing_either() -> None:
    lines = ['1,"12 Lê Lợi', *(f"{n},chợ Bến Thành" for n in range(2, 80)), '80,45 Lê Lai"']
    _, rows = read_rows("\n".join(["id,text", *lines]))
    read = list(rows)
    assert [row.get("id") for row in read] == [str(n) for n in range(1, 81)]
    assert [row.line for row in read if row.torn] == [2]


def test_a_row_over_several_lines_counts_from_its_first_and_those_behind_keep_theirs() -> None:
    _, rows = read_rows('ID;Text\r\n1;"a\r\nb"\r\n\r\n2;c\r\n', ",;\t")
    assert [(row.line, row.get("id"), row.get("text")) for row in rows] == [(2, "1", "a\r\nb"), (5, "2", "c")]


def test_blank_lines_before_the_head_are_left_out_and_count_as_lines() -> None:
    columns, rows = read_rows("\r\n \r\nid,text\r\n1,a\r\n")
    assert columns == ("id", "text")
    assert [(row.line, row.get("text")) for row in rows] == [(4, "a")]


def test_a_file_full_of_open_quotes_is_read_in_little_time() -> None:
    text = "id,text\n" + "".join(f'{n},"12 Lê Lợi\n' for n in range(5_000))
    begun = time.process_time()
    _, rows = read_rows(text)
    assert sum(row.torn for row in rows) == 5_000
    assert time.process_time() - begun < 5.0
