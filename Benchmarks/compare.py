"""Compares processed CSVs with a reference: same rows, same keys, same text."""

import csv
from collections import Counter, defaultdict
from dataclasses import dataclass
from pathlib import Path

from peers.flatten import HEADER

Key = tuple[str, str]
Row = tuple[str, ...]

ID, DATE = HEADER.index("id"), HEADER.index("date")


@dataclass(frozen=True)
class Table:
    """A processed CSV in memory."""

    header: list[str]
    rows: dict[Key, list[Row]]
    """By (id, date). An object may approach more than once a day, so a key holds a list, in a fixed order."""

    def __len__(self) -> int:
        return sum(map(len, self.rows.values()))


@dataclass(frozen=True)
class Difference:
    """How a table differs from the reference. Keys that only one side has are counted apart from rows whose text differs."""

    keys_missing: int
    keys_added: int
    rows: int
    columns: dict[str, int]
    example: tuple[Row, Row] | None


def read(path: Path) -> Table:
    """The whole file."""
    rows: dict[Key, list[Row]] = defaultdict(list)
    with open(path, newline="", encoding="utf-8") as file:
        reader = csv.reader(file)
        header = next(reader, [])
        for row in reader:
            rows[(row[ID], row[DATE])].append(tuple(row))
    for same_key in rows.values():
        same_key.sort()
    return Table(header, rows)


def compare(reference: Table, other: Table) -> Difference:
    """What the other table has different. How many rows a key has is for the caller to compare, by the tables' lengths."""
    columns: Counter[str] = Counter()
    pairs: list[tuple[Row, Row]] = []
    for key in reference.rows.keys() & other.rows.keys():
        for expected, found in zip(reference.rows[key], other.rows[key], strict=False):
            if expected != found:
                pairs.append((expected, found))
                columns.update(name for name, a, b in zip(HEADER, expected, found, strict=False) if a != b)
    return Difference(
        keys_missing=len(reference.rows.keys() - other.rows.keys()),
        keys_added=len(other.rows.keys() - reference.rows.keys()),
        rows=len(pairs),
        columns=dict(columns),
        example=min(pairs, default=None),
    )
