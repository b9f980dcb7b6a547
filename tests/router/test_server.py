"""Real server processes: sharing a port, dying, draining, TLS."""

import asyncio
import json
import os
import shutil
import signal
import ssl
import subprocess
import sys
import time
import urllib.request
from contextlib import contextmanager
from pathlib import Path

import grpc
import pytest

from inventory.database import open_database
from router.server import _view
from router.settings import Settings, SettingsError
from shipfrom.v1 import checkout_service_pb2 as checkout

RPC_TESTS = Path(__file__).parent / "rpc"
QUOTE = "/shipfrom.v1.CheckoutService/Quote"
FRONTS = ("native", "grpcio")

PROGRAM = """
import json, sys
from dataclasses import asdict
from router.server import serve
from router.settings import Settings, SettingsError
def ready(addresses, app):
    print(json.dumps(asdict(addresses)), flush=True)
try:
    settings = Settings(**json.loads(sys.argv[1]))
    sys.exit(serve(settings, on_ready=ready, app="scripted_app:ScriptedApp"))
except SettingsError as wrong:
    sys.exit(str(wrong))
"""


@contextmanager
def server(tmp_path, **settings):
    """A server process on the scripted application; its addresses."""
    given = {
        "port": 0,
        "redis_url": "none",
        "ledger_url": f"sqlite:///{tmp_path}/l.db",
        "drain_notice_s": 0,
        "drain_grace_s": 5,
        **settings,
    }
    process = subprocess.Popen(
        [sys.executable, "-c", PROGRAM, json.dumps(given)],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        env={**os.environ, "PYTHONPATH": str(RPC_TESTS)},
        text=True,
    )
    try:
        line = process.stdout.readline()
        process.addresses = json.loads(line) if line else None
        yield process
    finally:
        process.kill()
        process.communicate()


def two_workers(tmp_path, front):
    # The scripted application opens no ledger, so any other URL will do.
    return server(tmp_path, workers=2, front=front, ledger_url="postgresql://none")


def ask(address, script, credentials=None):
    """One quote over a fresh connection; the scripted answer."""
    options = [("grpc.use_local_subchannel_pool", 1)]
    if credentials:
        channel = grpc.secure_channel(address, credentials, options)
    else:
        channel = grpc.insecure_channel(address, options)
    with channel:
        request = checkout.QuoteRequest(lines=[{"sku": script, "quantity": 1}])
        raw = channel.unary_unary(QUOTE)(request.SerializeToString(), timeout=10)
        return checkout.QuoteResponse.FromString(raw).explanation.verdict


def workers_seen(address, until, seconds=10):
    """The processes that answer, asked until `until` of them were seen."""
    seen, deadline = set(), time.monotonic() + seconds
    while len(seen) < until and time.monotonic() < deadline:
        try:
            seen.add(int(ask(address, "worker")))
        except grpc.RpcError:
            time.sleep(0.05)
    return seen


def ended(pids, seconds=10):
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if not any(alive(pid) for pid in pids):
            return True
        time.sleep(0.05)
    return False


def alive(pid):
    try:
        stat = Path(f"/proc/{pid}/stat").read_text()
    except OSError:
        return False
    # A zombie waits only for its parent to notice.
    return stat.rpartition(")")[2].split()[0] != "Z"


@pytest.mark.parametrize("front", ["native"])
def test_two_workers_share_the_ports_and_a_dead_one_is_replaced(tmp_path, front):
    with two_workers(tmp_path, front) as process:
        address = process.addresses["grpc"]
        first = workers_seen(address, 2)
        assert len(first) == 2
        assert process.pid not in first
        victim = first.pop()
        os.kill(victim, signal.SIGKILL)
        later = workers_seen(address, 3) if victim in first else set()
        deadline = time.monotonic() + 15
        while len(later - {victim}) < 2 and time.monotonic() < deadline:
            later |= workers_seen(address, 1)
        assert len(later - {victim}) == 2
        process.terminate()
        assert process.wait(15) == 0
        assert ended(later)


def test_workers_do_not_outlive_a_killed_parent(tmp_path):
    with two_workers(tmp_path, "native") as process:
        workers = workers_seen(process.addresses["grpc"], 2)
        process.kill()
        process.wait()
        assert ended(workers)


