"""Any valid policy document, for property tests."""

from datetime import timedelta, timezone
from typing import Any

from hypothesis import strategies as st
from hypothesis.strategies import SearchStrategy

from allocation.cooling import HOURS_MAX, MINUTES_MAX, REJECTIONS_MAX
from allocation.look_ahead import CAP_MINOR_MAX, LookAhead
from allocation.policy import DISTANCE_KM_MAX, WEIGHT_MINOR_MAX, LineSplit
from allocation.rules.condition import TEXT_MAX, VALUE_MAX, Condition, is_text
from allocation.rules.document import (
    Group,
    PolicyDocument,
    Relax,
    Rule,
    Setting,
    Tier,
    Window,
)
from allocation.rules.fields import (
    FIELDS,
    MINUTES_A_DAY,
    OPS,
    SEVERAL,
    WEEKDAYS,
    Field,
    Kind,
    Op,
    Scope,
)
from allocation.rules.limits import (
    LIMIT_MAX,
    LIMIT_MOST,
    LIMIT_OF,
    LIMITS,
    Limits,
)
from allocation.rules.parameters import AMOUNT_MAX, LOCAL, OFFER_MINUTES_MAX, SPEAKING
from allocation.rules.words import (
    LimitName,
    Measure,
    Per,
    Queue,
    Strength,
    Verb,
    WhenUnfilled,
)

TRICKY = (
    "NO",
    "true",
    "null",
    "~",
    "15:00",
    "0x1F",
    "- a",
    "a: b",
    "#1",
    "'",
    '"',
    "é€",
)
characters = st.characters(exclude_categories=("C", "Z")) | st.just(" ")
signs = st.sampled_from("ab {}[]:,&*!|>'\"%@`#-?\\")
texts = st.one_of(
    st.sampled_from(TRICKY),
    st.text(characters, min_size=1, max_size=12).map(str.strip).filter(is_text),
    st.text(signs, min_size=1, max_size=TEXT_MAX).map(str.strip).filter(is_text),
)
instants = st.datetimes(
    timezones=st.integers(-14 * 60, 14 * 60).map(
        lambda minutes: timezone(timedelta(minutes=minutes))
    )
)


def values(field: Field) -> SearchStrategy[Any]:
    """Values that the field may be compared with."""
    if field.values:
        return st.sampled_from(field.values)
    match field.kind:
        case Kind.MONEY:
            return st.integers(0, VALUE_MAX)
        case Kind.WHOLE:
            return st.integers(-VALUE_MAX, VALUE_MAX)
        case Kind.FLAG:
            return st.booleans()
        case Kind.TIME:
            return st.integers(0, MINUTES_A_DAY)
        case Kind.DATE:
            return st.dates().map(lambda day: day.isoformat())
        case _:
            return texts


@st.composite
def conditions(draw: st.DrawFn, scopes: tuple[Scope, ...] = tuple(Scope)) -> Condition:
    names = [name for name, field in FIELDS.items() if field.scope in scopes]
    field = FIELDS[draw(st.sampled_from(names))]
    op = draw(st.sampled_from(OPS[field.kind]))
    if op is Op.IS_SET:
        return Condition(field.name, op)
    one = values(field)
    if op in SEVERAL:
        most, least = (2, 2) if op is Op.BETWEEN else (4, 1)
        return Condition(
            field.name, op, tuple(draw(st.lists(one, min_size=least, max_size=most)))
        )
    return Condition(field.name, op, draw(one))


@st.composite
def windows(draw: st.DrawFn) -> Window:
    days = draw(st.lists(st.sampled_from(WEEKDAYS), min_size=1, max_size=7))
    begin = draw(st.integers(0, MINUTES_A_DAY - 1))
    return Window(tuple(days), begin, draw(st.integers(begin + 1, MINUTES_A_DAY)))


@st.composite
def parameters(draw: st.DrawFn, verb: Verb) -> dict[str, Any]:
    """What the verb needs and may have."""
    match verb:
        case Verb.KEEP_BACK:
            if draw(st.booleans()):
                return {"units": draw(st.integers(1, LIMIT_MAX))}
            return {"percent": draw(st.integers(1, 100))}
        case Verb.LIMIT:
            name = draw(st.sampled_from(LimitName))
            return {"limit": name, "to": draw(st.integers(1, LIMIT_MOST[name]))}
        case Verb.PREFER | Verb.CHARGE | Verb.CREDIT:
            amount = draw(st.integers(1, AMOUNT_MAX))
            return {"amount_minor": amount, "per": draw(st.sampled_from(Per))}
        case Verb.SEND_TO:
            reason = draw(st.one_of(st.just(""), texts))
            return {"queue": draw(st.sampled_from(Queue)), "reason": reason}
        case Verb.OFFER:
            nodes, minutes = (
                draw(st.integers(1, 10)),
                draw(st.integers(0, OFFER_MINUTES_MAX)),
            )
            return {"nodes": nodes, "minutes": minutes}
        case Verb.COOL_OFF:
            bounds = REJECTIONS_MAX, HOURS_MAX, MINUTES_MAX
            names = "rejections", "within_hours", "for_minutes"
            return {
                name: draw(st.integers(1, most))
                for name, most in zip(names, bounds, strict=True)
            }
    return {}


