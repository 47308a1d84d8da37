"""Models as an Android library without code: ``.aar``, for ``aar_import`` and Gradle.

The layout is what https://developer.android.com/studio/projects/android-library#aar-contents asks
for. ``classes.jar`` and ``R.txt`` are there and empty, since Gradle and Bazel both read them.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from xml.sax.saxutils import quoteattr

import click

from tools import command
from tools.json_output import JSON_OPTION, tell_written
from tools.mobile.archive import Entries, archive_bytes, write_archive

_MANIFEST = """\
<?xml version="1.0" encoding="utf-8"?>
<manifest xmlns:android="http://schemas.android.com/apk/res/android" package={namespace}>
    <uses-sdk android:minSdkVersion="{min_sdk}" />
</manifest>
"""
_METADATA = """\
aarFormatVersion=1.0
aarMetadataVersion=1.0
minCompileSdk=1
minAndroidGradlePluginVersion=1.0.0
"""
_JAR_MANIFEST_PATH = "META-INF/MANIFEST.MF"
_JAR_MANIFEST = b"Manifest-Version: 1.0\r\n\r\n"
_METADATA_PATH = "META-INF/com/android/build/gradle/aar-metadata.properties"


def aar_entries(models: Sequence[Path], namespace: str, min_sdk: int, folder: str) -> Entries:
    """The entries of the archive: the app opens a model as ``folder/<its file name>``."""
    assets = {f"assets/{folder}/{model.name}": model for model in models}
    manifest = _MANIFEST.format(namespace=quoteattr(namespace), min_sdk=min_sdk)
    return {
        "AndroidManifest.xml": manifest.encode(),
        "R.txt": b"",
        "classes.jar": archive_bytes({_JAR_MANIFEST_PATH: _JAR_MANIFEST}),
        _METADATA_PATH: _METADATA.encode(),
        **assets,
    }


@click.command("aar", context_settings=command.OPTIONS_WITH_UNDERSCORES)
@click.argument("models", type=click.Path(path_type=Path), nargs=-1, required=True)
@click.option("--output", type=click.Path(path_type=Path), required=True, help="The .aar.")
@click.option("--namespace", required=True, help="The Java package of the library.")
@click.option("--min-sdk", type=int, required=True, help="The lowest Android API level.")
@click.option("--dir", "folder", required=True, help="The folder below assets.")
@JSON_OPTION
def aar(
    models: tuple[Path, ...],
    output: Path,
    namespace: str,
    min_sdk: int,
    folder: str,
    as_json: bool,
) -> None:
    """Pack MODELS, .tflite files, as an Android library."""
    write_archive(output, aar_entries(models, namespace, min_sdk, folder))
    tell_written(output, as_json)


def main(argv: list[str] | None = None) -> int:
    """Runs ``aar``; returns the exit code."""
    return command.run(aar, argv)


if __name__ == "__main__":
    raise SystemExit(main())
