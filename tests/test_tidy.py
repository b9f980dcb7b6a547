"""The house rules that a machine can read: arrows, sizes, words, bounds."""

import ast
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
OURS = ("allocation", "inventory", "router", "clients/python/shipfrom", "benchmarks")
GENERATED = ROOT / "clients/python/shipfrom/v1"
FUNCTION_LINES_MAX = 40
FILE_LINES_MAX = 300
NESTING_MAX = 4
POSITIONAL_MAX = 4

FORBIDDEN_IMPORTS = {
    "allocation": {"router", "redis", "sqlalchemy", "grpc", "shipfrom", "benchmarks"},
    "inventory": {"router", "allocation", "grpc", "shipfrom", "benchmarks"},
    "router": {"benchmarks", "tests"},
    "clients/python/shipfrom": {"allocation", "sqlalchemy", "redis", "ortools"},
}
"""One arrow: router -> allocation -> inventory, and router -> inventory."""

SERVER_DOORS = {
    "clients/python/shipfrom/testing.py",
    *(f"clients/python/shipfrom/cli/{n}.py" for n in ("server", "audit", "bench")),
}
"""Files of the client that may open the server, lazily, where it is installed."""

BANNED_WORDS = re.compile(
    r"\b(T[O]DO|F[I]XME|X[X]X|H[A]CK|N[o]tImplemented\w*|warehouse\w*|reservation\w*|facilit\w+)\b"
)
BANNED_IDENTIFIER = re.compile(r"fulfil", re.IGNORECASE)


def sources(*folders: str) -> list[Path]:
    found = [p for f in folders for p in sorted((ROOT / f).rglob("*.py"))]
    return [p for p in found if GENERATED not in p.parents]


def name(path: Path) -> str:
    return str(path.relative_to(ROOT))


def imported(tree: ast.AST) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        if isinstance(node, ast.ImportFrom) and node.module and not node.level:
            yield node.module


def functions(tree: ast.AST) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            yield node


def code_lines(path: Path, node: ast.AST) -> int:
    """Lines of a function without blanks, comments and its docstring."""
    body = node.body  # type: ignore[attr-defined]  # only functions are passed
    if ast.get_docstring(node):  # type: ignore[arg-type]  # only functions are passed
        body = body[1:]
    if not body:
        return 0
    lines = path.read_text().splitlines()[body[0].lineno - 1 : node.end_lineno]  # type: ignore[attr-defined]  # only functions are passed
    return sum(1 for line in lines if line.strip() and not line.strip().startswith("#"))


@pytest.mark.parametrize("folder", FORBIDDEN_IMPORTS)
def test_imports_follow_the_one_arrow(folder: str) -> None:
    wrong = []
    for path in sources(folder):
        if name(path) in SERVER_DOORS:
            continue
        for module in imported(ast.parse(path.read_text())):
            top = module.split(".")[0]
            own = folder.endswith(top)
            if top in FORBIDDEN_IMPORTS[folder] and not own:
                wrong.append(f"{name(path)} imports {module}")
    assert wrong == []


def test_solvers_know_only_arrays_the_price_of_carriage_and_what_is_proven() -> None:
    allowed = ("allocation.solvers", "allocation.carriage", "allocation.status")
    wrong = [
        f"{name(path)} imports {module}"
        for path in sources("allocation/solvers")
        for module in imported(ast.parse(path.read_text()))
        if module.startswith("allocation") and not module.startswith(allowed)
    ]
    assert wrong == []


def test_allocation_takes_only_words_and_refusals_from_inventory() -> None:
    wrong = [
        f"{name(path)} imports {module}"
        for path in sources("allocation")
        for module in imported(ast.parse(path.read_text()))
        if module.startswith("inventory")
        and module not in ("inventory.errors", "inventory.quantities")
    ]
    assert wrong == []


def test_functions_fit_on_a_screen() -> None:
    wrong = [
        f"{name(path)}:{node.lineno} {node.name} has {lines} lines"
        for path in sources(*OURS)
        for node in functions(ast.parse(path.read_text()))
        if (lines := code_lines(path, node)) > FUNCTION_LINES_MAX
    ]
    assert wrong == []


def test_files_stay_small() -> None:
    wrong = [
        f"{name(path)} has {lines} lines"
        for path in sources(*OURS)
        if path != ROOT / "clients/python/shipfrom/__init__.py"  # a list of names
        and (lines := len(path.read_text().splitlines())) > FILE_LINES_MAX
    ]
    assert wrong == []


