"""The compiled kernels, written for Numba. ``kernels.kernel`` loads them by name; nothing else
imports these modules, since they import numba."""
