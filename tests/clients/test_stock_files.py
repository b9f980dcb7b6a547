"""`shipfrom import stock` against the real server: files of other systems."""

import csv
import json
import sys
import uuid
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from shipfrom import (
    AsyncClient,
    Client,
    Feed,
    Item,
    Money,
    StockCount,
    StockDelta,
)
from shipfrom.cli.app import run
from shipfrom.testing import Server

Write = Callable[..., Path]


@pytest.fixture(scope="module")
def server() -> Iterator[Server]:
    with Server() as started:
        yield started


@pytest.fixture
def sf(server: Server) -> Client:
    return server.client()


@pytest.fixture
def node(server: Server) -> str:
    """A node that no other test counts."""
    name = f"n-{uuid.uuid4().hex[:8]}"
    server.node(name)
    return name


def shipfrom(sf: Client, *arguments: str | Path) -> int:
    return run([*map(str, arguments), "--address", sf.address])


def stocked(sf: Client, node: str) -> dict[str, int]:
    return {cell.sku: cell.on_hand for cell in sf.stock(node_id=node)}


def errors_of(path: Path) -> list[dict[str, str]]:
    with path.with_name(path.name + ".errors.csv").open(
        encoding="utf-8-sig", newline=""
    ) as file:
        return list(csv.DictReader(file))


def test_a_dry_run_previews_every_row(
    sf: Client, node: str, write: Write, capsys: pytest.CaptureFixture[str]
) -> None:
    sf.upsert_items([Item("NEW-1")])
    sf.set_stock({("SKU-1", node): 5, ("SKU-9", node): 5})
    path = write(
        f"sku,node_id,on_hand\nSKU-1,{node},5\nSKU-9,{node},7\nNEW-1,{node},1\n"
        f"SKU-2,{node},1\nSKU-9,{node},x\n"
    )
    assert shipfrom(sf, "import", "stock", path, "--dry-run") == 1
    out, err = capsys.readouterr()
    assert out == "5 rows: 1 new, 1 changed, 1 unchanged, 2 rejected\n"
    assert "did you mean SKU-" in err
    found = [(e["error_line"], e["error_field"]) for e in errors_of(path)]
    assert found == [("5", "sku"), ("6", "on_hand")]
    assert stocked(sf, node) == {"SKU-1": 5, "SKU-9": 5}


def test_the_same_file_of_a_source_is_applied_once(
    sf: Client, node: str, write: Write, capsys: pytest.CaptureFixture[str]
) -> None:
    path = write(f"sku,node_id,on_hand\nSKU-1,{node},5\n")
    assert shipfrom(sf, "import", "stock", path, "--source", "erp") == 0
    sf.adjust_stock({("SKU-1", node): 2})
    assert shipfrom(sf, "import", "stock", path, "--source", "erp") == 0
    out = capsys.readouterr().out.splitlines()
    assert out == [
        "1 row accepted, 0 rejected",
        "0 rows accepted, 0 rejected, 1 outdated",
    ]
    assert stocked(sf, node) == {"SKU-1": 7}
    [mark] = sf.feed_marks(node_id=node)
    assert (mark.source, mark.owner, mark.open) == ("erp", True, False)


def test_an_older_sequence_is_not_applied(sf: Client, node: str, write: Write) -> None:
    for number, units in ((7, 5), (6, 1)):
        path = write(f"sku,node_id,on_hand\nSKU-1,{node},{units}\n")
        flags = ("--source", "erp", "--sequence", str(number))
        assert shipfrom(sf, "import", "stock", path, *flags) == 0
    assert stocked(sf, node) == {"SKU-1": 5}


def test_a_node_of_another_source_is_refused_until_it_is_taken_over(
    sf: Client, node: str, write: Write, capsys: pytest.CaptureFixture[str]
) -> None:
    path = write(f"sku,node_id,on_hand\nSKU-1,{node},5\n")
    assert shipfrom(sf, "import", "stock", path, "--source", "erp") == 0
    assert shipfrom(sf, "import", "stock", path, "--source", "wms") == 1
    assert f"erp counts {node}" in capsys.readouterr().err
    flags = ("--source", "wms", "--take-over")
    assert shipfrom(sf, "import", "stock", path, *flags) == 0


def test_a_snapshot_empties_what_it_does_not_name(
    sf: Client, node: str, write: Write, capsys: pytest.CaptureFixture[str]
) -> None:
    sf.set_stock({("SKU-1", node): 5, ("SKU-9", node): 5})
    path = write(f"sku;node_id;on_hand\nSKU-1;{node};6\n")
    whole = ("--snapshot", "--node", node, "--rows", "1")
    assert shipfrom(sf, "import", "stock", path, *whole) == 0
    assert (
        capsys.readouterr().out == "1 row accepted, 0 rejected, 1 absent cell emptied\n"
    )
    assert stocked(sf, node) == {"SKU-1": 6, "SKU-9": 0}


