"""The kernels: one family of operators per file."""
