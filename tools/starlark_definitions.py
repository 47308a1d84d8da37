"""What .bzl files define, read without Bazel.

Starlark is a subset of Python as far as definitions go: a file is executed with names of Bazel
that only write down what they are told. Nothing below a ``def`` runs, unless a file calls it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from types import SimpleNamespace
from typing import Any

Namespace = dict[str, Any]

_KINDS = {
    "bool": "bool",
    "int": "int",
    "label": "label",
    "label_keyed_string_dict": "dict: label -> string",
    "label_list": "list of labels",
    "output": "output file",
    "string": "string",
    "string_dict": "dict: string -> string",
    "string_list": "list of strings",
    "string_list_dict": "dict: string -> list of strings",
}
_NO_DEFAULT: Mapping[str, Any] = {"bool": False, "int": 0, "string": ""}


@dataclass(frozen=True)
class Attribute:
    """An attribute of a rule, as it is declared; ``default`` is None where it is mandatory."""

    kind: str
    doc: str
    default: Any
    mandatory: bool


@dataclass(frozen=True)
class Rule:
    """A rule: its documentation and attributes. ``test`` and ``executable`` say what it makes."""

    doc: str
    attributes: Mapping[str, Attribute]
    test: bool = False
    executable: bool = False


@dataclass(frozen=True)
class Provider:
    """A provider: its documentation, and that of each field."""

    doc: str
    fields: Mapping[str, str]


@dataclass(frozen=True)
class _Loader:
    root: Path
    loaded: dict[Path, Namespace] = field(default_factory=dict)

    def load(self, path: Path) -> Namespace:
        if path not in self.loaded:
            names = _names_of_bazel()
            names["load"] = self._load_of(path, names)
            exec(compile(path.read_text(encoding="utf-8"), str(path), "exec"), names)
            self.loaded[path] = names
        return self.loaded[path]

    def _load_of(self, path: Path, names: Namespace) -> Callable[..., None]:
        def load(label: str, *same: str, **renamed: str) -> None:
            package, _, file = label.rpartition(":")
            folder = self.root / package.removeprefix("//") if package else path.parent
            found = self.load(folder / file)
            names.update({name: found[name] for name in same})
            names.update({name: found[theirs] for name, theirs in renamed.items()})

        return load


def definitions(root: Path, file: str) -> dict[str, Rule | Provider]:
    """The public rules and providers of a .bzl file (a path below the root), in its order.

    A macro counts as the rule ``_<its name>`` of its file, which it wraps.
    """
    names = _Loader(root).load(root / file)
    found = {name: _behind(name, value) for name, value in names.items() if name[0] != "_"}
    return {name: value for name, value in found.items() if isinstance(value, Rule | Provider)}


def _behind(name: str, value: Any) -> Any:
    return getattr(value, "__globals__", {}).get(f"_{name}", value)


def _attribute(kind: str) -> Callable[..., Attribute]:
    def declare(**options: Any) -> Attribute:
        default = options.get("default", _NO_DEFAULT.get(kind))
        doc, mandatory = options.get("doc", ""), options.get("mandatory", False)
        return Attribute(_KINDS[kind], doc, default, mandatory)

    return declare


def _rule(doc: str = "", attrs: Mapping[str, Attribute] | None = None, **options: Any) -> Rule:
    return Rule(doc, attrs or {}, options.get("test", False), options.get("executable", False))


def _provider(doc: str = "", fields: Mapping[str, str] | None = None) -> Provider:
    return Provider(doc, fields or {})


def _names_of_bazel() -> Namespace:
    return {
        "Label": str,
        "attr": SimpleNamespace(**{kind: _attribute(kind) for kind in _KINDS}),
        "config_common": SimpleNamespace(),
        "native": SimpleNamespace(),
        "provider": _provider,
        "rule": _rule,
        "struct": SimpleNamespace,
        "DefaultInfo": "DefaultInfo",
        "OutputGroupInfo": "OutputGroupInfo",
    }
