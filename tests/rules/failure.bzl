"""A target that a rule refuses, and with which sentence."""

def failure(kind, case, message, **attributes):
    """Returns the rule, a name for the target, what its failure must say, and its attributes."""
    return struct(kind = kind, case = case, message = message, attributes = attributes)