@pytest.mark.parametrize("front", FRONTS)
def test_the_first_signal_drains_and_calls_in_progress_are_answered(tmp_path, front):
    with server(tmp_path, front=front) as process:
        channel = grpc.insecure_channel(process.addresses["grpc"])
        request = checkout.QuoteRequest(lines=[{"sku": "sleep 1", "quantity": 1}])
        slow = channel.unary_unary(QUOTE).future(request.SerializeToString())
        time.sleep(0.4)
        process.terminate()
        assert slow.result(timeout=5) is not None
        assert process.wait(10) == 0
        channel.close()


def test_the_second_signal_ends_at_once(tmp_path):
    with server(tmp_path, drain_notice_s=30) as process:
        process.terminate()
        time.sleep(0.3)
        assert process.poll() is None
        process.terminate()
        assert process.wait(3) == 1


@pytest.mark.parametrize("front", FRONTS)
def test_a_port_that_is_taken_is_a_clear_error(tmp_path, front):
    with server(tmp_path, front=front) as process:
        port = int(process.addresses["grpc"].rpartition(":")[2])
        with server(tmp_path, front=front, port=min(port, 63_000)) as second:
            if port > 63_000:
                pytest.skip("the free port is too high to be asked for by number")
            _, words = second.communicate(timeout=10)
        assert second.returncode == 1
        assert "--port" in words


def made_certificates(directory):
    """An authority, a server's and a client's certificate, made by openssl."""

    def openssl(*arguments):
        command = ["openssl", *arguments]
        subprocess.run(command, check=True, capture_output=True, cwd=directory)

    subject = ("-subj", "/CN=shipfrom-test", "-days", "2")
    new_key = ("-newkey", "rsa:2048", "-nodes")
    openssl("req", "-x509", *new_key, "-keyout", "ca.key", "-out", "ca.pem", *subject)
    (directory / "names.cnf").write_text("subjectAltName=DNS:localhost,IP:127.0.0.1\n")
    for name in ("server", "client"):
        openssl(
            *f"req -newkey rsa:2048 -nodes -keyout {name}.key -out {name}.csr".split(),
            "-subj",
            f"/CN={name}",
        )
        openssl(
            *f"x509 -req -in {name}.csr -CA ca.pem -CAkey ca.key -days 2".split(),
            *f"-CAcreateserial -out {name}.pem -extfile names.cnf".split(),
        )
    return directory


@pytest.mark.skipif(not shutil.which("openssl"), reason="openssl is not on PATH")
def test_tls_with_client_certificates_on_both_ports(tmp_path):
    made = made_certificates(tmp_path)
    files = {
        "tls_cert_file": str(made / "server.pem"),
        "tls_key_file": str(made / "server.key"),
        "tls_client_ca_file": str(made / "ca.pem"),
    }
    with server(tmp_path, host="0.0.0.0", **files) as process:
        read = {name: (made / name).read_bytes() for name in os.listdir(made)}
        known = grpc.ssl_channel_credentials(
            read["ca.pem"], read["client.key"], read["client.pem"]
        )
        address = process.addresses["grpc"].replace("0.0.0.0", "localhost")
        assert ask(address, "worker", known) == str(process.pid)
        stranger = grpc.ssl_channel_credentials(read["ca.pem"])
        with pytest.raises(grpc.RpcError):
            ask(address, "worker", stranger)

        trusted = ssl.create_default_context(cafile=made / "ca.pem")
        url = process.addresses["http"].replace("0.0.0.0", "https://localhost")
        with pytest.raises(OSError, match=r"alert|reset|closed"):
            urllib.request.urlopen(url, context=trusted).read()
        trusted.load_cert_chain(made / "client.pem", made / "client.key")
        with urllib.request.urlopen(url, context=trusted) as page:
            assert b"Shipfrom" in page.read()


async def test_a_worker_says_where_it_listens_before_calls_arrive(tmp_path):
    with server(tmp_path) as process:
        url = f"http://{process.addresses['http']}/healthz"
        page = await asyncio.to_thread(urllib.request.urlopen, url)
        with page:
            assert page.read() == b"ok\n"


def test_a_ledger_in_use_is_refused_before_its_valkey_is_touched(
    tmp_path: Path,
) -> None:
    settings = Settings(ledger_url=f"sqlite:///{tmp_path}/l.db", data_dir=tmp_path)
    owner = open_database(settings.ledger_url)
    try:
        with (
            pytest.raises(SettingsError, match="another running process"),
            _view(settings),
        ):
            raise AssertionError("a Valkey was started")
    finally:
        owner.close()
    assert not (tmp_path / "valkey").exists()