def test_a_snapshot_that_is_not_whole_is_not_sent(
    sf: Client, node: str, write: Write, capsys: pytest.CaptureFixture[str]
) -> None:
    sf.set_stock({("SKU-9", node): 5})
    path = write(f"sku,node_id,on_hand\nSKU-1,{node},6\n")
    cut = ("--snapshot", "--node", node, "--rows", "2")
    assert shipfrom(sf, "import", "stock", path, *cut) == 2
    assert "has 1 rows, and --rows says 2; nothing was sent" in capsys.readouterr().err
    path = write(f"sku,node_id,on_hand\nSKU-1,{node},6\nSKU-9,{node},x\n")
    assert shipfrom(sf, "import", "stock", path, *cut) == 1
    assert capsys.readouterr().out == (
        "Nothing went in: 1 of 2 rows rejected (--snapshot)\n"
    )
    assert stocked(sf, node) == {"SKU-9": 5}


@pytest.mark.parametrize(
    "flags",
    [
        ("--snapshot",),
        ("--snapshot", "--node", "n"),
        ("--node", "n"),
        ("--snapshot", "--delta", "--node", "n", "--rows", "1"),
        ("--delta", "--all-or-nothing"),
        ("--as-of", "2026-11-20"),
        ("--location", "nowhere"),
    ],
)
def test_flags_that_contradict_each_other_are_wrong_usage(
    sf: Client, write: Write, flags: tuple[str, ...]
) -> None:
    path = write("sku,node_id,on_hand\nA,n,1\n")
    assert shipfrom(sf, "import", "stock", path, *flags) == 2


def test_a_count_of_a_moment_keeps_what_moved_since(
    server: Server, sf: Client, node: str, write: Write
) -> None:
    sf.set_stock({("SKU-1", node): 5, ("SKU-9", node): 5})
    counted = server.clock.now().isoformat()
    server.clock.advance("60s")
    sf.adjust_stock({("SKU-1", node): -1, ("SKU-9", node): -1})
    path = write(
        f"sku,node_id,on_hand,as_of\nSKU-1,{node},8,{counted}\nSKU-9,{node},8,\n"
    )
    assert shipfrom(sf, "import", "stock", path, "--as-of", counted) == 0
    assert stocked(sf, node) == {"SKU-1": 7, "SKU-9": 7}


def test_a_moment_without_a_zone_is_named_with_its_place(
    sf: Client, node: str, write: Write, capsys: pytest.CaptureFixture[str]
) -> None:
    path = write(f"sku,node_id,on_hand,as_of\nSKU-1,{node},8,2026-11-16 12:00\n")
    assert shipfrom(sf, "import", "stock", path) == 1
    said = f"{path}:2:4 as_of: '2026-11-16 12:00' names no time zone"
    assert said in capsys.readouterr().err


SHOPIFY = (
    "Handle,Title,Option1 Name,Option1 Value,SKU,HS Code,COO,Location,"
    "Incoming (not editable),Unavailable (not editable),Committed (not editable),"
    "Available (not editable),On hand (current),On hand (new)\n"
    'tee,"Tee, red",Size,M,SKU-1,,US,Main Street,0,0,2,4,6,\n'
    "tee,,Size,L,SKU-9,,US,Main Street,not stocked,not stocked,not stocked,"
    "not stocked,not stocked,\n"
)


def test_an_export_of_shopify_is_read_as_it_is(
    sf: Client, node: str, write: Write, capsys: pytest.CaptureFixture[str]
) -> None:
    path = write("\ufeff" + SHOPIFY, name="inventory_export.csv")
    flags = ("--location", f"Main Street={node}")
    assert shipfrom(sf, "import", "stock", path, *flags) == 0
    out, err = capsys.readouterr()
    assert out == "1 row accepted, 0 rejected\n"
    assert "read as Shopify inventory" in err
    assert "is not read" not in err
    assert stocked(sf, node) == {"SKU-1": 6}, "what is not stocked is no cell"


def test_an_older_export_of_shopify_is_read_too(
    sf: Client, node: str, write: Write
) -> None:
    path = write(
        "Handle,Title,SKU,Location,Incoming,Unavailable,Committed,Available,On hand\n"
        f"tee,Tee,SKU-1,{node},0,0,2,4,6\n"
    )
    assert shipfrom(sf, "import", "stock", path) == 0
    assert stocked(sf, node) == {"SKU-1": 6}


