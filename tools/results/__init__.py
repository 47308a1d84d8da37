"""Measures real models and the zoo beside the incumbents, and writes ``docs/results.md``."""
