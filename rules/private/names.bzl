"""Names in the grammars of other systems."""

_LETTERS = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
_DIGITS = "0123456789"

def _consists_of(text, characters):
    return not text.strip(characters) and bool(text)

def is_identifier(text):
    """Returns whether the text is a letter, then letters, digits and underscores."""
    return _consists_of(text[:1], _LETTERS) and _consists_of(text, _LETTERS + _DIGITS + "_")

def check_java_package(label, attribute, value):
    """Fails where the value of an attribute is no Java package of two parts or more."""
    parts = value.split(".")
    if len(parts) < 2 or not all([is_identifier(part) for part in parts]):
        fail("%s: %s = \"%s\" is not a Java package. Write it as \"com.example.models\"." % (
            label,
            attribute,
            value,
        ))

def check_bundle_identifier(label, attribute, value):
    """Fails where the value of an attribute is not an identifier of an Apple bundle."""
    if not all([_consists_of(part, _LETTERS + _DIGITS + "-") for part in value.split(".")]):
        fail("%s: %s = \"%s\" is not a bundle identifier. Write it as \"com.example.Models\"." % (
            label,
            attribute,
            value,
        ))

def check_version(label, attribute, value):
    """Fails where the value of an attribute is not made of numbers and points."""
    if not all([_consists_of(part, _DIGITS) for part in value.split(".")]):
        fail("%s: %s = \"%s\" is not a version of numbers. Write it as \"1.0\"." % (
            label,
            attribute,
            value,
        ))

def check_maven_coordinates(label, value):
    """Fails where the value is not `group:artifact:version` of a release."""
    parts = value.split(":")
    if len(parts) != 3 or not all([_consists_of(p, _LETTERS + _DIGITS + "._-") for p in parts]):
        fail("%s: \"%s\" is not group:artifact:version. Write it as \"com.example:models:1.0.0\"." % (
            label,
            value,
        ))
    if value.endswith("-SNAPSHOT"):
        fail("%s: \"%s\" is a snapshot, which wants the time in its files. Name a release." % (
            label,
            value,
        ))
