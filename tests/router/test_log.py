"""Logs: one shape for ours and the libraries', on stderr."""

import json
import subprocess
import sys

PROGRAM = """
import logging, sys
from router import log
log.configure(sys.argv[1], "json")
log.get().info("call.answered", rpc="a/B")
logging.getLogger("library").warning("disk is slow")
logging.getLogger("library").info("chatter")
try:
    1 / 0
except ZeroDivisionError as bug:
    log.get().error("rpc.bug", exc_info=bug)
"""


def logged(level):
    program = [sys.executable, "-c", PROGRAM, level]
    done = subprocess.run(program, capture_output=True, text=True, check=True)
    assert done.stdout == ""
    return [json.loads(line) for line in done.stderr.splitlines()]


def test_off_a_terminal_every_line_is_json_on_stderr():
    ours, theirs, bug = logged("info")
    assert (ours["event"], ours["rpc"]) == ("call.answered", "a/B")
    assert (theirs["event"], theirs["level"]) == ("disk is slow", "warning")
    assert "ZeroDivisionError" in bug["exception"]


def test_the_level_silences_what_is_below_it():
    assert [line["level"] for line in logged("error")][-1] == "error"
    assert "call.answered" not in {line["event"] for line in logged("error")}
