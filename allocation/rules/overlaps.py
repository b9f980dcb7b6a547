"""Rules that say nothing: contradictions, doubles, and what an earlier rule decides."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from allocation.rules.domains import (
    FAR,
    Numbers,
    Words,
    domains,
    everything,
    impossible,
    together,
)
from allocation.rules.fields import WEEKDAYS
from allocation.rules.findings import Finding, error, warning
from allocation.rules.meaning import is_over, means_more, outlasts, speaks_with
from allocation.rules.words import Verb

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from datetime import datetime

    from allocation.rules.document import PolicyDocument, Rule, Window
    from allocation.rules.meaning import Meaning

WEEK = timedelta(days=7)


def applies(one: Meaning) -> bool:
    """Whether its own conditions can hold together."""
    here = domains(one.rule.where)
    if impossible(here):
        return False
    choices = [together(here, domains((each,))) for each in one.rule.any_of]
    return not choices or not all(map(impossible, choices))


def contradictions(found: Sequence[Meaning]) -> Iterator[Finding]:
    """Rules whose own conditions never hold together."""
    for one in found:
        rule, here = one.rule, domains(one.rule.where)
        field = impossible(here)
        if field:
            yield error(
                f"{one.path}.where",
                f"{rule.id} can never apply: no {field} meets all its conditions",
                f"check the values of {field}",
                rules=(rule.id,),
            )
            continue
        dead = [
            number
            for number, each in enumerate(rule.any_of)
            if impossible(together(here, domains((each,))))
        ]
        if dead and len(dead) == len(rule.any_of):
            text = f"{rule.id} can never apply: no choice of any fits its where"
            yield error(f"{one.path}.any", text, rules=(rule.id,))
            continue
        for number in dead:
            text = f"{rule.id}: this choice of any never fits its where"
            yield warning(f"{one.path}.any[{number}]", text, rules=(rule.id,))


def times(document: PolicyDocument, now: datetime) -> Iterator[Finding]:
    """Rules that are over, or whose dates, hours and clock conditions never meet."""
    for place, rule in enumerate(document.rules):
        path = f"rules[{place}]"
        begin, end = rule.active_from, rule.active_until
        if not rule.enabled:
            continue
        if begin and end and begin >= end:
            text = f"{rule.id} can never apply: its active time ends before it begins"
            yield error(f"{path}.active", text, "swap from and until", rules=(rule.id,))
        elif is_over(rule, now):
            text = f"{rule.id} has ended on {end:%Y-%m-%d}"
            advice = "remove the rule or its active time"
            yield warning(f"{path}.active", text, advice, rules=(rule.id,))
        elif not _ever(rule, document.time_zone):
            text = f"{rule.id} can never apply: its dates, hours and clock never meet"
            yield error(f"{path}.weekly", text, rules=(rule.id,))


def _ever(rule: Rule, time_zone: str) -> bool:
    """Whether some moment suits its dates, its windows and its clock conditions."""
    clock = domains(c for c in rule.where if c.field.startswith("clock."))
    days = clock.get("clock.weekday", everything("clock.weekday"))
    hours = clock.get("clock.time", everything("clock.time"))
    dates = clock.get("clock.date", everything("clock.date"))
    assert isinstance(days, Words)
    assert isinstance(hours, Numbers)
    assert isinstance(dates, Numbers)
    if impossible(clock):
        return True  # told as a contradiction
    weekdays = days.allowed or frozenset()
    windows = [_clipped(window, weekdays, hours) for window in rule.weekly]
    if rule.weekly and not any(windows):
        return False
    open_days = {day for window in windows for day in window} or weekdays
    return _dates_meet(rule, dates, open_days, ZoneInfo(time_zone))


def _clipped(window: Window, weekdays: frozenset[str], hours: Numbers) -> set[str]:
    """Days on which the window and the clock conditions leave some minutes."""
    fits = any(
        max(low, window.from_minute) < min(high, window.until_minute)
        for low, high in hours.spans
    )
    return set(window.weekdays) & weekdays if fits else set()


def _dates_meet(
    rule: Rule, dates: Numbers, open_days: set[str] | frozenset[str], zone: ZoneInfo
) -> bool:
    """Whether a day that is open lies within `active` and the dates; a week holds all
    of them."""
    first = _day(rule.active_from, zone) if rule.active_from else 1
    # A day that is only begun counts.
    beyond = _day(rule.active_until, zone) + 1 if rule.active_until else FAR
    for low, high in dates.spans:
        start, stop = max(low, first), min(high, beyond)
        week = range(start, min(stop, start + WEEK.days))
        if any(WEEKDAYS[(day - 1) % 7] in open_days for day in week):
            return True
    return False


def _day(moment: datetime, zone: ZoneInfo) -> int:
    try:
        return moment.astimezone(zone).toordinal()
    except OverflowError:  # the first or the last day of the calendar
        return moment.toordinal()


def doubles(found: Sequence[Meaning]) -> Iterator[Finding]:
    """Rules that an earlier one makes needless: the same again, or decided before."""
    bare = [_bare(one.rule) for one in found]
    for later in range(len(found)):
        for earlier in range(later):
            same = bare[earlier] == bare[later]
            finding = _needless(found[earlier], found[later], same)
            if finding:
                yield finding
                break


def _needless(first: Meaning, then: Meaning, same: bool) -> Finding | None:
    rules = first.rule.id, then.rule.id
    if same:
        text = f"{then.rule.id} is the same as {first.rule.id}"
        if first.rule.do in ADDING:
            text += " and counts a second time"
        return warning(then.path, text, "keep one of them", rules=rules)
    if first.rule.do is not then.rule.do or not outlasts(first, then):
        return None
    if first.rule.do not in ADDING and _decides(first, then):
        text = f"{then.rule.id} never decides: {first.rule.id} always comes first"
        advice = "remove it"
        if first.rule.do in FIRST_DECIDES:
            advice = f"move it above {first.rule.id}, or remove one of them"
        return warning(then.path, text, advice, rules=rules)
    return None


ADDING = (Verb.PREFER, Verb.CHARGE, Verb.CREDIT)


FIRST_DECIDES = (Verb.KEEP_BACK, Verb.LIMIT, Verb.SEND_TO, Verb.OFFER)
"""Verbs of which the first rule that speaks decides."""


def _bare(rule: Rule) -> Rule:
    """What the rule does, without its names."""
    return replace(rule, id="-", say="-")


def _decides(first: Meaning, then: Meaning) -> bool:
    """Whether `first` leaves nothing to `then`, a rule of the same verb."""
    if not speaks_with(first, then):
        return False
    match first.rule.do:
        case Verb.ONLY:
            return means_more(then, first)
        case Verb.LIMIT:
            return _limits(first, then)
        case Verb.SEND_TO:
            return True
        case Verb.COOL_OFF:
            return _rests_longer(first.rule, then.rule) and means_more(first, then)
        case _:
            return means_more(first, then)


def _rests_longer(one: Rule, other: Rule) -> bool:
    """Whether a node that rests under `other` does so under `one` too."""
    few, hours, minutes = one.terms
    return (
        few <= other.rejections
        and hours >= other.within_hours
        and minutes >= other.for_minutes
    )


def _limits(first: Meaning, then: Meaning) -> bool:
    """The first limit of an order decides; of the limits on nodes each one holds."""
    if first.rule.limit is not then.rule.limit:
        return False
    if not first.rule.asks_nodes and not then.rule.asks_nodes:
        return True
    both = first.rule.asks_nodes and then.rule.asks_nodes
    return both and first.rule.to <= then.rule.to and means_more(first, then)
