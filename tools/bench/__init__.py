"""Times of our runtime beside LiteRT's: models, measurements and their tables."""
