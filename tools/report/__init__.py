"""The page of a model report, and the other forms in which one is told."""
