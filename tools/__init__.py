"""Programs: the Bazel actions and the command line ``tflq``."""
