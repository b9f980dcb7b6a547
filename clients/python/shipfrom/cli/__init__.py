"""The `shipfrom` command: data on stdout, words on stderr, `--json` on everything."""

import sys


def main() -> None:
    """Run the command; without the cli extra, say what to install."""
    try:
        from shipfrom.cli.app import run
    except ModuleNotFoundError as missing:
        if missing.name not in ("typer", "rich"):
            raise
        sys.stderr.write(
            "shipfrom: the command line needs typer and rich.\n"
            'Next: pip install "shipfrom[cli]"\n'
        )
        raise SystemExit(2) from None
    raise SystemExit(run(sys.argv[1:]))
