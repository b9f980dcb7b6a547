"""A command said once more, with the options that were given: it can be pasted."""

import shlex
from collections.abc import Collection, Iterator, Mapping, Sequence
from types import MappingProxyType
from typing import TYPE_CHECKING

import typer

if TYPE_CHECKING:
    # typer carries click inside itself and does not name its context publicly.
    from typer._click import Context

# How an answer looks is no part of the question.
LOOKS = frozenset({"explain", "json", "quiet", "wide"})


def verb_of(context: "Context") -> str:
    """The words of the command that runs, for example `order cancel`."""
    if context.parent is None:
        return ""
    return f"{verb_of(context.parent)} {context.info_name}".lstrip()


def again(
    context: typer.Context,
    verb: str,
    *,
    without: Collection[str] = (),
    plus: Sequence[str] = (),
    instead: Mapping[str, str] = MappingProxyType({}),
) -> str:
    """`shipfrom VERB` with what the command of `context` was given.

    Args:
        context: the command that runs, with its options and arguments.
        verb: what to do with them now.
        without: names of parameters to leave out.
        plus: words to add.
        instead: other words for some that were typed.
    """
    left_out = LOOKS | set(without)
    if verb != verb_of(context):
        left_out |= {"why_not"}
    words = [word for words in _given(context, left_out) for word in words]
    mended = (instead.get(word, word) for word in words)
    return shlex.join(["shipfrom", *verb.split(), *mended, *plus])


def _given(
    context: typer.Context, left_out: Collection[str]
) -> Iterator[tuple[str, ...]]:
    """The words of each parameter that differs from its default, options first."""
    parameters = context.command.params
    ordered = sorted(parameters, key=lambda each: each.param_type_name == "argument")
    for parameter in ordered:
        value = context.params.get(parameter.name or "")
        if parameter.name in left_out or not value or value == parameter.default:
            continue
        values = value if isinstance(value, list | tuple) else (value,)
        if parameter.param_type_name == "argument":
            yield tuple(map(str, values))
        elif value is True:
            yield (parameter.opts[0],)
        else:
            yield from ((parameter.opts[0], str(one)) for one in values)
