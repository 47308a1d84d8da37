"""Models in the packages that apps are built from, and in finished apps."""
