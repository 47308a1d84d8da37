"""Models as a resource bundle for iOS and macOS apps: a folder ``Models.bundle``.

A namespace of its own: files of two bundles may have one name, where loose resources of an app
all lie in one folder.
"""

from __future__ import annotations

import json
import plistlib
import shutil
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import click

from kernels.output_file import replacing, write_bytes, write_text
from tools import command
from tools.json_output import JSON_OPTION, tell_written


def info_plist(name: str, identifier: str, version: str, minimum_os: str) -> bytes:
    """The bundle's Info.plist, binary, as Apple's tools write it."""
    keys = {
        "CFBundleDevelopmentRegion": "en",
        "CFBundleIdentifier": identifier,
        "CFBundleInfoDictionaryVersion": "6.0",
        "CFBundleName": name,
        "CFBundlePackageType": "BNDL",
        "CFBundleShortVersionString": version,
        "CFBundleVersion": version,
        "MinimumOSVersion": minimum_os,
    }
    return plistlib.dumps(keys, fmt=plistlib.FMT_BINARY, sort_keys=True)


def podspec(name: str, version: str, minimum_os: str) -> Mapping[str, Any]:
    """What CocoaPods asks of a pod that the Podfile names by ``:path``: the bundle lies beside."""
    return {
        "name": name,
        "version": version,
        "summary": f"TensorFlow Lite models: {name}.bundle.",
        "homepage": "https://cocoapods.org",
        "license": {"type": "Proprietary", "text": "As the app's."},
        "authors": name,
        "source": {"http": "https://cocoapods.org"},
        "platforms": {"ios": minimum_os},
        "resources": [f"{name}.bundle"],
    }


def write_bundle(folder: Path, models: Sequence[Path], plist: bytes) -> None:
    """Writes the folder. Raises InputError where a file cannot be written."""
    write_bytes(folder / "Info.plist", plist)
    for model in models:
        with replacing(folder / model.name) as beside:
            shutil.copyfile(model, beside)


@click.command("apple-bundle", context_settings=command.OPTIONS_WITH_UNDERSCORES)
@click.argument("models", type=click.Path(path_type=Path), nargs=-1, required=True)
@click.option("--output", type=click.Path(path_type=Path), required=True, help="NAME.bundle.")
@click.option("--podspec", "spec", type=click.Path(path_type=Path), help="NAME.podspec.json.")
@click.option("--identifier", required=True, help="The bundle's identifier.")
@click.option("--version", required=True, help="The bundle's version.")
@click.option("--minimum-os", required=True, help="The lowest version of the system.")
@JSON_OPTION
def apple_bundle(
    models: tuple[Path, ...],
    output: Path,
    spec: Path | None,
    identifier: str,
    version: str,
    minimum_os: str,
    as_json: bool,
) -> None:
    """Pack MODELS, .tflite files, as a resource bundle."""
    name = output.stem
    write_bundle(output, models, info_plist(name, identifier, version, minimum_os))
    if spec:
        write_text(spec, json.dumps(podspec(name, version, minimum_os), indent=2) + "\n")
    tell_written(output, as_json)


def main(argv: list[str] | None = None) -> int:
    """Runs ``apple-bundle``; returns the exit code."""
    return command.run(apple_bundle, argv)


if __name__ == "__main__":
    raise SystemExit(main())
