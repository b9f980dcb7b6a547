"""Makes a mail of an event: a template by what happened and by language.

A type without a template is told to nobody. A line that names something which the event
does not have is left out, so that one template serves with and without a tracking
number. A line that begins with `Needs:` names what there must be for a mail at all.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from html import escape
from pathlib import Path
from string import Template

from inventory.events.log import Event

TEMPLATES = Path(__file__).parent / "templates"
DEFAULT_LANGUAGE = "en"
_NAMED = re.compile(r"\$(\w+)")


@dataclass(frozen=True, slots=True)
class Rendered:
    """A mail without its addresses."""

    subject: str
    text: str
    html: str


def mailed_types() -> tuple[str, ...]:
    """The types that have a template, in one order."""
    names = (path.stem for path in (TEMPLATES / DEFAULT_LANGUAGE).glob("*.txt"))
    return tuple(sorted(f"shipfrom.{name}.v1" for name in names))


def languages() -> tuple[str, ...]:
    """The languages that there are templates for."""
    return tuple(sorted(path.name for path in TEMPLATES.iterdir() if path.is_dir()))


def render(one: Event, language: str) -> Rendered | None:
    """The mail of an event; an unknown language is English. None if it needs more."""
    spoken = language.lower().partition("-")[0]
    if spoken not in languages():
        spoken = DEFAULT_LANGUAGE
    name = one.type.removeprefix("shipfrom.").removesuffix(".v1")
    facts = {key: str(value) for key, value in one.data.items() if value != ""}
    head, _, text = _template(spoken, f"{name}.txt").partition("\n\n")
    subject, _, needs = head.partition("\n")
    if not set(_NAMED.findall(subject + needs)) <= facts.keys():
        return None
    safe = {key: escape(value) for key, value in facts.items()}
    return Rendered(
        subject=_filled(subject.removeprefix("Subject: "), facts).strip(),
        text=_filled(text, facts),
        html=_filled(_template(spoken, f"{name}.html"), safe),
    )


@lru_cache(maxsize=256)
def _template(language: str, name: str) -> str:
    return (TEMPLATES / language / name).read_text(encoding="utf-8")


def _filled(text: str, facts: Mapping[str, str]) -> str:
    kept = [
        line
        for line in text.splitlines()
        if all(name in facts for name in _NAMED.findall(line))
    ]
    return Template("\n".join(kept) + "\n").substitute(facts)
