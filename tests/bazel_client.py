"""Bazel's end of the worker protocol, written from the description of protobuf's wire format."""

import subprocess
import sys

from tests import checkout


def varint(number):
    low = [number >> shift & 0x7F for shift in range(0, max(number.bit_length(), 1), 7)]
    return bytes([*(byte | 0x80 for byte in low[:-1]), low[-1]])


def request(*arguments, request_id=0, cancel=False):
    body = b"".join(b"\x0a" + varint(len(a.encode())) + a.encode() for a in arguments)
    body += b"\x18" + varint(request_id) if request_id else b""
    body += b"\x20\x01" if cancel else b""
    return varint(len(body)) + body


class Client:
    """Talks to a program that it started as a worker."""

    def __init__(self, *program, **options):
        self.process = subprocess.Popen(
            [sys.executable, *program, "--persistent_worker"],
            cwd=checkout.path("kernels").parent,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            bufsize=0,
            **options,
        )

    def send(self, *arguments, **fields):
        self.process.stdin.write(request(*map(str, arguments), **fields))

    def answer(self):
        """(exit code, output) of the next response; None for one that was cancelled."""
        fields = dict(self._fields(self._number()))
        if fields.get(4):
            return None
        return fields.get(1, 0), fields.get(2, b"").decode()

    def ask(self, *arguments):
        self.send(*arguments)
        return self.answer()

    def close(self):
        """Ends the requests; the worker's exit code."""
        self.process.stdin.close()
        code = self.process.wait(20)
        self.process.stdout.close()
        return code

    def _number(self):
        shift = number = 0
        while True:
            (byte,) = self.process.stdout.read(1)
            number |= (byte & 0x7F) << shift
            shift += 7
            if byte < 0x80:
                return number

    def _fields(self, size):
        while size > 0:
            key = self._number()
            size -= len(varint(key))
            number = self._number()
            size -= len(varint(number))
            content = b""
            while key & 7 == 2 and len(content) < number:
                content += self.process.stdout.read(number - len(content))
            size -= len(content)
            yield key >> 3, content if key & 7 == 2 else number
