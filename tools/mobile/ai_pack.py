"""One model, in a variant for each group of phones, as a Gradle module that Google Play delivers.

https://developer.android.com/google/play/on-device-ai: variants lie in folders
``<name>#group_<group>`` under one file name, and the app sees the folder ``<name>``.
"""

from __future__ import annotations

import shutil
from collections import defaultdict
from pathlib import Path

import click

from kernels.output_file import replacing, write_text
from tools import command
from tools.json_output import JSON_OPTION, tell_written
from tools.mobile.device_groups import targeting

DELIVERIES = ("install-time", "fast-follow", "on-demand")

_BUILD = """\
plugins {{
    id("com.android.ai-pack")
}}

aiPack {{
    packName = "{pack}"
    dynamicDelivery {{
        deliveryType = "{delivery}"
    }}
}}
"""


def write_ai_pack(
    folder: Path, pack: str, delivery: str, file: str, variants: dict[str, Path]
) -> None:
    """Writes the module; ``file`` is the path of the model below assets, the same for all
    variants (group -> model). Raises InputError where a file cannot be written.
    """
    write_text(folder / "build.gradle.kts", _BUILD.format(pack=pack, delivery=delivery))
    below, _, name = file.rpartition("/")
    for group, model in variants.items():
        place = folder / "src/main/assets" / f"{below}#group_{group}" / name
        with replacing(place) as beside:
            shutil.copyfile(model, beside)


@click.command("ai-pack", context_settings=command.OPTIONS_WITH_UNDERSCORES)
@click.option("--output", type=click.Path(path_type=Path), required=True, help="The module.")
@click.option("--pack", required=True, help="The name of the pack.")
@click.option("--delivery", type=click.Choice(DELIVERIES), required=True, help="When it arrives.")
@click.option("--file", required=True, help="The model's path below assets: folder/name.")
@click.option(
    "--variant",
    "variants",
    type=(str, click.Path(path_type=Path)),
    multiple=True,
    required=True,
    help="A group and its model.",
)
@click.option("--selector", "selectors", type=(str, str), multiple=True, help="A group's phones.")
@JSON_OPTION
def ai_pack(
    output: Path,
    pack: str,
    delivery: str,
    file: str,
    variants: tuple[tuple[str, Path], ...],
    selectors: tuple[tuple[str, str], ...],
    as_json: bool,
) -> None:
    """Lay out the variants of one model as an AI pack."""
    write_ai_pack(output, pack, delivery, file, dict(variants))
    groups = defaultdict(list)
    for group, selector in selectors:
        groups[group].append(selector)
    if groups:
        write_text(output / "device_targeting_configuration.xml", targeting(groups))
    tell_written(output, as_json)


def main(argv: list[str] | None = None) -> int:
    """Runs ``ai-pack``; returns the exit code."""
    return command.run(ai_pack, argv)


if __name__ == "__main__":
    raise SystemExit(main())
