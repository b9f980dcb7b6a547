"""Spreadsheets and their traps: what goes in, what comes back with line and column."""

from collections.abc import Callable
from datetime import date, time
from pathlib import Path

import pytest

from shipfrom import CapacitySlot, Item, Lane, Line, Money, Node, StockCount
from shipfrom._imports import Kind
from shipfrom.cli.columns import ALSO, LAYOUTS, Reading, read_rows
from shipfrom.cli.sheet import SheetError, read_sheet

Write = Callable[..., Path]


def read(kind: Kind, path: Path) -> Reading:
    layout = LAYOUTS[kind]
    sheet = read_sheet(path, [*layout.readers], required=layout.required, also=ALSO)
    return read_rows(sheet, layout)


def refused(kind: Kind, path: Path) -> str:
    with pytest.raises(SheetError) as caught:
        read(kind, path)
    return caught.value.problem.at(path.name)


COUNTS = [StockCount("SKU-1", "nyc-01", 5), StockCount("SKU-9", "bos-02", 0)]


@pytest.mark.parametrize(
    "text",
    [
        "sku,node_id,on_hand\nSKU-1,nyc-01,5\nSKU-9,bos-02,0\n",
        "\ufeffsku;node_id;on_hand\r\nSKU-1;nyc-01;5\r\nSKU-9;bos-02;0\r\n",
        "On hand\tSKU\tNode\n5\tSKU-1\tnyc-01\n\n0\tSKU-9\tbos-02",
        'sku,node_id,"on_hand"\n"SKU-1", nyc-01 ,5\nSKU-9,bos-02,0',
        '{"sku":"SKU-1","node_id":"nyc-01","on_hand":5}\n\n'
        '{"on_hand":0,"node_id":"bos-02","sku":"SKU-9","available":0}\n',
    ],
    ids=[
        "comma",
        "semicolon with BOM",
        "tab in another order",
        "quotes and blanks",
        "JSON lines",
    ],
)
def test_every_usual_form_of_a_file_is_read(write: Write, text: str) -> None:
    assert read("stock", write(text)).rows == COUNTS


@pytest.mark.parametrize(
    ("cell", "problem"),
    [
        ("1,234", "'1,234' has a thousands separator; write 1234"),
        ("1.234", "'1.234' has a thousands separator; write 1234"),
        ("1'234'567", "has a thousands separator; write 1234567"),
        ("5.0", "'5.0' is not a whole number; write 5"),
        ("1E+05", "'1E+05' is not a whole number; write 100000"),
        ("five", "'five' is not a whole number; write digits only"),
        ("", "is empty; fill it in"),
    ],
)
def test_a_doubtful_count_is_refused_with_its_place(
    write: Write, cell: str, problem: str
) -> None:
    found = read("stock", write(f"sku;node_id;on_hand\nA;n;1\nB;n;{cell}\nC;n;3\n"))
    assert [row.sku for row in found.rows if isinstance(row, StockCount)] == ["A", "C"]
    [wrong] = found.problems
    assert wrong.at("in.csv").startswith("in.csv:3:3 on_hand: ")
    assert problem in wrong.at("in.csv")


def test_a_record_over_several_lines_keeps_the_line_where_it_starts(
    write: Write,
) -> None:
    path = write('sku,display_name,weight_g\nA,"two\nlines",5\nB,plain,heavy\n')
    found = read("items", path)
    assert found.rows == [Item("A", "two\nlines", 5)]
    assert (found.problems[0].line, found.problems[0].column) == (4, 3)


def test_an_id_that_a_spreadsheet_shortened_is_not_guessed(write: Write) -> None:
    found = read("stock", write("sku,node_id,on_hand\n4.00123E+12,nyc-01,5\n"))
    assert "format the column as text" in found.problems[0].suggestion


def test_a_row_with_too_many_cells_is_refused(write: Write) -> None:
    found = read("stock", write("sku,node_id,on_hand\nA,n,1,234\n"))
    assert found.problems[0].at("f") == (
        "f:2:4 has 4 cells, the header 3; "
        "put a value that contains the separator in quotes"
    )


