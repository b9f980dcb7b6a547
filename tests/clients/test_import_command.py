"""`shipfrom import`: good rows go in, bad rows come back with their place."""

import csv
import json
from collections.abc import Callable
from pathlib import Path

import pytest

from shipfrom.cli.app import run
from shipfrom.v1 import inventory_service_pb2 as inventory_pb
from shipfrom.v1 import network_service_pb2 as network_pb
from tests.clients.stub_server import Stub

Write = Callable[..., Path]


def shipfrom(stub: Stub, *arguments: str | Path) -> int:
    return run([*map(str, arguments), "--address", stub.address])


def test_good_rows_go_in_and_bad_rows_come_back(
    stub: Stub, write: Write, capsys: pytest.CaptureFixture[str]
) -> None:
    path = write("sku,node_id,on_hand\nA,n,1\nB,n,x\n=C,nyc1,3\n", name="stock.csv")
    row = inventory_pb.RejectedRow(
        row=2, field="node_id", problem="is unknown", suggestion="did you mean nyc-01?"
    )
    answer = inventory_pb.ImportStockResponse(
        accepted=1, rejected=1, rejected_rows=[row]
    )
    stub.will("ImportStock", answer)
    assert shipfrom(stub, "import", "stock", path) == 1
    out, err = capsys.readouterr()
    assert out == "1 row accepted, 2 rejected\n"
    assert f"{path}:3:3 on_hand: 'x' is not a whole number" in err
    assert f"{path}:4:2 node_id: is unknown; did you mean nyc-01?" in err
    assert err.splitlines()[-1].startswith("Next: mend ")
    [sent] = stub.asked(inventory_pb.ImportStockRequest)
    assert [count.sku for count in sent.rows] == ["A", "=C"]


def test_the_error_file_is_safe_in_a_spreadsheet_and_can_be_imported_again(
    stub: Stub, write: Write, capsys: pytest.CaptureFixture[str]
) -> None:
    path = write("sku,node_id,on_hand\n=C,@nyc,x\nA,n,1\n", name="stock.csv")
    assert shipfrom(stub, "import", "stock", path) == 1
    errors = path.with_name("stock.csv.errors.csv")
    with errors.open(encoding="utf-8-sig", newline="") as file:
        [record] = list(csv.DictReader(file))
    assert (record["sku"], record["node_id"], record["error_line"]) == (
        "'=C",
        "'@nyc",
        "2",
    )
    assert record["error_suggestion"] == "write digits only"
    mended = errors.read_text(encoding="utf-8-sig").replace(",x,", ",7,")
    errors.write_text(mended, encoding="utf-8-sig")
    assert shipfrom(stub, "import", "stock", errors) == 0
    sent = stub.asked(inventory_pb.ImportStockRequest)[-1]
    assert (sent.rows[0].sku, sent.rows[0].node_id, sent.rows[0].on_hand) == (
        "=C",
        "@nyc",
        7,
    )


def test_all_or_nothing_sends_nothing_when_a_row_is_bad(
    stub: Stub, write: Write, capsys: pytest.CaptureFixture[str]
) -> None:
    path = write("sku,node_id,on_hand\nA,n,1\nB,n,x\n")
    assert shipfrom(stub, "import", "stock", path, "--all-or-nothing") == 1
    assert stub.attempts == []
    out, err = capsys.readouterr()
    assert out == "Nothing went in: 1 of 2 rows rejected (--all-or-nothing)\n"
    last = err.splitlines()[-1]
    assert "which has all rows" in last
    assert last.endswith(f"import stock {path}.errors.csv --all-or-nothing")


def test_all_or_nothing_gives_all_rows_back_to_mend(
    stub: Stub, write: Write, capsys: pytest.CaptureFixture[str]
) -> None:
    path = write("sku,node_id,on_hand\nA,n,1\nB,nx,2\nC,n,3\n")
    row = inventory_pb.RejectedRow(row=2, field="node_id", problem="is unknown")
    answer = inventory_pb.ImportStockResponse(rejected=1, rejected_rows=[row])
    stub.will("ImportStock", answer)
    assert shipfrom(stub, "import", "stock", path, "--all-or-nothing") == 1
    assert capsys.readouterr().out.startswith("Nothing went in: 1 of 3 rows rejected")
    errors = path.with_name(path.name + ".errors.csv")
    with errors.open(encoding="utf-8-sig", newline="") as file:
        found = [(r["sku"], r["error_problem"]) for r in csv.DictReader(file)]
    kept = "is good, but did not go in: another row was rejected"
    assert found == [("A", kept), ("B", "is unknown"), ("C", kept)]
    errors.write_text(errors.read_text().replace("nx", "n"))
    assert shipfrom(stub, "import", "stock", errors, "--all-or-nothing") == 0
    sent = stub.asked(inventory_pb.ImportStockRequest)[-1]
    assert [count.sku for count in sent.rows] == ["A", "B", "C"]


def test_a_dry_run_of_all_or_nothing_says_that_nothing_would_go_in(
    stub: Stub, write: Write, capsys: pytest.CaptureFixture[str]
) -> None:
    path = write("sku,node_id,on_hand\nB,n,x\n")
    flags = ("--all-or-nothing", "--dry-run")
    assert shipfrom(stub, "import", "stock", path, *flags) == 1
    assert capsys.readouterr().out.startswith("Nothing would go in: 1 of 1 row ")


def test_a_dry_run_says_what_would_happen(
    stub: Stub, write: Write, capsys: pytest.CaptureFixture[str]
) -> None:
    path = write("lane_id,service,zone\ng2,GROUND,2\ng3,GROUND,3\n")
    assert shipfrom(stub, "import", "lanes", path, "--dry-run") == 0
    assert stub.asked(network_pb.ImportNetworkRequest)[0].validate_only
    out, err = capsys.readouterr()
    assert out == "2 rows would be accepted, 0 rejected\n"
    assert err.splitlines()[-1] == f"Next: shipfrom import lanes {path}"


def test_rejections_that_the_server_did_not_name_are_counted(
    stub: Stub, write: Write, capsys: pytest.CaptureFixture[str]
) -> None:
    stub.will("ImportStock", inventory_pb.ImportStockResponse(rejected=2))
    path = write("sku,node_id,on_hand\nA,n,1\nB,n,2\n")
    assert shipfrom(stub, "import", "stock", path, "--json") == 1
    out, err = capsys.readouterr()
    assert json.loads(out)["rejected"] == 2
    assert "2 more rows were rejected" in err


def test_a_file_that_is_not_there_is_wrong_usage(
    stub: Stub, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert shipfrom(stub, "import", "items", tmp_path / "none.csv") == 2
    out, err = capsys.readouterr()
    assert out == ""
    assert "none.csv: No such file" in err
    assert "Next: " in err
