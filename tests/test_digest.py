import hashlib
import os

import pytest

from kernels.errors import InputError
from quant.digest import digest_directory

FILES = {"saved_model.pb": b"graph", "variables/variables.index": b"index", "assets/é.txt": b""}


def write(folder, files):
    for name, content in files.items():
        file = folder / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(content)
    return folder


def expected(files):
    """The definition: SHA-256 of (length of name, name, SHA-256 of content) in order."""
    total = hashlib.sha256()
    for name, content in sorted((name.encode(), content) for name, content in files.items()):
        total.update(len(name).to_bytes(8, "big") + name + hashlib.sha256(content).digest())
    return total.hexdigest()


@pytest.mark.parametrize("files", [{}, {"a": b""}, FILES])
def test_definition(tmp_path, files):
    assert digest_directory(write(tmp_path, files)) == expected(files)


def test_order_of_writing_times_modes_and_empty_folders_do_not_count(tmp_path):
    first = write(tmp_path / "first", FILES)
    second = write(tmp_path / "second", dict(reversed(FILES.items())))
    (second / "empty").mkdir()
    os.utime(second / "saved_model.pb", (0, 0))
    (second / "saved_model.pb").chmod(0o400)
    assert digest_directory(first) == digest_directory(str(second))


def test_links_count_as_what_they_lead_to(tmp_path):
    real = write(tmp_path / "real", FILES)
    linked = tmp_path / "linked"
    linked.mkdir()
    (linked / "saved_model.pb").symlink_to(real / "saved_model.pb")
    for folder in ("variables", "assets"):
        (linked / folder).symlink_to(real / folder)
    assert digest_directory(linked) == digest_directory(real)


@pytest.mark.parametrize(
    "changed",
    [
        {**FILES, "saved_model.pb": b"graph2"},
        {**FILES, "extra": b""},
        {"saved_model.pb": b"graph"},
        {"saved_model.pbgraph": b"", **{name: FILES[name] for name in list(FILES)[1:]}},
        {**FILES, "saved_model.pb": FILES["variables/variables.index"]},
    ],
)
def test_names_and_contents_count(tmp_path, changed):
    first = digest_directory(write(tmp_path / "first", FILES))
    assert digest_directory(write(tmp_path / "second", changed)) != first


def test_what_is_no_folder(tmp_path):
    (tmp_path / "file").write_bytes(b"")
    for path in (tmp_path / "file", tmp_path / "none"):
        with pytest.raises(InputError, match="is not a folder"):
            digest_directory(path)


def test_a_dangling_link(tmp_path):
    (tmp_path / "link").symlink_to(tmp_path / "none")
    with pytest.raises(InputError, match="link cannot be read"):
        digest_directory(tmp_path)


def test_a_link_to_a_folder_above(tmp_path):
    (tmp_path / "below").mkdir()
    (tmp_path / "below" / "loop").symlink_to(tmp_path)
    with pytest.raises(InputError, match="links to a folder above"):
        digest_directory(tmp_path)
