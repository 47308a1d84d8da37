"""What an app's code wants to know of a model, as source text in its language."""
