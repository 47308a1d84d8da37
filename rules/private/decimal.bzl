"""Decimal numbers in string attributes: BUILD files had no floating-point numbers before Bazel 5."""

def check_decimal(label, attribute, value, signed = False):
    """Fails where the value of an attribute is not a plain decimal number."""
    digits = value[1:] if signed and value.startswith("-") else value
    whole, point, fraction = digits.partition(".")
    if not whole.isdigit() or (point and not fraction.isdigit()):
        fail("%s: %s = \"%s\" is not a decimal number. Write it as \"0.90\"." % (
            label,
            attribute,
            value,
        ))

def exceeds_one(value):
    """Returns whether an unsigned decimal number is greater than 1."""
    whole, _, fraction = value.partition(".")
    return int(whole) > 1 or (int(whole) == 1 and int(fraction or "0") > 0)
