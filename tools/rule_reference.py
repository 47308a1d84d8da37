"""Writes docs/rules.md: every public rule and provider, from what rules/defs.bzl exports.

``python -m tools.rule_reference . docs/rules.md``, from the root of the checkout.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from kernels.output_file import write_text
from tools.starlark_definitions import Attribute, Provider, Rule, definitions

PUBLIC = "rules/defs.bzl"
SET_BY_MACRO = "Set by the macro."
"""The documentation of an attribute that no user sets."""

_HEAD = """\
# Rules

Made by `python -m tools.rule_reference . docs/rules.md` from the rules themselves; a test keeps it
so.

```starlark
load("@tflite_quant//rules:defs.bzl", "tflite_quantized_model")
```

Every rule also takes what Bazel gives all rules (`name`, `tags`, `testonly`, `visibility`, ...),
and a test what Bazel gives all tests (`size`, `timeout`, `flaky`, ...). A zoo of models is a list
comprehension:

```starlark
[
    tflite_quantized_model(
        name = model,
        saved_model = "//models/%s:saved_model" % model,
    )
    for model in MODELS
]
```

"""


def page(root: Path) -> str:
    """The whole page, in the order of the file."""
    found = definitions(root, PUBLIC)
    contents = "".join(f"* [{name}](#{name.lower()}): {_summary(d)}\n" for name, d in found.items())
    return _HEAD + contents + "".join(_section(name, d) for name, d in found.items())


def _summary(definition: Rule | Provider) -> str:
    first = " ".join(definition.doc.strip().split("\n\n")[0].split())
    sentence, point, _ = first.partition(". ")
    return sentence + point.strip()


def _section(name: str, definition: Rule | Provider) -> str:
    rows = _attributes(definition) if isinstance(definition, Rule) else _fields(definition)
    return f"\n## {name}\n\n{definition.doc.strip()}\n\n" + "".join(rows)


def _attributes(rule: Rule) -> Iterator[str]:
    yield "| attribute | type | default | what |\n|---|---|---|---|\n"
    for name, attribute in rule.attributes.items():
        if not name.startswith("_") and attribute.doc != SET_BY_MACRO:
            default = "required" if attribute.mandatory else _default(attribute)
            yield f"| `{name}` | {attribute.kind} | {default} | {_cell(attribute.doc)} |\n"


def _fields(provider: Provider) -> Iterator[str]:
    yield "| field | what |\n|---|---|\n"
    for name, doc in provider.fields.items():
        yield f"| `{name}` | {_cell(doc)} |\n"


def _default(attribute: Attribute) -> str:
    """Nothing for what stands for "not set"."""
    value: Any = attribute.default
    if value is None or value in ("", -1) or (value == 0 and value is not False):
        return ""
    if isinstance(value, str):
        return f'`"{value}"`'
    return f"`{value}`"


def _cell(text: str) -> str:
    return " ".join(text.split()).replace("|", "\\|")


def main(root: str, target: str) -> None:
    """Writes the page to ``target``."""
    write_text(target, page(Path(root)))


if __name__ == "__main__":
    main(*sys.argv[1:])
