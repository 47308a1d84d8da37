from tools.mobile.constants.text import indented, one_line, shape_text


def test_indented():
    assert indented(["a", "", "b"]) == ["    a", "", "    b"]


def test_shape_text():
    assert (shape_text(()), shape_text((1, -1))) == ("", "1, -1")


def test_one_line():
    assert one_line("a\nb\u2028c é") == "a b c é"
