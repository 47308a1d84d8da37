"""Repositories that Bazel 4 wants from GitHub before it resolves a toolchain or runs a test.

Bazel 4 registers @bazel_tools//tools/jdk:all, which loads @rules_cc, @rules_java and @rules_proto,
and gives every test @remote_coverage_tools. Quantizing uses none of them, so that stand-ins which
forward to the native rules are enough. Newer releases bring their own or ask for other versions.
"""

_CC_RULES = [
    "cc_binary",
    "cc_import",
    "cc_library",
    "cc_proto_library",
    "cc_test",
    "cc_toolchain",
    "cc_toolchain_suite",
    "fdo_prefetch_hints",
    "fdo_profile",
    "objc_import",
    "objc_library",
]

_JAVA_RULES = [
    "java_binary",
    "java_import",
    "java_library",
    "java_lite_proto_library",
    "java_package_configuration",
    "java_plugin",
    "java_proto_library",
    "java_runtime",
    "java_test",
    "java_toolchain",
]

_PROTO_RULES = [
    "proto_lang_toolchain",
    "proto_library",
]

_COVERAGE_BUILD = """package(default_visibility = ["//visibility:public"])

filegroup(
    name = "coverage_report_generator",
    srcs = ["nothing.sh"],
)

filegroup(
    name = "lcov_merger",
    srcs = ["nothing.sh"],
)
"""

def _forwarders(rules):
    # native.x exists only while a BUILD file is evaluated, hence a function for each.
    return "\n".join([
        "def {rule}(**kwargs):\n    native.{rule}(**kwargs)\n".format(rule = rule)
        for rule in rules
    ])

def _language(folder, rules):
    return {
        "BUILD": "",
        folder + "/BUILD": "",
        folder + "/defs.bzl": _forwarders(rules),
    }

_STUBS = {
    "remote_coverage_tools": {
        "BUILD": _COVERAGE_BUILD,
        "nothing.sh": "#!/bin/sh\n",
    },
    "rules_cc": _language("cc", _CC_RULES),
    "rules_java": _language("java", _JAVA_RULES),
    "rules_proto": _language("proto", _PROTO_RULES),
}

def _stub_repository_impl(rctx):
    for path, content in rctx.attr.files.items():
        rctx.file(path, content)

_stub_repository = repository_rule(
    doc = "A repository of the given files.",
    implementation = _stub_repository_impl,
    attrs = {"files": attr.string_dict(doc = "path -> content", mandatory = True)},
)

def bazel4_stubs():
    """Defines the stand-ins on Bazel 4, where the workspace has not defined the real ones."""
    if hasattr(config_common, "toolchain_type"):
        return
    for name, files in _STUBS.items():
        if name not in native.existing_rules():
            _stub_repository(name = name, files = files)
