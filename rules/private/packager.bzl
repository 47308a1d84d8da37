"""Attributes for the programs that pack models and look into packages."""

def packager(program):
    """Returns a private attribute: a program of //tools that an action runs."""
    return attr.label(default = Label("//tools:" + program), executable = True, cfg = "exec")

def checker(program):
    """Returns a private attribute: a program of //tools that a test runs."""
    return attr.label(default = Label("//tools:" + program), executable = True, cfg = "target")
