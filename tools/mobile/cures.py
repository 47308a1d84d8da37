"""What to do about a model that does not lie in an app as it should, for each build system."""

from __future__ import annotations

from collections.abc import Mapping
from enum import Enum


class Fault(Enum):
    """What can be wrong; the value says it, after the path of the file."""

    MISSING = "is not in it"
    OTHER_BYTES = "has other bytes than the target"
    NOT_A_MODEL = "is no .tflite: its bytes 4 to 8 are not 'TFL3'"
    OUT_OF_REACH = "lies where the app's code cannot open it"
    COMPRESSED = "is compressed, so that it cannot be mapped: AssetManager.openFd throws"
    WILL_BE_COMPRESSED = "will be compressed in the APKs, so that it cannot be mapped"
    MISALIGNED = "does not begin at a multiple of the alignment that the runtime asks for"


CURES: Mapping[Fault, Mapping[str, str]] = {
    Fault.MISSING: {
        "Bazel, Android": "put a tflite_android_assets target into assets of an android_library "
        "that the app depends on",
        "Bazel, iOS": "name the model in data of a swift_library, or in resources of the "
        "ios_application",
        "Gradle": 'android.sourceSets["main"].assets.srcDir("bazel-bin/<package>/<name>"), or a '
        "dependency on the tflite_aar",
        "Xcode": "add the file or its bundle to Build Phases, Copy Bundle Resources",
        "CocoaPods": "name the tflite_apple_bundle in resources of the podspec",
    },
    Fault.OTHER_BYTES: {
        "Bazel": "let the app take the label of the target; a copy in the source tree is old",
        "Gradle": "run Bazel before it: make preBuild depend on a task that calls bazel build",
        "Xcode": "clean the build folder, and let a Run Script phase call bazel build",
    },
    Fault.NOT_A_MODEL: {
        "all": "name a tflite_quantized_model, or a file that a converter has written",
        "Git LFS": "git lfs pull: the file may be a pointer",
    },
    Fault.OUT_OF_REACH: {
        "Bazel": "assets_dir of the android_library must be the name of the assets target",
        "aapt, aapt2": "-A FOLDER takes what is in the folder as assets",
        "Gradle": "put the model below src/main/assets, not src/main/resources",
    },
    Fault.COMPRESSED: {
        "Bazel": 'nocompress_extensions = [".tflite"] on the android_binary; quantized weights '
        "compress well enough for aapt to do so unasked",
        "Gradle": "AGP 4.1 or later keeps .tflite as it is; before: "
        'android.aaptOptions.noCompress "tflite"',
        "aapt": "aapt package -0 tflite",
        "aapt2": "aapt2 link -0 .tflite (with the dot)",
        "zip": "zip -0, or zip -n .tflite",
        ".NET": "<AndroidStoreUncompressedFileExtensions>.tflite"
        "</AndroidStoreUncompressedFileExtensions>",
        "all": "the suffix must be .tflite: no build system spares another one",
    },
    Fault.WILL_BE_COMPRESSED: {
        "Bazel": "bundle_config_file of the android_application: "
        '{"compression": {"uncompressedGlob": ["**.tflite"]}}',
        "Gradle": "AGP 4.1 or later writes it by itself for the suffix .tflite; before: "
        'android.aaptOptions.noCompress "tflite"',
        "bundletool": "build-bundle --config with the same JSON",
    },
    Fault.MISALIGNED: {
        "Bazel": "android_binary aligns to 4 bytes; ask for no more with alignment = 4",
        "Gradle": "AGP aligns to 4 bytes; ask for no more with alignment = 4",
        "zipalign": "zipalign -f -p 16 IN.apk OUT.apk, before apksigner",
        "all": "a model's buffers want 16; LiteRT checks 4, and 32-bit phones need them",
    },
}
"""Fault -> build system -> cure."""


def cure_lines(fault: Fault) -> list[str]:
    """One line a build system."""
    width = max(map(len, CURES[fault]))
    return [f"{system:{width}}  {cure}" for system, cure in CURES[fault].items()]
