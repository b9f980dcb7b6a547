"""The server's verbs: words on stderr, data on stdout, exit codes."""

import json
import os
import re
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from contextlib import contextmanager

import pytest
from rich.console import Console

from router import cli


@pytest.fixture(autouse=True)
def elsewhere(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)


@contextmanager
def dev(*flags):
    """`dev` in a process of its own, once it says that it is ready."""
    program = (
        f"import sys; from router.cli import dev; sys.exit(dev({', '.join(flags)}))"
    )
    process = subprocess.Popen(
        [sys.executable, "-c", program],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env={**os.environ, "NO_COLOR": "1"},
    )
    try:
        line = process.stdout.readline()
        assert line, process.stderr.read()
        process.addresses = json.loads(line)
        yield process
    finally:
        process.send_signal(signal.SIGINT)
        _, process.words = process.communicate(timeout=20)


def asked(addresses, method, body):
    url = f"http://{addresses['http']}/shipfrom.v1.{method}"
    request = urllib.request.Request(url, json.dumps(body).encode())
    with urllib.request.urlopen(request, timeout=20) as answer:
        return json.loads(answer.read())


def test_dev_serves_a_demonstration_world_from_an_empty_directory(tmp_path):
    with dev("port=0", "as_json=True") as process:
        items = asked(process.addresses, "NetworkService/ListItems", {"pageSize": 1})
        order = {
            "shipTo": {"postalCode": "10001"},
            "lines": [{"sku": items["items"][0]["sku"], "quantity": 1}],
        }
        plan = asked(process.addresses, "CheckoutService/Quote", order)
        assert plan["best"]["shipments"]
        second = "import sys; from router.cli import dev; sys.exit(dev(port=0))"
        refused = subprocess.run(
            [sys.executable, "-c", second], capture_output=True, text=True, check=False
        )
        assert refused.returncode == cli.WRONG_CONFIGURATION
        assert "name another ledger with --ledger-url" in refused.stderr
    assert process.returncode == 0
    assert "not for production" in process.words
    assert process.addresses["grpc"] in process.words
    assert "synthetic rates" in process.words
    assert f"sqlite:///{tmp_path}/.shipfrom/dev.db" in process.words, "from anywhere"
    assert (tmp_path / ".shipfrom" / "dev.db").exists()
    assert re.search(r"ready in \d+\.\d s", process.words)


def test_a_second_dev_finds_its_world_and_a_lost_ledger_is_filled_again(tmp_path):
    home = tmp_path / ".shipfrom"
    listed = ("NetworkService/ListNodes", {"pageSize": 1000})
    with dev("port=0", "as_json=True") as first:
        nodes = len(asked(first.addresses, *listed)["nodes"])
    note = json.loads((home / "demo.json").read_text())
    (home / "demo.json").write_text(json.dumps(note | {"told": "as it was before"}))
    with dev("port=0", "as_json=True") as again:
        assert len(asked(again.addresses, *listed)["nodes"]) == nodes
    assert "as it was before" in again.words
    for file in home.glob("dev.db*"):
        file.unlink()
    with dev("port=0", "as_json=True") as anew:
        assert len(asked(anew.addresses, *listed)["nodes"]) == nodes
    assert "synthetic rates" in anew.words


def test_the_time_to_ready_counts_from_the_start_of_the_process():
    program = "import time; time.sleep(0.5); from router import cli; {}"
    began = time.monotonic()
    done = subprocess.run(
        [sys.executable, "-c", program.format("print(cli._process_age_s())")],
        capture_output=True,
        check=True,
    )
    # The kernel counts the start in hundredths of a second.
    assert 0.5 < float(done.stdout) < time.monotonic() - began + 0.02


def test_a_slow_start_says_what_it_is_waiting_for(capsys):
    words = Console(stderr=True)
    cli._say_when_slow(words, after_s=0).join()
    assert "compiles the solvers" in capsys.readouterr().err


def test_a_wrong_setting_is_wrong_usage(capsys):
    assert cli.serve(workers=4) == cli.WRONG_CONFIGURATION
    said = capsys.readouterr()
    assert "SQLite" in said.err
    assert said.out == ""


def test_the_doctor_says_what_would_start(capsys):
    assert cli.doctor(as_json=True, redis_url="none") == 0
    report = json.loads(capsys.readouterr().out)
    assert not any(report["checks"].values())
    assert report["settings"]["port"] == "7350"


def test_the_doctor_finds_a_ledger_that_does_not_answer(capsys):
    url = "postgresql+psycopg://nobody@127.0.0.1:1/none?connect_timeout=1"
    found = cli.doctor(redis_url="none", ledger_url=url)
    assert found == cli.CHECK_FAILED
    assert "FAIL  stores" in capsys.readouterr().out


def test_the_doctor_says_what_it_asked_in_vain_and_what_to_do(capsys, monkeypatch):
    monkeypatch.setattr(cli, "DOCTOR_SECONDS_MAX", 0.5)
    with socket.create_server(("127.0.0.1", 0)) as silent:
        place = f"127.0.0.1:{silent.getsockname()[1]}"
        url = f"postgresql+asyncpg://me:secret@{place}/stock"
        assert cli.doctor(redis_url="none", ledger_url=url) == cli.CHECK_FAILED
        [said] = [n for n in capsys.readouterr().out.splitlines() if "stores" in n]
        assert f"@{place}/stock for 0.5 s without an answer" in said
        assert "--ledger-url" in said
        assert "secret" not in said
        # The ledger is made meanwhile: on a busy machine that takes a second.
        monkeypatch.setattr(cli, "DOCTOR_SECONDS_MAX", 20.0)
        assert cli.doctor(redis_url=f"redis://{place}/0") == cli.CHECK_FAILED
        assert f"the view redis://{place}/0 does not answer" in capsys.readouterr().out


def test_the_doctor_does_not_count_the_time_to_compile(capsys):
    assert cli.doctor(redis_url="none", as_json=True) == 0
    checked = list(json.loads(capsys.readouterr().out)["checks"])
    assert checked.index("solvers") < checked.index("stores")
