import hashlib
from xml.etree import ElementTree

import pytest

from kernels.errors import InputError
from tools.mobile import maven_repository

POM = "{http://maven.apache.org/POM/4.0.0}"


@pytest.fixture
def repository(tmp_path):
    (tmp_path / "a.aar").write_bytes(b"first")
    (tmp_path / "b.aar").write_bytes(b"second")
    words = ["--artifact", "com.example:models:1.0.0", str(tmp_path / "a.aar")]
    words += ["--artifact", "dev:other-models:2.1", str(tmp_path / "b.aar")]
    assert maven_repository.main([f"--output={tmp_path / 'repo'}", *words]) == 0
    return tmp_path / "repo"


def test_layout(repository):
    files = {str(p.relative_to(repository)) for p in repository.rglob("*") if p.is_file()}
    plain = {name for name in files if name.rpartition(".")[2] in ("aar", "pom", "xml")}
    assert plain == {
        "com/example/models/maven-metadata.xml",
        "com/example/models/1.0.0/models-1.0.0.aar",
        "com/example/models/1.0.0/models-1.0.0.pom",
        "dev/other-models/maven-metadata.xml",
        "dev/other-models/2.1/other-models-2.1.aar",
        "dev/other-models/2.1/other-models-2.1.pom",
    }
    sums = {f"{name}.{kind}" for name in plain for kind in ("md5", "sha1", "sha256", "sha512")}
    assert files == plain | sums


def test_checksums(repository):
    for path in repository.rglob("*.sha256"):
        assert path.read_text() == hashlib.sha256(path.with_suffix("").read_bytes()).hexdigest()


def test_pom_and_metadata_name_the_library(repository):
    folder = repository / "com/example/models"
    pom = ElementTree.parse(folder / "1.0.0/models-1.0.0.pom").getroot()
    names = ("groupId", "artifactId", "version", "packaging")
    assert [pom.findtext(POM + name) for name in names] == ["com.example", "models", "1.0.0", "aar"]
    metadata = ElementTree.parse(folder / "maven-metadata.xml").getroot()
    assert metadata.findtext("versioning/versions/version") == "1.0.0"
    assert metadata.find("versioning/lastUpdated") is None


@pytest.mark.parametrize("text", ["", "models", "com.example:models", "a:b:c:d", "a::1", ":b:1"])
def test_malformed_coordinates(text):
    with pytest.raises(InputError, match="is not group:artifact:version"):
        maven_repository.parse_coordinates(text)
