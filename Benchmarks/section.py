"""What a section hands back, and how it reads as text."""

from collections.abc import Callable
from dataclasses import dataclass, field

from measure import Figures


@dataclass
class Table:
    """Figures that are not those of whole processes, with columns of their own."""

    header: list[str]
    rows: list[list[str]]
    record: dict[str, object]
    """The same for the JSON file, by a name that no other table of the section has."""


@dataclass
class Section:
    """A section's figures and what was found about the outputs."""

    name: str
    title: str
    tables: list[Table] = field(default_factory=list)
    figures: list[Figures] = field(default_factory=list)
    rates: dict[str, Callable[[float], float]] = field(default_factory=dict)
    """Further columns, each from the median seconds: "MB/s", "approaches/s"."""
    notes: list[str] = field(default_factory=list)
    """What the reader must know beside the figures: something skipped, a difference found."""
    failures: list[str] = field(default_factory=list)
    """Outputs that are not what they must be. Times are never here."""

    def text(self) -> str:
        """The section as a plain-text table, with its notes."""
        lines = [self.title, ""]
        for other in self.tables:
            lines += table([other.header, *other.rows])
        if self.figures:
            header = ["program", "median s", "min", "max", "CPU s", *self.rates, "peak RSS MB", "times ours (min - max)"]
            lines += table([header, *map(self.row, self.figures)])
        lines += [f"note: {note}" for note in self.notes]
        lines += [f"CHECK FAILED: {failure}" for failure in self.failures]
        return "\n".join(lines)

    def row(self, figures: Figures) -> list[str]:
        """A program's line of the table."""
        seconds, ratio = figures.seconds, figures.ratio
        return [
            figures.program.name,
            f"{seconds.median:.4f}",
            f"{seconds.min:.4f}",
            f"{seconds.max:.4f}",
            f"{figures.cpu_seconds.median:.4f}",
            *(f"{rate(seconds.median):,.0f}" for rate in self.rates.values()),
            f"{figures.peak_rss_mb:.1f}",
            f"{ratio.median:.2f} ({ratio.min:.2f} - {ratio.max:.2f})" if ratio else "",
        ]

    def record(self) -> dict[str, object]:
        """The section for the JSON file."""
        programs = [figures.record() | {name: rate(figures.seconds.median) for name, rate in self.rates.items()} for figures in self.figures]
        tables = {name: figures for other in self.tables for name, figures in other.record.items()}
        return {"title": self.title, "programs": programs, **tables, "notes": self.notes, "failures": self.failures}


def table(rows: list[list[str]]) -> list[str]:
    """Rows as aligned lines, the first column to the left and the others to the right, with a rule under the first row."""
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    aligned = [[row[0].ljust(widths[0]), *map(str.rjust, row[1:], widths[1:])] for row in rows]
    lines = ["  ".join(row).rstrip() for row in aligned]
    return [lines[0], "-" * (sum(widths) + 2 * (len(widths) - 1)), *lines[1:], ""]
