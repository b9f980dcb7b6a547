"""Every snippet in the documents runs, links resolve, reasons are explained."""

import json
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from inventory import errors

ROOT = Path(__file__).parents[1]
PAGES = sorted(
    page
    for folder in (".", "docs")
    for page in (ROOT / folder).glob("*.md")
    if page.name != "CHANGELOG.md"
)
BLOCK = re.compile(r"^```(python|sh)\n(.*?)^```", re.MULTILINE | re.DOTALL)
EXPLAINED = re.compile(
    r"^```sh\n(shipfrom quote [^\n]*--explain\n)```\n\n```text\n(.*?)```", re.M | re.S
)
WHY_NOT = re.compile(
    r"^```sh\n(shipfrom quote [^\n]*--why-not[^\n]*\n)```\n\n```text\n(.*?)```",
    re.M | re.S,
)
LINK = re.compile(r"\]\((?!https?:|#)([^)#]+)")
NOT_HERE = ("make ", "pip ", "shipfrom dev", "git ")
"""The environment, the suite and the server: what runs this test has run them."""


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, str]]:
    """A development server as the README starts it; the snippets' environment."""
    folder = tmp_path_factory.mktemp("dev")
    command = [
        Path(sys.executable).with_name("shipfrom"),
        "dev",
        "--port",
        "0",
        "--json",
    ]
    clean = {k: v for k, v in os.environ.items() if not k.startswith("SHIPFROM_")}
    with subprocess.Popen(
        command,
        cwd=folder,
        env=clean,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
    ) as process:
        assert process.stdout is not None
        addresses = json.loads(process.stdout.readline())
        search = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
        yield clean | {
            "PATH": search,
            "SHIPFROM_ADDRESS": addresses["grpc"],
            "SHIPFROM_HTTP": addresses["http"],
            "HOME": str(folder),
            "NO_COLOR": "1",
            "COLUMNS": "120",
        }
        process.terminate()


def snippets() -> list[tuple[str, str, str]]:
    return [
        (f"{page.relative_to(ROOT)}-{number}", kind, text)
        for page in PAGES
        for number, (kind, text) in enumerate(BLOCK.findall(page.read_text()), 1)
    ]


@pytest.mark.xdist_group("docs")
@pytest.mark.parametrize(
    ("name", "kind", "text"), [pytest.param(*s, id=s[0]) for s in snippets()]
)
def test_the_snippet_runs(
    name: str, kind: str, text: str, server: dict[str, str], tmp_path: Path
) -> None:
    assert_runs(name, kind, text, server, tmp_path)


@pytest.mark.xdist_group("docs")
def test_the_snippet_for_checkout_services_runs_a_second_time(
    server: dict[str, str], tmp_path: Path
) -> None:
    [checkout] = [
        text
        for name, kind, text in snippets()
        if "README" in name and "sf.hold(quote" in text
    ]
    for _ in range(2):
        assert_runs("README", "python", checkout, server, tmp_path)


@pytest.mark.xdist_group("docs")
def test_the_explanation_in_the_readme_is_what_the_command_says(
    server: dict[str, str], tmp_path: Path
) -> None:
    """But for the days, which depend on today, and how wide that makes a column."""
    [(command, shown)] = EXPLAINED.findall((ROOT / "README.md").read_text())
    done = assert_runs("README", "sh", command, server | {"COLUMNS": "80"}, tmp_path)
    said = done.stdout[done.stdout.index("Ships from") :]
    said = said[: said.index("--wide.") + len("--wide.")]
    assert words_of(said) == words_of(shown)


@pytest.mark.xdist_group("docs")
def test_why_not_in_the_readme_is_what_the_command_says(
    server: dict[str, str], tmp_path: Path
) -> None:
    [(command, shown)] = WHY_NOT.findall((ROOT / "README.md").read_text())
    done = assert_runs("README", "sh", command, server, tmp_path)
    assert " ".join(shown.split()) in done.stdout


def words_of(text: str) -> list[str]:
    return sorted(re.sub(r"[A-Z][a-z]{2} \d+ [A-Z][a-z]{2}|─", "", text).split())


def assert_runs(
    name: str, kind: str, text: str, server: dict[str, str], tmp_path: Path
) -> subprocess.CompletedProcess[str]:
    if kind == "python":
        command = [sys.executable, "-W", "error", "-c", text]
    else:
        lines = [ln for ln in text.splitlines() if not ln.startswith(NOT_HERE)]
        script = "\n".join(lines).replace("localhost:8350", server["SHIPFROM_HTTP"])
        command = ["bash", "-euo", "pipefail", "-c", script]
    done = subprocess.run(
        command,
        env=server,
        cwd=tmp_path,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == 0, f"{name}:\n{text}\n{done.stdout}\n{done.stderr}"
    return done


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_links_to_files_resolve(page: Path) -> None:
    broken = [
        link
        for link in LINK.findall(page.read_text())
        if not (page.parent / link).exists()
    ]
    assert broken == []


def refusals(
    kind: type[errors.Refusal] = errors.Refusal,
) -> Iterator[type[errors.Refusal]]:
    for child in kind.__subclasses__():
        yield child
        yield from refusals(child)


def test_every_reason_of_a_refusal_has_a_line_in_the_error_table() -> None:
    page = (ROOT / "docs/errors.md").read_text()
    missing = {
        r.reason for r in refusals(errors.Refusal) if f"`{r.reason}`" not in page
    }
    assert missing == set()


def test_every_word_of_the_glossary_is_explained() -> None:
    page = (ROOT / "ARCHITECTURE.md").read_text()
    words = ("node", "lane", "cell", "on_hand", "held", "allocated", "short", "hold")
    assert [w for w in words if f"| **{w}** |" not in page] == []
