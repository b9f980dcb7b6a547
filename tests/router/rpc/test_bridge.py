"""JSON over HTTP: strict, and readable for people."""

import asyncio
import json
import urllib.error
import urllib.request

import pytest
from google.rpc import error_details_pb2 as details
from test_wire import QUOTE
from wires import CHECKOUT, IMPORT_PATH, serving


@pytest.fixture
async def bridge():
    async with serving("json") as client:
        yield client


async def sent(bridge, body, path=QUOTE, **headers):
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return await bridge.call(path, body, raw=True, headers=named)


async def fetched(url):
    def get():
        with urllib.request.urlopen(url) as response:
            return response.status, response.read().decode()

    return await asyncio.to_thread(get)


async def test_a_wrong_path_is_answered_with_the_nearest_and_with_the_verb(bridge):
    wrong = await sent(bridge, b"{}", CHECKOUT + "/Qote")
    assert wrong.code == "UNIMPLEMENTED"
    assert f"did you mean /{QUOTE}?" in wrong.message
    asked = urllib.request.Request(bridge.base + QUOTE, method="GET")
    with pytest.raises(urllib.error.HTTPError) as refused:
        await asyncio.to_thread(urllib.request.urlopen, asked)
    with refused.value as page:
        assert "is called by POST, not GET" in json.loads(page.read())["message"]


async def test_an_unknown_member_is_refused_with_the_nearest_known(bridge):
    reply = await sent(bridge, b'{"lines":[{"sku":"echo","quantty":1}]}')
    assert reply.headers["http-status"] == 400
    [info] = reply.detail(details.ErrorInfo)
    assert info.reason == "UNKNOWN_FIELD"
    [bad] = reply.detail(details.BadRequest)
    assert bad.field_violations[0].field == "lines[0].quantty"
    assert "did you mean quantity?" in bad.field_violations[0].description
    assert bridge.app.started == []


async def test_both_spellings_of_a_field_are_taken(bridge):
    for name in ("shipTo", "ship_to"):
        body = json.dumps({"lines": [{"sku": "echo"}], name: {"postalCode": "1"}})
        assert (await sent(bridge, body.encode())).code == "OK"


async def test_any_content_type_is_read_as_json_without_a_cookie(bridge):
    plain = await sent(bridge, b'{"lines":[]}', content_type="text/plain")
    assert plain.code == "OK"


async def test_a_cookie_asks_for_the_json_content_type(bridge):
    refused = await sent(bridge, b"{}", cookie="a=b", content_type="text/plain")
    assert refused.code == "INVALID_ARGUMENT"
    taken = await sent(bridge, b"{}", cookie="a=b", content_type="application/json")
    assert taken.code == "OK"


async def test_a_page_of_another_site_cannot_call(bridge):
    foreign = await sent(bridge, b"{}", origin="http://evil.example")
    assert (foreign.code, foreign.headers["http-status"]) == ("PERMISSION_DENIED", 403)
    own = await sent(bridge, b"{}", origin="http://" + bridge.worker.addresses.http)
    assert own.code == "OK"


async def test_a_stream_may_be_one_json_array(bridge):
    body = b' [{"rows":[{"sku":"A"}]},\n {"rows":[{"sku":"B"},{"sku":"C"}]}]'
    reply = await sent(bridge, body, IMPORT_PATH)
    assert reply.answer.accepted == 3


async def test_a_stream_of_lines_may_be_longer_than_one_message(bridge):
    row = {"sku": "A" * 50, "nodeId": "n", "onHand": "1"}
    line = json.dumps({"rows": [row] * 1000}).encode()
    reply = await sent(bridge, b"\n".join([line] * 20), IMPORT_PATH)
    assert reply.answer.accepted == 20_000


@pytest.mark.parametrize(
    ("line", "field", "hint"),
    [
        (b'{"rows":[{"sku":"A"},{"skuu":"B"}]}', "rows[1].skuu", "did you mean sku?"),
        (b'{"rows":[{"onHand":"five"}]}', "rows[0].on_hand", "see the field's type"),
        (b'{"rows":[', "", "send JSON in UTF-8"),
        (b'{"rows":["\xff"]}', "", "send JSON in UTF-8"),
        (b"7", "", "send JSON in UTF-8"),
    ],
)
async def test_a_bad_line_of_a_stream_is_named_by_its_number(bridge, line, field, hint):
    body = b"\n".join([b'{"rows":[{"sku":"A"}]}', b"", line])
    reply = await sent(bridge, body, IMPORT_PATH)
    [bad] = reply.detail(details.BadRequest)
    place = f"line 3: {field}" if field else "line 3"
    assert bad.field_violations[0].field == place
    assert hint in bad.field_violations[0].description
    assert "line 3" in reply.message


async def test_a_line_beyond_the_limit_is_refused(bridge):
    reply = await sent(bridge, b'{"rows":' + b" " * 300_000 + b"[]}", IMPORT_PATH)
    assert reply.headers["http-status"] == 413


async def test_a_bad_timeout_header_is_refused(bridge):
    reply = await sent(bridge, b"{}", connect_timeout_ms="soon")
    assert "connect-timeout-ms" in reply.message


async def test_errors_are_readable_without_decoding(bridge):
    def post():
        url = bridge.base + QUOTE
        try:
            urllib.request.urlopen(url, b'{"lines":[{"sku":"NO_STOCK"}]}')
        except urllib.error.HTTPError as error:
            with error:
                return json.loads(error.read())

    said = await asyncio.to_thread(post)
    assert said["code"] == "failed_precondition"
    assert said["details"][0]["debug"]["reason"] == "NO_STOCK"


async def test_the_root_explains_itself_with_curl(bridge):
    status, text = await fetched(bridge.base)
    assert status == 200
    assert "curl -s " + bridge.base in text
    assert "/shipfrom.v1.CheckoutService/Quote" in text


async def test_liveness_and_metrics_have_their_own_port(bridge):
    await sent(bridge, b'{"lines":[{"sku":"echo"}]}')
    await sent(bridge, b'{"lines":[{"sku":"NO_STOCK"}]}')
    base = "http://" + bridge.worker.addresses.metrics
    assert await fetched(base + "/healthz") == (200, "ok\n")
    _, text = await fetched(base + "/metrics")
    assert f'rpc_server_call_duration_seconds_count{{rpc="{QUOTE}"}} 2.0' in text
    assert 'reason="NO_STOCK"' in text
    assert "shipfrom_loop_lag_seconds" in text