@pytest.mark.parametrize(
    ("text", "encoding", "said"),
    [
        ("", "utf-8", "in.csv:1:1 is empty; start with sku,node_id,on_hand"),
        (
            "sku,node_id\nA,n\n",
            "utf-8",
            "in.csv:1:1 column 'on_hand': is missing",
        ),
        (
            "sku,node_id,on_hand,safty_stock\n",
            "utf-8",
            "in.csv:1:4 column 'safty_stock': is unknown; did you mean safety_stock?",
        ),
        (
            "sku,sku,node_id,on_hand\n",
            "utf-8",
            "in.csv:1:2 column 'sku': stands twice in the header; remove one",
        ),
        (
            "sku,node_id,on_hand\nA,Köln,5\n",
            "latin-1",
            'in.csv:2:4 byte 0xf6 is not UTF-8; save the file as "CSV UTF-8"',
        ),
        ("sku,node_id\n", "utf-16", "in.csv:1:1 byte 0xff is not UTF-8"),
        (
            'sku,node_id,on_hand\nA,n,5\n"B"x,n,5\n',
            "utf-8",
            "in.csv:3:1 is not readable as CSV",
        ),
    ],
)
def test_a_file_that_cannot_be_read_says_where(
    write: Write, text: str, encoding: str, said: str
) -> None:
    assert refused("stock", write(text, encoding=encoding)).startswith(said)


def test_a_column_that_is_not_read_is_named(write: Write) -> None:
    found = read("stock", write("sku,node_id,on_hand,colour\nA,n,5,red\n"))
    assert found.warnings == ["column 'colour' is not read"]
    assert found.rows == [StockCount("A", "n", 5)]


def test_zip_codes_get_their_zeros_back_and_it_is_said(write: Write) -> None:
    path = write(
        "node_id,postal_code,country\nbos-02,2108,\npr-01,601,US\nber-01,1067,DE\n"
    )
    found = read("nodes", path)
    codes = [row.postal_code for row in found.rows if isinstance(row, Node)]
    assert codes == ["02108", "00601", "1067"]
    assert found.warnings == [
        "line 2: ZIP code 2108 read as 02108",
        "line 3: ZIP code 601 read as 00601",
    ]


def test_a_node_is_read_whole(write: Write) -> None:
    path = write(
        "node_id,kind,name,lat,lon,cut_off,ship_weekdays,closed_dates,tags,disabled,"
        "parcel_handling,line_handling_cents,currency,orders_per_day\n"
        "nyc-01,store,New York,40.75,-73.99,16:30,1|2|6,2026-12-24|2026-12-31,"
        "cold | flagship,no,1.50,25,usd,120\n"
    )
    [node] = read("nodes", path).rows
    assert node == Node(
        node_id="nyc-01",
        kind="store",
        display_name="New York",
        latitude=40.75,
        longitude=-73.99,
        cut_off=time(16, 30),
        ship_weekdays=(1, 2, 6),
        closed_dates=(date(2026, 12, 24), date(2026, 12, 31)),
        tags=("cold", "flagship"),
        parcel_handling=Money(150, "USD"),
        line_handling=Money(25, "USD"),
        orders_per_day=120,
    )


def test_a_lane_is_read_whole(write: Write) -> None:
    path = write(
        "lane_id,service,zone,base,step,residential_cents,currency,transit_days\n"
        "g2,GROUND,2,5.10,0.40,310,USD,2\n"
    )
    [lane] = read("lanes", path).rows
    assert lane == Lane(
        "g2",
        "GROUND",
        2,
        base=Money(510, "USD"),
        step=Money(40, "USD"),
        residential=Money(310, "USD"),
        transit_days=2,
    )


@pytest.mark.parametrize(
    "text",
    [
        "sku,components,kept_together\nSET,CUP*1; PL*ATE*2,yes\n",
        '{"sku":"SET","components":["CUP*1","PL*ATE*2"],"kept_together":true}',
    ],
)
def test_a_bundle_is_read_whole(write: Write, text: str) -> None:
    [item] = read("items", write(text)).rows
    parts = (Line("CUP", 1), Line("PL*ATE", 2))
    assert item == Item("SET", components=parts, kept_together=True)


