"""Fingerprint64: the 64-bit hash of TFLite's text operators.

Source: ``farmhashna`` of google/farmhash (``src/farmhash.cc``), whose fingerprint never changes.
"""

from __future__ import annotations

_MASK = (1 << 64) - 1
_K0, _K1, _K2 = 0xC3A5C85C97CB3127, 0xB492B66FBE98F273, 0x9AE16A3B2F90404F
_WORD, _HALF_WORD = 8, 4
_SHORT, _MEDIUM, _CHUNK = 16, 32, 64
_SEED = 81

Pair = tuple[int, int]


def fingerprint64(data: bytes) -> int:
    """The unsigned 64-bit hash."""
    if len(data) <= _SHORT:
        return _short(data)
    if len(data) <= _MEDIUM:
        return _medium(data)
    if len(data) <= _CHUNK:
        return _long(data)
    return _chunks(data)


def _fetch(data: bytes, at: int, size: int = _WORD) -> int:
    at = at if at >= 0 else at + len(data)
    return int.from_bytes(data[at : at + size], "little")


def _rotate(value: int, shift: int) -> int:
    """To the right."""
    return (value >> shift | value << 64 - shift) & _MASK


def _mix(value: int) -> int:
    return value ^ value >> 47


def _hash16(u: int, v: int, multiplier: int) -> int:
    a = _mix((u ^ v) * multiplier & _MASK)
    b = _mix((v ^ a) * multiplier & _MASK)
    return b * multiplier & _MASK


def _short(data: bytes) -> int:
    size = len(data)
    if size >= _WORD:
        multiplier = _K2 + size * 2
        a, b = _fetch(data, 0) + _K2 & _MASK, _fetch(data, -_WORD)
        c = _rotate(b, 37) * multiplier + a & _MASK
        d = (_rotate(a, 25) + b) * multiplier & _MASK
        return _hash16(c, d, multiplier & _MASK)
    if size >= _HALF_WORD:
        multiplier = _K2 + size * 2
        a = _fetch(data, 0, _HALF_WORD)
        return _hash16(
            size + (a << 3) & _MASK, _fetch(data, -_HALF_WORD, _HALF_WORD), multiplier & _MASK
        )
    if size:
        y = data[0] + (data[size >> 1] << 8)
        z = size + (data[-1] << 2)
        return _mix((y * _K2 ^ z * _K0) & _MASK) * _K2 & _MASK
    return _K2


def _medium(data: bytes) -> int:
    multiplier = _K2 + len(data) * 2 & _MASK
    a, b = _fetch(data, 0) * _K1 & _MASK, _fetch(data, 8)
    c, d = _fetch(data, -8) * multiplier & _MASK, _fetch(data, -16) * _K2 & _MASK
    return _hash16(
        _rotate(a + b & _MASK, 43) + _rotate(c, 30) + d & _MASK,
        a + _rotate(b + _K2 & _MASK, 18) + c & _MASK,
        multiplier,
    )


def _long(data: bytes) -> int:
    multiplier = _K2 + len(data) * 2 & _MASK
    a, b = _fetch(data, 0) * _K2 & _MASK, _fetch(data, 8)
    c, d = _fetch(data, -8) * multiplier & _MASK, _fetch(data, -16) * _K2 & _MASK
    y = _rotate(a + b & _MASK, 43) + _rotate(c, 30) + d & _MASK
    z = _hash16(y, a + _rotate(b + _K2 & _MASK, 18) + c & _MASK, multiplier)
    e, f = _fetch(data, 16) * multiplier & _MASK, _fetch(data, 24)
    g = (y + _fetch(data, -32)) * multiplier & _MASK
    h = (z + _fetch(data, -24)) * multiplier & _MASK
    return _hash16(
        _rotate(e + f & _MASK, 43) + _rotate(g, 30) + h & _MASK,
        e + _rotate(f + a & _MASK, 18) + g & _MASK,
        multiplier,
    )


def _chunks(data: bytes) -> int:
    """Longer than one chunk: 56 bytes of state go over all chunks, the last one overlapping."""
    x, y = _SEED, _SEED * _K1 + 113 & _MASK
    z = _mix(y * _K2 + 113 & _MASK) * _K2 & _MASK
    v: Pair = (0, 0)
    w: Pair = (0, 0)
    x = x * _K2 + _fetch(data, 0) & _MASK
    last = (len(data) - 1) // _CHUNK * _CHUNK
    for at in range(0, last, _CHUNK):
        x = _rotate(x + y + v[0] + _fetch(data, at + 8) & _MASK, 37) * _K1 & _MASK
        y = _rotate(y + v[1] + _fetch(data, at + 48) & _MASK, 42) * _K1 & _MASK
        x ^= w[1]
        y = y + v[0] + _fetch(data, at + 40) & _MASK
        z = _rotate(z + w[0] & _MASK, 33) * _K1 & _MASK
        v = _hash32(data, at, v[1] * _K1, x + w[0])
        w = _hash32(data, at + 32, z + w[1], y + _fetch(data, at + 16))
        z, x = x, z
    return _final(data, (x, y, z), v, w)


def _final(data: bytes, state: tuple[int, int, int], v: Pair, w: Pair) -> int:
    x, y, z = state
    multiplier = _K1 + ((z & 0xFF) << 1) & _MASK
    at = len(data) - _CHUNK
    w = (w[0] + (len(data) - 1 & _CHUNK - 1) & _MASK, w[1])
    v = (v[0] + w[0] & _MASK, v[1])
    w = (w[0] + v[0] & _MASK, w[1])
    x = _rotate(x + y + v[0] + _fetch(data, at + 8) & _MASK, 37) * multiplier & _MASK
    y = _rotate(y + v[1] + _fetch(data, at + 48) & _MASK, 42) * multiplier & _MASK
    x ^= w[1] * 9 & _MASK
    y = y + v[0] * 9 + _fetch(data, at + 40) & _MASK
    z = _rotate(z + w[0] & _MASK, 33) * multiplier & _MASK
    v = _hash32(data, at, v[1] * multiplier, x + w[0])
    w = _hash32(data, at + 32, z + w[1], y + _fetch(data, at + 16))
    z, x = x, z
    return _hash16(
        _hash16(v[0], w[0], multiplier) + _mix(y) * _K0 + z & _MASK,
        _hash16(v[1], w[1], multiplier) + x & _MASK,
        multiplier,
    )


def _hash32(data: bytes, at: int, a: int, b: int) -> Pair:
    """32 bytes and two seeds to two words (``WeakHashLen32WithSeeds``)."""
    w, x, y, z = (_fetch(data, at + 8 * i) for i in range(4))
    a = a + w & _MASK
    b = _rotate(b + a + z & _MASK, 21)
    c = a
    a = a + x + y & _MASK
    b = b + _rotate(a, 44) & _MASK
    return a + z & _MASK, b + c & _MASK
