import pytest

from tests.bazel_client import request
from tools.work_protocol import (
    WireError,
    WorkRequest,
    WorkResponse,
    parse_request,
    response_message,
    split_requests,
)

LONG = "x" * 300


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        (b"", WorkRequest()),
        (b"\x0a\x01a\x0a\x00\x0a\x02\xc3\xa9", WorkRequest(("a", "", "é"))),
        (b"\x18\x96\x01\x20\x01", WorkRequest((), 150, True)),
        (b"\x12\x05\x0a\x03a/b\x0a\x01c", WorkRequest(("c",))),
        (b"\x28\x0a\x32\x01d\x0a\x01c", WorkRequest(("c",))),
        (b"\x39\0\0\0\0\0\0\0\0\x3d\0\0\0\0\x0a\x01c", WorkRequest(("c",))),
    ],
    ids=["empty", "arguments", "cancel", "inputs", "verbosity and sandbox", "fixed sizes"],
)
def test_requests(body, expected):
    assert parse_request(body) == expected


@pytest.mark.parametrize(
    "body",
    [b"\x0a\x02a", b"\x0a", b"\x0b", b"\x39\0", b"\x80" * 10, b"\x18"],
    ids=["cut short", "no length", "a group", "half a number", "endless", "no value"],
)
def test_what_is_no_request(body):
    with pytest.raises(WireError):
        parse_request(body)


@pytest.mark.parametrize("size", [1, 2, 7, 10_000])
def test_requests_come_in_pieces(size):
    content = request("a", LONG, request_id=3) + request() + request(cancel=True, request_id=3)
    found, rest = [], b""
    for start in range(0, len(content), size):
        arrived, rest = split_requests(rest + content[start : start + size])
        found += arrived
    assert rest == b""
    assert found == [WorkRequest(("a", LONG), 3), WorkRequest(), WorkRequest((), 3, True)]


def test_a_length_that_does_not_end():
    with pytest.raises(WireError, match="does not end"):
        split_requests(b"\xff" * 11)


@pytest.mark.parametrize(
    ("response", "message"),
    [
        (WorkResponse(), b"\x00"),
        (WorkResponse(2, "é\n"), b"\x07\x08\x02\x12\x03\xc3\xa9\n"),
        (WorkResponse(0, "", 150, True), b"\x05\x18\x96\x01\x20\x01"),
        (WorkResponse(-1), b"\x0b\x08" + b"\xff" * 9 + b"\x01"),
        (WorkResponse(output=LONG), b"\xaf\x02\x12\xac\x02" + LONG.encode()),
    ],
)
def test_responses(response, message):
    assert response_message(response) == message