@pytest.mark.parametrize(
    ("kind", "header", "row", "said"),
    [
        ("items", "sku,value", 'A,"1,50"', "has a decimal comma; write 1.50"),
        ("items", "sku,value", "A,$1.50", "is not an amount; write 1.50"),
        ("items", "sku,value,currency", "A,1.5,JPY", "JPY has 0 decimals"),
        ("items", "sku,components", "A,CUP", "is no component; write CUP*1;PLATE*2"),
        ("items", "sku,components", "A,CUP*two", "is not a whole number"),
        ("items", "sku,value,currency", "A,1.5,dollar", "is not a currency"),
        ("nodes", "node_id,closed_dates", "n,46380", "is not a date; write 2026-12-24"),
        ("nodes", "node_id,closed_dates", "n,2026-02-30", "is not a date"),
        ("nodes", "node_id,cut_off", "n,25:00", "is not a time of day; write 15:00"),
        ("nodes", "node_id,lat,lon", 'n,"40,7",1', "has a decimal comma; write 40.7"),
        ("nodes", "node_id,latitude", "n,40.7", "latitude and longitude go together"),
        ("nodes", "node_id,disabled", "n,maybe", "is neither yes nor no"),
        ("lanes", "lane_id,service,zone", "g2,GROUND,", "zone: is empty"),
    ],
)
def test_each_kind_of_cell_says_what_to_write(
    write: Write, kind: Kind, header: str, row: str, said: str
) -> None:
    found = read(kind, write(f"{header}\n{row}\n"))
    assert found.rows == []
    assert said in found.problems[0].at("in.csv")


def test_a_bad_row_of_json_lines_is_named_by_line_field_and_suggestion(
    write: Write,
) -> None:
    text = '{"sku":"A","node_id":"n","on_hand":1}\n{"sku":"B","on_hand":1.5}\n'
    found = read("stock", write(text, name="in.ndjson"))
    assert [row.sku for row in found.rows] == ["A"]
    assert [problem.at("in.ndjson") for problem in found.problems] == [
        "in.ndjson:2:3 on_hand: '1.5' is not a whole number; write 1"
    ]


def test_lists_of_json_lines_are_read_as_they_are_printed(write: Write) -> None:
    slot = '{"until": "12:00:00", "orders": 40}'
    node = f'{{"node_id":"n","latitude":1,"longitude":2,"slots":[{slot}]}}\n'
    (with_slots,) = read("nodes", write(node, name="in.ndjson")).rows
    assert with_slots.slots == (CapacitySlot(time(12), 40),)

    part = '{"sku": "CUP", "quantity": 2}'
    item = f'{{"sku":"SET","components":[{part}]}}\n'
    (bundle,) = read("items", write(item, name="items.ndjson")).rows
    assert bundle.components == (Line("CUP", 2),)


@pytest.mark.parametrize(
    ("line", "problem"),
    [
        ('{"sku":', "in.csv:2:8 is no JSON object; write one object a line"),
        ("7", "in.csv:2:1 is no JSON object; write one object a line"),
        ('{"sku":{}}', "in.csv:2:1 sku: is an object; write a text or a number"),
        (
            '{"onhand":1}',
            "in.csv:2:3 column 'onhand': is unknown; did you mean on_hand",
        ),
    ],
)
def test_json_lines_that_cannot_be_read_say_where(
    write: Write, line: str, problem: str
) -> None:
    assert problem in refused("stock", write('{"sku":"A","node_id":"n"}\n' + line))


def test_lists_money_and_flags_of_json_are_read(write: Write) -> None:
    text = (
        '{"node_id":"n","tags":["a","b"],"disabled":true,"cut_off":null,'
        '"line_handling":{"amount":"0.25","currency":"EUR"}}'
    )
    [node] = read("nodes", write(text)).rows
    assert isinstance(node, Node)
    assert (node.tags, node.disabled) == (("a", "b"), True)
    assert node.line_handling == Money(25, "EUR")