def test_a_local_inventory_of_google_is_read_as_it_is(
    sf: Client, node: str, write: Write, capsys: pytest.CaptureFixture[str]
) -> None:
    path = write(
        "store code\tid\tquantity\tpickup method\tpickup sla\n"
        f"{node}\tSKU-1\t3\tbuy\tsame day\n",
        name="local.txt",
    )
    assert shipfrom(sf, "import", "stock", path) == 0
    assert "read as Google local inventory" in capsys.readouterr().err
    assert stocked(sf, node) == {"SKU-1": 3}


def test_an_export_without_its_count_is_refused(
    sf: Client, write: Write, capsys: pytest.CaptureFixture[str]
) -> None:
    path = write("Handle,SKU,Location,Available\ntee,SKU-1,Main,4\n")
    assert shipfrom(sf, "import", "stock", path) == 2
    said = "column 'on_hand': is missing in this Shopify inventory file"
    assert said in capsys.readouterr().err


def test_json_lines_are_counted_too(sf: Client, node: str, write: Write) -> None:
    lines = [
        {"sku": "SKU-1", "node_id": node, "on_hand": 4},
        {"sku": "SKU-9", "node_id": node, "on_hand": 5, "safety_stock": 1},
    ]
    path = write("\n".join(map(json.dumps, lines)), name="stock.ndjson")
    assert shipfrom(sf, "import", "stock", path) == 0
    assert stocked(sf, node) == {"SKU-1": 4, "SKU-9": 5}


