"""`shipfrom bench`: the benchmarks that come with the server, each a module."""

import pkgutil
import subprocess
import sys
from importlib.util import find_spec
from typing import Annotated

import typer

from shipfrom.cli import options
from shipfrom.cli.problems import CliError
from shipfrom.cli.server import need
from shipfrom.cli.show import put_json, put_text, say

PASS_ON = {"allow_extra_args": True, "ignore_unknown_options": True}


def bench(
    context: typer.Context,
    name: Annotated[
        str, typer.Argument(metavar="[NAME]", help="Which; none lists them.")
    ] = "",
    json: options.AsJson = False,
) -> None:
    """Run a benchmark; what follows its name is passed on to it."""
    need("benchmarks", "shipfrom bench")
    names = _names()
    if not name:
        put_json(names) if json else put_text("\n".join(names))
        say("Next: shipfrom bench NAME --help")
        return
    if name not in names:
        raise CliError(f"there is no benchmark {name!r}", next_step="shipfrom bench")
    flags = [*context.args, *(["--json"] if json else [])]
    done = subprocess.run([sys.executable, "-m", f"benchmarks.{name}", *flags])
    raise typer.Exit(done.returncode)


def _names() -> list[str]:
    """Modules of `benchmarks` that can be run: they have a main of their own."""
    spec = find_spec("benchmarks")
    folders = list(spec.submodule_search_locations or ()) if spec else []
    return sorted(
        module.name for module in pkgutil.iter_modules(folders) if _runs(module.name)
    )


def _runs(name: str) -> bool:
    spec = find_spec(f"benchmarks.{name}")
    if spec is None or spec.origin is None:
        return False
    with open(spec.origin, encoding="utf-8") as file:
        return '__name__ == "__main__"' in file.read()
