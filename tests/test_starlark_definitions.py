import pytest

from tools.starlark_definitions import Attribute, Provider, Rule, definitions

LIBRARY = """
_PRIVATE = 1
SHARED = {"_launcher": attr.label(default = Label("//a:b"))}

def check(ctx):
    fail("nothing below a def runs" + undefined)
"""
RULES = '''
"""A file."""

load(":library.bzl", "SHARED", renamed = "check")

Info = provider(doc = "Tells.", fields = {"file": "File: it."})

def _impl(ctx):
    renamed(ctx)
    return [DefaultInfo(files = depset([]))]

plain = rule(
    doc = """Makes.

More.
""",
    implementation = _impl,
    attrs = dict(
        SHARED,
        src = attr.label(doc = "In.", mandatory = True),
        count = attr.int(doc = "Of %s." % ", ".join(["a", "b"]), default = 3),
        words = attr.string_list(),
    ),
    test = True,
)

_wrapped = rule(doc = "Is wrapped.", implementation = _impl)

def wrapped(name, **kwargs):
    """A macro."""
    _wrapped(name = name, **kwargs)
'''
PUBLIC = """
load("//rules/private:rules.bzl", _Info = "Info", _plain = "plain", _wrapped = "wrapped")

wrapped = _wrapped
plain = _plain
Info = _Info
NUMBER = 1
"""


@pytest.fixture
def root(tmp_path):
    folder = tmp_path / "rules/private"
    folder.mkdir(parents=True)
    (folder / "library.bzl").write_text(LIBRARY)
    (folder / "rules.bzl").write_text(RULES)
    (tmp_path / "rules/defs.bzl").write_text(PUBLIC)
    return tmp_path


def test_public_names_in_their_order(root):
    assert list(definitions(root, "rules/defs.bzl")) == ["wrapped", "plain", "Info"]


def test_rule(root):
    rule = definitions(root, "rules/defs.bzl")["plain"]
    assert isinstance(rule, Rule)
    assert (rule.doc, rule.test, rule.executable) == ("Makes.\n\nMore.\n", True, False)
    assert dict(rule.attributes) == {
        "_launcher": Attribute("label", "", "//a:b", False),
        "src": Attribute("label", "In.", None, True),
        "count": Attribute("int", "Of a, b.", 3, False),
        "words": Attribute("list of strings", "", None, False),
    }


def test_a_macro_is_the_rule_that_it_wraps(root):
    assert definitions(root, "rules/defs.bzl")["wrapped"] == Rule("Is wrapped.", {})


def test_provider(root):
    assert definitions(root, "rules/defs.bzl")["Info"] == Provider("Tells.", {"file": "File: it."})


def test_a_file_of_nothing(tmp_path):
    (tmp_path / "a.bzl").write_text("")
    assert definitions(tmp_path, "a.bzl") == {}


def test_a_name_that_is_not_there(root):
    (root / "rules/defs.bzl").write_text('load("//rules/private:rules.bzl", "absent")')
    with pytest.raises(KeyError, match="absent"):
        definitions(root, "rules/defs.bzl")
