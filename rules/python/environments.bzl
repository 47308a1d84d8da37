"""The project's Python environments: one table for WORKSPACE and MODULE.bazel."""

load(":python_venv.bzl", "python_venv")

# repository -> lock file. Each is installed only when a target needs it.
ENVIRONMENTS = {
    "tflq_convert": Label("//requirements:convert.txt"),
    "tflq_core": Label("//requirements:core.txt"),
    "tflq_dev": Label("//requirements:dev.txt"),
    "tflq_litert": Label("//requirements:litert.txt"),
    "tflq_plots": Label("//requirements:plots.txt"),
}

def python_environments():
    """Defines a repository for every environment."""
    for name, requirements in ENVIRONMENTS.items():
        python_venv(name = name, requirements = requirements)
