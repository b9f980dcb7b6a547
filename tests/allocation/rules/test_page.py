"""The reference page of the rules says what the catalogue says."""

import re
from pathlib import Path

import pytest

from allocation.rules.fields import FIELDS, OPS, Kind
from allocation.rules.limits import LIMITS
from allocation.rules.words import LimitName, Measure, Per, Queue, Verb
from allocation.rules.written import read

ROOT = Path(__file__).parents[3]
PAGE = (ROOT / "docs/rules.md").read_text()


def fields_table() -> str:
    rows = ["| field | is compared with | what it is |", "|---|---|---|"]
    for field in FIELDS.values():
        kind = field.kind.lower() + (f", {field.unit}" if field.unit else "")
        if field.values:
            kind = ", ".join(field.values)
        rows.append(f"| `{field.name}` | {kind} | {field.says} |")
    return "\n".join(rows)


def operators_table() -> str:
    rows = ["| kind | operators |", "|---|---|"]
    rows += [f"| {kind.lower()} | {', '.join(OPS[kind])} |" for kind in Kind]
    return "\n".join(rows)


@pytest.mark.parametrize("table", [fields_table, operators_table])
def test_the_table_is_that_of_the_catalogue(table: object) -> None:
    assert callable(table)
    assert table() in PAGE, f"docs/rules.md should hold:\n{table()}"


@pytest.mark.parametrize(
    "word",
    [
        *Verb,
        *Per,
        *Queue,
        *(each.lower() for each in (*Measure, *LimitName)),
        *(name.removesuffix("_minor") for name in LIMITS),
    ],
)
def test_every_word_of_the_language_is_on_the_page(word: str) -> None:
    assert f"`{word}`" in PAGE


def test_every_policy_on_the_page_can_be_read() -> None:
    policies = re.findall(r"^```yaml\n(kind: Policy\n.*?)^```", PAGE, re.M | re.S)
    assert policies
    for text in policies:
        read(text)
