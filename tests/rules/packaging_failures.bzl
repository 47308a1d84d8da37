"""Sentences with which the rules that pack models refuse their attributes."""

load(
    "//rules:defs.bzl",
    "tflite_aar",
    "tflite_ai_pack",
    "tflite_apple_bundle",
    "tflite_maven_repository",
    "tflite_model_constants",
    "tflite_packaged_test",
)
load(":failure.bzl", "failure")

_MODELS = ["float.tflite"]

def _aar(case, message, models = _MODELS, namespace = "com.example.models", **attributes):
    return failure(
        tflite_aar,
        "aar_" + case,
        message,
        models = models,
        namespace = namespace,
        **attributes
    )

def _maven(case, message, artifacts):
    return failure(tflite_maven_repository, "maven_" + case, message, artifacts = artifacts)

def _ai_pack(case, message, variants = {"float.tflite": "other"}, **attributes):
    return failure(tflite_ai_pack, "ai_pack_" + case, message, variants = variants, **attributes)

def _bundle(case, message, models = _MODELS, bundle_id = "com.example.Models", **attributes):
    return failure(
        tflite_apple_bundle,
        "bundle_" + case,
        message,
        models = models,
        bundle_id = bundle_id,
        **attributes
    )

def _packaged(case, message, app, models = _MODELS, **attributes):
    return failure(tflite_packaged_test, "packaged_" + case, message, app = app, models = models, **attributes)

def _constants(case, message, model = "float.tflite", **attributes):
    return failure(tflite_model_constants, "constants_" + case, message, model = model, **attributes)

_FAST = {"float.tflite": "other", "a/float.tflite": "fast"}

PACKAGING_FAILURES = [
    _aar("empty", "models is empty. Name at least one", models = []),
    _aar("same_name", "models has two files of one name, and an APK ignores case", models = ["a/float.tflite", "a/FLOAT.tflite"]),
    _aar("hidden_model", "models has \"_float.tflite\", and aapt leaves", models = ["a/_float.tflite"]),
    _aar("folder", "dir = \"models/\" is not a plain relative path", dir = "models/"),
    _aar("one_part", "namespace = \"models\" is not a Java package. Write", namespace = "models"),
    _aar("digit", "namespace = \"com.1st\" is not a Java package", namespace = "com.1st"),
    _aar("hyphen", "namespace = \"com.a-b\" is not a Java package", namespace = "com.a-b"),
    _aar("no_namespace", "namespace = \"\" is not a Java package", namespace = ""),
    _aar("level", "min_sdk = 0 is no API level. Write 21", min_sdk = 0),
    _maven("empty", "artifacts is empty. Name at least one tflite_aar", {}),
    _maven("two_parts", "\"com.example:models\" is not group:artifact:version. Write", {"a.aar": "com.example:models"}),
    _maven("space", "\"com.example:my models:1\" is not group:artifact:version", {"a.aar": "com.example:my models:1"}),
    _maven("snapshot", "\"com.example:models:1-SNAPSHOT\" is a snapshot, which", {"a.aar": "com.example:models:1-SNAPSHOT"}),
    _maven(
        "two_versions",
        "com.example:models has two versions, com.example:models:1 and com.example:models:2. Build",
        {"a.aar": "com.example:models:1", "b.aar": "com.example:models:2"},
    ),
    _maven("several_files", "tests/rules:two_aars is not one .aar. Name", {":two_aars": "com.example:models:1"}),
    _ai_pack("delivery", "delivery = \"later\" is unknown. Choose one of: fast-follow,", delivery = "later"),
    _ai_pack("folder", "dir = \"\" is not a plain relative path", dir = ""),
    _ai_pack("pack", "pack = \"1st\" is no name for a pack. Begin with a letter", pack = "1st"),
    _ai_pack("model", "model = \"a/b.tflite\" is not the name of a .tflite", model = "a/b.tflite"),
    _ai_pack("suffix", "model = \"b.bin\" is not the name of a .tflite", model = "b.bin"),
    _ai_pack("no_fallback", "no variant is for \"other\", so that some phones get none", variants = {"float.tflite": "fast"}),
    _ai_pack("group", "group \"so fast\" is no name for a group", variants = {"float.tflite": "other", "a/float.tflite": "so fast"}),
    _ai_pack("same_group", "two variants are for the group \"other\". Keep one", variants = {"float.tflite": "other", "a/float.tflite": "other"}),
    _ai_pack("undefined", "device_groups does not say which phones are in \"fast\"", device_groups = {"slow": ["ram 1"]}, variants = _FAST),
    _ai_pack("unused", "device_groups has \"slow\", which no variant is for. Remove", device_groups = {"fast": ["ram 1"], "slow": ["ram 1"]}, variants = _FAST),
    _ai_pack("fallback", "which no variant is for alone: it is every other phone", device_groups = {"fast": ["ram 1"], "other": ["ram 1"]}, variants = _FAST),
    _ai_pack("no_entry", "device_groups has no entry for \"fast\". Add one", device_groups = {"fast": []}, variants = _FAST),
    _bundle("empty", "models is empty. Name at least one", models = []),
    _bundle("same_name", "two files of one name, and a Mac's file system ignores case", models = ["a/float.tflite", "a/FLOAT.tflite"]),
    _bundle("identifier", "bundle_id = \"com.example.my models\" is not a bundle identifier", bundle_id = "com.example.my models"),
    _bundle("version", "version = \"1.0-beta\" is not a version of numbers", version = "1.0-beta"),
    _bundle("system", "minimum_os_version = \"twelve\" is not a version of numbers", minimum_os_version = "twelve"),
    _constants("language", "out = \"Speech.java\" is in no language that is known here. Let", out = "Speech.java"),
    _constants("no_suffix", "out = \"Speech\" is in no language that is known here", out = "Speech"),
    _constants("identifier", "out = \"my-speech.kt\" names no identifier. Write", out = "my-speech.kt"),
    _constants("swift_package", "package is set, which only a Kotlin file has", out = "Speech.swift", package = "com.example"),
    _constants("package", "package = \"example\" is not a Java package", out = "Speech.kt", package = "example"),
    _packaged("no_models", "models is empty. Name at least one", app = "app.apk", models = []),
    _packaged("two_apps", "two_apps is 2 archives. Name one .apk", app = ":two_apps"),
    _packaged("no_app", "two_saved_models is 2 files and no app. Name one .apk", app = ":two_saved_models"),
]
