"""Generated models of one operator each, and what LiteRT makes of them."""
