"""The messages between Bazel and a persistent worker, in protobuf's wire format.

https://github.com/bazelbuild/bazel/blob/master/src/main/protobuf/worker_protocol.proto; each is
preceded by its length. Unknown fields are skipped, as protobuf says.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

_VARINT, _FIXED64, _BYTES, _FIXED32 = 0, 1, 2, 5
_FIXED_SIZES = {_FIXED64: 8, _FIXED32: 4}
_MOST_VARINT_BYTES = 10

_ARGUMENTS, _REQUEST_ID, _CANCEL = 1, 3, 4
_EXIT_CODE, _OUTPUT, _RESPONSE_ID, _WAS_CANCELLED = 1, 2, 3, 4


class WireError(Exception):
    """Bytes that are no message of the protocol."""


@dataclass(frozen=True)
class WorkRequest:
    """``arguments`` are the lines of the action's flag file. With ``cancel`` the request of
    the same ``request_id`` is to be given up; 0 where only one is under way at a time."""

    arguments: tuple[str, ...] = ()
    request_id: int = 0
    cancel: bool = False


@dataclass(frozen=True)
class WorkResponse:
    """``output`` is what the action printed."""

    exit_code: int = 0
    output: str = ""
    request_id: int = 0
    was_cancelled: bool = False


def split_requests(content: bytes) -> tuple[list[WorkRequest], bytes]:
    """The requests that are there whole, and the bytes that follow the last of them.

    Raises WireError for what is no request.
    """
    requests = []
    while (message := _first_message(content)) is not None:
        body, content = message
        requests.append(parse_request(body))
    return requests, content


def _first_message(content: bytes) -> tuple[bytes, bytes] | None:
    """The first message without its length, and the rest; None where it is not there whole."""
    last = next((i for i, byte in enumerate(content) if byte < 0x80), None)
    if last is None:
        if len(content) >= _MOST_VARINT_BYTES:
            raise WireError("a length that does not end")
        return None
    size, start = _read_varint(content, 0)
    if len(content) - start < size:
        return None
    return content[start : start + size], content[start + size :]


def parse_request(body: bytes) -> WorkRequest:
    """The request in a message without its length. Raises WireError for what is none."""
    arguments, numbers = [], {}
    for field, value in _fields(body):
        if field == _ARGUMENTS and isinstance(value, bytes):
            arguments.append(value.decode("utf-8", "surrogateescape"))
        elif isinstance(value, int):
            numbers[field] = value
    return WorkRequest(tuple(arguments), numbers.get(_REQUEST_ID, 0), bool(numbers.get(_CANCEL, 0)))


def response_message(response: WorkResponse) -> bytes:
    """The response with its length before it; fields that have their default are left out."""
    output = response.output.encode("utf-8", "replace")
    body = b"".join(
        [
            _number_field(_EXIT_CODE, response.exit_code),
            _varint(_OUTPUT << 3 | _BYTES) + _varint(len(output)) + output if output else b"",
            _number_field(_RESPONSE_ID, response.request_id),
            _number_field(_WAS_CANCELLED, int(response.was_cancelled)),
        ]
    )
    return _varint(len(body)) + body


def _fields(body: bytes) -> Iterator[tuple[int, int | bytes]]:
    """(field number, value) of a message; a varint's value is an int."""
    at = 0
    while at < len(body):
        key, at = _read_varint(body, at)
        wire_type = key & 7
        if wire_type == _VARINT:
            value, at = _read_varint(body, at)
            yield key >> 3, value
            continue
        size = _FIXED_SIZES.get(wire_type)
        if wire_type == _BYTES:
            size, at = _read_varint(body, at)
        if size is None or at + size > len(body):
            raise WireError(f"field {key >> 3} of wire type {wire_type} at byte {at}")
        yield key >> 3, body[at : at + size]
        at += size


def _read_varint(content: bytes, at: int) -> tuple[int, int]:
    """The number at a place, and the place after it."""
    value = 0
    for count, byte in enumerate(content[at : at + _MOST_VARINT_BYTES]):
        value |= (byte & 0x7F) << 7 * count
        if byte < 0x80:
            return value, at + count + 1
    raise WireError(f"a number at byte {at} that does not end")


def _number_field(field: int, value: int) -> bytes:
    """A field of type int32 or bool: a negative one is written as 64 bits of two's complement."""
    return _varint(field << 3 | _VARINT) + _varint(value & (1 << 64) - 1) if value else b""


def _varint(value: int) -> bytes:
    groups = []
    while value > 0x7F:
        groups.append(value & 0x7F | 0x80)
        value >>= 7
    return bytes([*groups, value])