def scopes(verb: Verb, given: dict[str, Any]) -> tuple[Scope, ...]:
    """What the conditions of such a rule may ask about."""
    if verb in (Verb.TOGETHER, Verb.SEND_TO):
        return SPEAKING
    if verb is Verb.LIMIT:
        far = given["limit"] is LimitName.DISTANCE_KM
        return (*SPEAKING, Scope.NODE) if far else SPEAKING
    if verb in (Verb.KEEP_BACK, Verb.COOL_OFF):
        return (*SPEAKING, Scope.NODE, Scope.CELL)
    if "amount_minor" in given and given["per"] is not Per.UNIT:
        return (Scope.ORDER, Scope.CLOCK, Scope.NODE, Scope.LANE)
    return tuple(Scope)


def asked_by(verb: Verb, given: dict[str, Any]) -> SearchStrategy[Condition]:
    """Conditions that such a rule may have."""
    if verb is not Verb.OFFER:
        return conditions(scopes(verb, given))
    still = conditions((*SPEAKING, Scope.NODE))
    return still.filter(lambda asked: asked.field not in LOCAL)


@st.composite
def rules(draw: st.DrawFn, name: str) -> Rule:
    verb = draw(st.sampled_from(Verb))
    given = draw(parameters(verb))
    asked = asked_by(verb, given)
    where = draw(st.lists(asked, max_size=3))
    if verb is Verb.ONLY:
        where.append(draw(conditions((Scope.NODE, Scope.LANE, Scope.CELL))))
    return Rule(
        id=name,
        say=draw(texts),
        do=verb,
        where=tuple(where),
        any_of=tuple(draw(st.lists(asked, max_size=2))),
        strength=draw(st.sampled_from(Strength)),
        enabled=draw(st.booleans()),
        active_from=draw(st.none() | instants),
        active_until=draw(st.none() | instants),
        weekly=tuple(draw(st.lists(windows(), max_size=2))),
        **given,
    )


@st.composite
def relaxes(draw: st.DrawFn) -> Relax:
    if draw(st.booleans()):
        lift = tuple(draw(st.lists(texts, max_size=3)))
        names = st.lists(st.sampled_from(LimitName), unique=True)
        chosen = draw(names.filter(lambda names: bool(names or lift)))
        to = [draw(st.integers(*LIMITS[LIMIT_OF[name]])) for name in chosen]
        return Relax(lift=lift, set_to=tuple(map(Setting, chosen, to)))
    name = draw(st.sampled_from(LimitName))
    return Relax(widen=name, to=draw(st.integers(*LIMITS[LIMIT_OF[name]])))


@st.composite
def limits(draw: st.DrawFn) -> Limits:
    numbers = {name: draw(st.integers(*bounds)) for name, bounds in LIMITS.items()}
    flags = ("ship_complete", "together", "allow_partial")
    return Limits(
        **numbers,
        **{name: draw(st.booleans()) for name in flags},
        line_split=draw(st.sampled_from(LineSplit)),
    )


tiers = st.builds(
    Tier,
    minimise=st.sampled_from(Measure),
    tolerance_bps=st.integers(0, 10_000),
    at_most=st.integers(-1, LIMIT_MAX),
)
several_texts = st.lists(texts, max_size=3).map(tuple)
look_aheads = st.builds(
    LookAhead,
    on=st.booleans(),
    cap_minor=st.none() | st.integers(0, CAP_MINOR_MAX),
    without_tags=several_texts,
)


@st.composite
def documents(draw: st.DrawFn) -> PolicyDocument:
    ids = draw(st.lists(texts, max_size=4, unique=True))
    names = draw(st.lists(texts, max_size=2, unique=True))
    return PolicyDocument(
        name=draw(texts),
        say=draw(texts),
        objective=tuple(draw(st.lists(tiers, min_size=1, max_size=3))),
        limits=draw(limits()),
        rules=tuple(draw(rules(name)) for name in ids),
        relax=tuple(draw(st.lists(relaxes(), max_size=2))),
        unfilled=draw(st.sampled_from(WhenUnfilled)),
        groups=tuple(
            Group(name, draw(several_texts), draw(several_texts)) for name in names
        ),
        time_zone=draw(st.sampled_from(("UTC", "America/New_York"))),
        distance_minor_per_100km=draw(st.integers(0, min(WEIGHT_MINOR_MAX, 10**6))),
        late_minor_per_day=draw(st.integers(0, DISTANCE_KM_MAX)),
        look_ahead=draw(look_aheads),
    )
