"""Digests of files and folders: the ones that sha256sum gives."""

import hashlib
import subprocess

from quant.digest import file_digest, folder_digest, path_digest, tool_digest


def test_a_file(tmp_path):
    path = tmp_path / "a"
    path.write_bytes(b"x" * 3_000_000)
    assert file_digest(path) == hashlib.sha256(b"x" * 3_000_000).hexdigest() == path_digest(path)


def test_a_folder_is_what_the_command_of_the_docstring_gives(tmp_path):
    for name in ("b", "a", "A", "sub/c", "sub/.d", "sub.e"):
        path = tmp_path / name
        path.parent.mkdir(exist_ok=True)
        path.write_text(name)
    command = "find . -type f | sed 's|^./||' | LC_ALL=C sort | xargs sha256sum | sha256sum"
    given = subprocess.run(command, shell=True, cwd=tmp_path, capture_output=True, text=True)
    assert folder_digest(tmp_path) == given.stdout.split()[0] == path_digest(tmp_path)
    (tmp_path / "empty").mkdir()
    assert folder_digest(tmp_path) == given.stdout.split()[0]
    (tmp_path / "a").write_text("other")
    assert folder_digest(tmp_path) != given.stdout.split()[0]


def test_the_tools_own_is_stable():
    assert tool_digest() == tool_digest()
    assert len(tool_digest()) == 64
