"""``tflq pack``: what an app needs besides the model, around it or within it."""

from __future__ import annotations

import click

from tools import command
from tools.lazy_group import Lazy, LazyGroup, Sections

_WRITTEN = "`output` and `bytes`: what was written"

SECTIONS: Sections = {
    "Into the model": {
        "files": Lazy(
            "tools.pack_files:pack_files",
            "Put labels and metadata into a .tflite.",
            "files model.tflite labels.txt -o packed.tflite",
            "`output`, `bytes`, `files` (name and bytes) and `metadata` (names)",
        ),
    },
    "For Android": {
        "aar": Lazy(
            "tools.mobile.aar:aar",
            "Pack models as an Android library.",
            "aar model.tflite --namespace org.example --min-sdk 21 --dir models --output m.aar",
            _WRITTEN,
        ),
        "ai-pack": Lazy(
            "tools.mobile.ai_pack:ai_pack",
            "Lay out variants of a model, one for each group of phones.",
            "ai-pack --pack digits --delivery install-time --file models/digits.tflite "
            "--variant other model.tflite --output digits",
            _WRITTEN,
        ),
        "maven-repository": Lazy(
            "tools.mobile.maven_repository:maven_repository",
            "Lay out Android libraries as a Maven repository.",
            "maven-repository --artifact org.example:model:1.0 m.aar --output maven",
            _WRITTEN,
        ),
    },
    "For iOS": {
        "apple-bundle": Lazy(
            "tools.mobile.apple_bundle:apple_bundle",
            "Pack models as a resource bundle.",
            "apple-bundle model.tflite --identifier org.example.models --version 1.0 "
            "--minimum-os 13.0 --output Models.bundle",
            _WRITTEN,
        ),
    },
    "For both": {
        "model-constants": Lazy(
            "tools.mobile.model_constants:model_constants",
            "Write Kotlin, Swift or C that describes a model.",
            "model-constants model.tflite --asset-path models/model.tflite --output Model.kt",
            _WRITTEN,
        ),
        "check-packaged": Lazy(
            "tools.mobile.check_packaged:check_packaged",
            "Check that an app holds models as a phone needs them.",
            "check-packaged app.apk model.tflite",
            "`app` and `findings`: `model`, `place`, `fault`, `detail`",
        ),
    },
}


@click.group(
    "pack", cls=LazyGroup, sections=SECTIONS, context_settings=command.OPTIONS_WITH_UNDERSCORES
)
def pack() -> None:
    """Put files into models, and models into what app builds take."""


def main(argv: list[str] | None = None) -> int:
    """Runs ``tflq pack``; returns the exit code."""
    return command.run(pack, argv)


if __name__ == "__main__":
    raise SystemExit(main())
