"""Groups of phones, as Google Play tells them apart: ``device_targeting_configuration.xml``.

https://developer.android.com/google/play/device-targeting
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from xml.sax.saxutils import quoteattr

from kernels.errors import InputError

_WORDS = {"soc": 2, "device": 2, "ram": 1}
"""First word of an entry -> how many follow."""

_HEAD = """\
<config:device-targeting-config xmlns:config="http://schemas.android.com/apk/config">
"""
_TAIL = """\
</config:device-targeting-config>
"""
_GROUP = """\
  <config:device-group name={name}>
{selectors}  </config:device-group>
"""


_SELECTOR = """\
    <config:device-selector>
{properties}    </config:device-selector>
"""
_PROPERTIES = {
    "soc": "<config:system-on-chip manufacturer={} model={}/>",
    "device": "<config:included-device-id brand={} device={}/>",
}
_RAM = "    <config:device-selector ram-min-bytes={}/>\n"


def targeting(groups: Mapping[str, Sequence[str]]) -> str:
    """The XML of the groups: name -> what a phone may have, of which one is enough.

    Each is ``soc MANUFACTURER MODEL``, ``device BRAND DEVICE`` or ``ram BYTES`` (at least).
    Raises InputError for one that is none of them.
    """
    blocks = [
        _GROUP.format(name=quoteattr(name), selectors="".join(_selectors(wanted)))
        for name, wanted in sorted(groups.items())
    ]
    return _HEAD + "".join(blocks) + _TAIL


def _selectors(wanted: Sequence[str]) -> Iterator[str]:
    """One selector for all chips, one for all devices: Play takes five in a group."""
    parsed = [_parse(text) for text in wanted]
    for kind, xml in _PROPERTIES.items():
        properties = [
            f"      {xml.format(*map(quoteattr, words))}\n" for of, words in parsed if of == kind
        ]
        if properties:
            yield _SELECTOR.format(properties="".join(properties))
    for kind, words in parsed:
        if kind == "ram":
            yield _RAM.format(quoteattr(words[0]))


def _parse(text: str) -> tuple[str, list[str]]:
    kind, *words = text.split() or [""]
    if len(words) != _WORDS.get(kind):
        raise InputError(
            f"Device group entry '{text}' is malformed.",
            "Write it as 'soc Qualcomm SM8650', 'device google redfin' or 'ram 8000000000'.",
        )
    return kind, words