def test_functions_take_few_positional_arguments() -> None:
    wrong = []
    for path in sources("allocation", "inventory", "router"):
        for node in functions(ast.parse(path.read_text())):
            compiled = any("njit" in ast.dump(d) for d in node.decorator_list)
            names = [a.arg for a in node.args.args if a.arg not in ("self", "cls")]
            row = node.name == "__init__"  # the columns of a row, in their order
            if len(names) > POSITIONAL_MAX and not compiled and not row:
                wrong.append(f"{name(path)}:{node.lineno} {node.name}({len(names)})")
    assert wrong == []


def test_every_module_and_public_name_says_why() -> None:
    wrong = []
    for path in sources("allocation", "inventory", "router", "clients/python/shipfrom"):
        if "migrations/versions" in name(path):
            continue  # one statement a function, named after its table
        tree = ast.parse(path.read_text())
        if not ast.get_docstring(tree) and path.name != "__init__.py":
            wrong.append(f"{name(path)} has no docstring")
        for node in tree.body:
            public = isinstance(
                node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef
            ) and not node.name.startswith("_")
            if public and not ast.get_docstring(node):
                bases = getattr(node, "bases", [])
                if not bases:  # an enum or refusal named by its class needs no more
                    wrong.append(f"{name(path)}:{node.lineno} {node.name}")
    assert wrong == []


def test_words_of_the_glossary_and_no_promises_left_open() -> None:
    wrong = [
        f"{name(path)}:{number}: {match.group()}"
        for path in sources(*OURS)
        for number, line in enumerate(path.read_text().splitlines(), 1)
        if (match := BANNED_WORDS.search(line))
    ]
    assert wrong == []


def test_no_identifier_has_the_word_with_two_spellings() -> None:
    wrong = {
        f"{name(path)}: {identifier}"
        for path in sources(*OURS)
        for node in ast.walk(ast.parse(path.read_text()))
        for identifier in (getattr(node, "id", ""), getattr(node, "name", ""))
        if isinstance(identifier, str) and BANNED_IDENTIFIER.search(identifier)
    }
    assert wrong == set()


def test_broad_catches_live_only_at_the_rim() -> None:
    allowed = {"router/rpc/status.py", "router/sweeper.py"}
    wrong = [
        f"{name(path)}:{node.lineno}"
        for path in sources("allocation", "inventory", "router")
        if name(path) not in allowed
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.ExceptHandler)
        and (node.type is None or "Exception'" in ast.dump(node.type))
    ]
    assert wrong == []


def test_every_suppression_says_why() -> None:
    bare = re.compile(
        r"#\s*(type: ignore(\[[\w-]+(, ?[\w-]+)*\])?|noqa(: ?[\w, ]+)?)\s*$"
    )
    wrong = [
        f"{name(path)}:{number}"
        for path in sources(*OURS)
        for number, line in enumerate(path.read_text().splitlines(), 1)
        if bare.search(line)
    ]
    assert wrong == []


def test_no_registry_host_and_no_machine_path_is_committed() -> None:
    listed = subprocess.run(
        ["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=True
    )
    pattern = re.compile(
        r"(index-url|--index|pypi\.org|files\.pythonhosted|/work/|/root/)"
    )
    wrong = []
    for file in listed.stdout.split():
        path = ROOT / file
        if (
            path.suffix in (".gz", ".png")
            or not path.is_file()
            or path == Path(__file__)
        ):
            continue
        for number, line in enumerate(path.read_text(errors="replace").splitlines(), 1):
            if pattern.search(line):
                wrong.append(f"{file}:{number}")
    assert wrong == []


def test_the_set_up_compiles_all_that_is_ever_compiled() -> None:
    """What it leaves out keeps the first caller of a fresh clone waiting for it."""
    [command] = re.findall(
        r'python -c "(import allocation\.[^"]*)"', (ROOT / "Makefile").read_text()
    )
    tell = "import sys; print(*sys.modules)"
    done = subprocess.run(
        [sys.executable, "-c", f"{command}; {tell}"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    compiled = {
        ".".join(path.relative_to(ROOT).with_suffix("").parts)
        for path in (ROOT / "allocation").rglob("*.py")
        if "solvers.compiled import" in path.read_text()
    }
    assert compiled
    assert compiled <= set(done.stdout.split())
