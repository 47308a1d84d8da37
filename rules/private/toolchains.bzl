"""Registers the default toolchains from a WORKSPACE file."""

def register_default_toolchains():
    """Registers the project's own programs; toolchains that are registered before come first."""
    for toolchain in ["default_toolchain", "default_converter_toolchain"]:
        native.register_toolchains(str(Label("//rules:" + toolchain)))
