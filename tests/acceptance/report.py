"""The page that a replay prints: a table by group, then every failure and skip."""

from collections import Counter
from collections.abc import Iterable, Sequence

from .adapter import Verdict

RESULTS = ("passed", "failed", "skipped")


def page(verdicts: Sequence[Verdict]) -> str:
    """Everything there is to know about a run, for people."""
    parts = [_table(verdicts)]
    for title, result in (
        ("failed", "failed"),
        ("skipped, and what they need", "skipped"),
    ):
        rows = [verdict for verdict in verdicts if verdict.result == result]
        if rows:
            parts.append("\n".join([title, *(_row(verdict) for verdict in rows)]))
    missing = Counter(
        reason for v in verdicts if v.result == "skipped" for reason in v.reasons
    )
    if missing:
        rows_missing = (f"  {n:4} {name}" for name, n in missing.most_common())
        parts.append("\n".join(["skips by capability", *rows_missing]))
    return "\n\n".join(parts) + "\n"


def _table(verdicts: Sequence[Verdict]) -> str:
    groups = dict.fromkeys(verdict.case.group for verdict in verdicts)
    width = max([len("group"), *map(len, groups)])
    lines = [_line("group", RESULTS, width)]
    for group in groups:
        of_group = [verdict for verdict in verdicts if verdict.case.group == group]
        lines.append(_line(group, _counts(of_group), width))
    lines.append(_line("all", _counts(verdicts), width))
    return "\n".join(lines)


def _counts(verdicts: Iterable[Verdict]) -> tuple[int, ...]:
    counted = Counter(str(verdict.result) for verdict in verdicts)
    return tuple(counted[result] for result in RESULTS)


def _line(name: str, columns: Sequence[object], width: int) -> str:
    return f"{name:<{width}}" + "".join(f"{column!s:>9}" for column in columns)


def _row(verdict: Verdict) -> str:
    head = f"  {verdict.case.id}: "
    if verdict.result == "skipped":
        return head + ", ".join(verdict.reasons)
    return "\n".join(
        [head + verdict.case.title, *(f"    {r}" for r in verdict.reasons)]
    )
