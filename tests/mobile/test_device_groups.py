from xml.etree import ElementTree

import pytest

from kernels.errors import InputError
from tools.mobile.device_groups import targeting

CONFIG = "{http://schemas.android.com/apk/config}"


def selectors(groups):
    root = ElementTree.fromstring(targeting(groups))
    assert root.tag == f"{CONFIG}device-targeting-config"
    return {
        group.get("name"): [
            (dict(each.attrib), [(p.tag.removeprefix(CONFIG), p.attrib) for p in each])
            for each in group
        ]
        for group in root
    }


def test_no_groups():
    assert selectors({}) == {}


def test_chips_share_a_selector_since_play_takes_five():
    chips = [f"soc Qualcomm SM{number}" for number in range(7)]
    ((_, properties),) = selectors({"fast": chips})["fast"]
    assert len(properties) == 7
    assert properties[0] == ("system-on-chip", {"manufacturer": "Qualcomm", "model": "SM0"})


def test_one_of_several_kinds_is_enough():
    found = selectors({"fast": ["ram 8000000000", "device google redfin", "soc A&B <C>"]})
    assert found["fast"] == [
        ({}, [("system-on-chip", {"manufacturer": "A&B", "model": "<C>"})]),
        ({}, [("included-device-id", {"brand": "google", "device": "redfin"})]),
        ({"ram-min-bytes": "8000000000"}, []),
    ]


def test_groups_are_sorted():
    assert list(selectors({"b": ["ram 2"], "a": ["ram 1"]})) == ["a", "b"]


@pytest.mark.parametrize("entry", ["", "soc", "soc SM8650", "ram 1 2", "gpu Adreno 750"])
def test_malformed(entry):
    with pytest.raises(InputError, match="is malformed"):
        targeting({"a": [entry]})