def test_parquet_is_read_in_batches(
    sf: Client, node: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    pyarrow = pytest.importorskip("pyarrow")
    parquet = pytest.importorskip("pyarrow.parquet")
    path = tmp_path / "stock.parquet"
    columns = {"sku": ["SKU-1", "SKU-9", None], "node_id": [node] * 3}
    moments = [sf_now(sf) - timedelta(minutes=1)] * 3
    parquet.write_table(
        pyarrow.table(columns | {"on_hand": [4, 5, 6], "as_of": moments}), path
    )
    assert shipfrom(sf, "import", "stock", path) == 1
    assert f"{path}:4:1 sku: is empty" in capsys.readouterr().err
    assert stocked(sf, node) == {"SKU-1": 4, "SKU-9": 5}


def test_parquet_without_its_extra_says_what_to_install(
    sf: Client,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setitem(sys.modules, "pyarrow", None)
    path = tmp_path / "stock.parquet"
    path.write_bytes(b"PAR1" + b"\0" * 20)
    assert shipfrom(sf, "import", "stock", path) == 2
    assert "pip install 'shipfrom[parquet]'" in capsys.readouterr().err


def test_a_long_file_goes_in_part_by_part(
    sf: Client, node: str, write: Write, capsys: pytest.CaptureFixture[str]
) -> None:
    count = 20_001
    names = [f"LONG-{number:05d}" for number in range(count)]
    assert sf.import_items(map(Item, names)).accepted == count
    rows = "".join(f"{name},{node},1\n" for name in names)
    path = write(f"sku,node_id,on_hand\n{rows}LONG-00000,{node},x\n")
    flags = ("--source", "erp", "--sequence", "1", "--quiet")
    assert shipfrom(sf, "import", "stock", path, *flags) == 1
    assert capsys.readouterr().out == "20,001 rows accepted, 1 rejected\n"
    [mark] = sf.feed_marks(node_id=node)
    assert (mark.sequence, mark.open) == (1, False)


def test_documents_of_a_file_are_applied_once_and_whole(
    sf: Client, node: str, write: Write, capsys: pytest.CaptureFixture[str]
) -> None:
    sf.set_stock({("SKU-1", node): 1, ("SKU-9", node): 1})
    header = "sku,node_id,delta,document_id\n"
    good = f"SKU-1,{node},5,GRN-1\nSKU-9,{node},3,GRN-1\n"
    bad = f"SKU-1,{node},2,GRN-2\nSKU-9,{node},x,GRN-2\nSKU-9,{node},-9,RMA-1\n"
    path = write(header + good + bad)
    for said in ("1 document applied, 3 rows", "0 documents applied, 1 applied before"):
        assert shipfrom(sf, "import", "stock", "--delta", path, "--source", node) == 1
        assert capsys.readouterr().out.startswith(said)
        assert stocked(sf, node) == {"SKU-1": 6, "SKU-9": 4}
    errors = errors_of(path)
    assert [(e["error_line"], e["document_id"]) for e in errors] == [
        ("4", "GRN-2"),
        ("5", "GRN-2"),
        ("6", "RMA-1"),
    ]
    errors_path = path.with_name(path.name + ".errors.csv")
    text = errors_path.read_text(encoding="utf-8-sig")
    errors_path.write_text(text.replace(",x,", ",4,").replace("'-9", "-4"))
    flags = ("--delta", errors_path, "--source", node)
    assert shipfrom(sf, "import", "stock", *flags) == 0
    assert stocked(sf, node) == {"SKU-1": 8, "SKU-9": 4}


def test_rows_of_a_document_stand_together(
    sf: Client, node: str, write: Write, capsys: pytest.CaptureFixture[str]
) -> None:
    path = write(
        "sku,node_id,delta,document_id\n"
        f"SKU-1,{node},5,A-{node}\nSKU-1,{node},5,B-{node}\nSKU-9,{node},3,A-{node}\n"
    )
    assert shipfrom(sf, "import", "stock", "--delta", path) == 1
    assert "its rows do not stand together" in capsys.readouterr().err
    assert stocked(sf, node) == {"SKU-1": 5}


def test_a_file_of_changes_without_documents_is_applied_once(
    sf: Client, node: str, write: Write
) -> None:
    path = write(f"sku,node_id,delta\nSKU-1,{node},5\n")
    for _ in range(2):
        assert shipfrom(sf, "import", "stock", "--delta", path) == 0
        assert stocked(sf, node) == {"SKU-1": 5}


def test_a_dry_run_of_changes_changes_nothing(
    sf: Client, node: str, write: Write
) -> None:
    path = write(f"sku,node_id,delta,document_id\nSKU-1,{node},5,D-{node}\n")
    assert shipfrom(sf, "import", "stock", "--delta", "--dry-run", path) == 0
    assert stocked(sf, node) == {}
    assert shipfrom(sf, "import", "stock", "--delta", path) == 0


def test_the_client_applies_a_document_once(sf: Client, node: str) -> None:
    delta = StockDelta("SKU-1", node, 5, document_id=f"GRN-{node}")
    first, again = (sf.import_deltas([delta], source="erp") for _ in range(2))
    assert (first.applied, first.known) == (1, 0)
    assert (again.applied, again.known) == (0, 1)
    moment = StockCount("SKU-1", node, 9, as_of=sf_now(sf))
    assert sf.import_stock([moment]).applied


def test_what_has_most_at_risk_is_listed_first(
    sf: Client, node: str, capsys: pytest.CaptureFixture[str]
) -> None:
    sf.upsert_items([Item("DEAR", value=Money(50_000, "USD")), Item("SKU-1")])
    sf.set_stock({("DEAR", node): 3, ("SKU-1", node): 9, ("SKU-9", node): 0})
    assert shipfrom(sf, "cover", "--node", node, "--json") == 0
    rows = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert [(r["sku"], r["band"], r["units_at_risk"]) for r in rows] == [
        ("DEAR", "OVER", 3),
        ("SKU-1", "OVER", 9),
    ]
    assert rows[0]["value_at_risk"] == {"amount": "1500.00", "currency": "USD"}
    assert shipfrom(sf, "cover", "--node", node, "--limit", "1") == 0
    table = capsys.readouterr().out
    assert "DEAR" in table
    assert "SKU-1" not in table
    assert shipfrom(sf, "cover", "--node", node, "--band", "under") == 0
    assert "DEAR" not in capsys.readouterr().out


def test_how_far_each_source_has_gone_is_listed(
    sf: Client, node: str, capsys: pytest.CaptureFixture[str]
) -> None:
    sf.import_stock([StockCount("SKU-1", node, 5)], feed=Feed("erp", 12))
    assert shipfrom(sf, "feeds", "--node", node) == 0
    table = capsys.readouterr().out
    assert "erp" in table
    assert "12" in table
    assert shipfrom(sf, "feeds", "--source", "nobody", "--json") == 0
    assert capsys.readouterr().out == ""


async def test_the_asynchronous_client_has_the_same_calls(
    sf: Client, node: str
) -> None:
    async with AsyncClient(sf.address, deadline_s=10.0) as client:
        counts = [StockCount("SKU-1", node, 5)]
        report = await client.import_stock(counts, feed=Feed("erp", 1))
        assert report.applied
        delta = StockDelta("SKU-1", node, 2, document_id=f"GRN-{node}")
        for known in (0, 1):
            assert (await client.import_deltas([delta])).known == known
        marks = [mark async for mark in client.feed_marks(node_id=node)]
        assert [mark.sequence for mark in marks] == [1]
        covers = [cover async for cover in client.cover(node_id=node, band="OVER")]
        assert [cover.available for cover in covers] == [7]


def sf_now(sf: Client):  # type: ignore[no-untyped-def] # an instant
    """The server's present: its clock stands still."""
    return sf.availability(["SKU-1"]).as_of
