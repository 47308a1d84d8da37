from kernels.flat.instruction import Instruction, Jump, Label, Lowered, Origin


def test_only_instructions_without_an_origin_get_one():
    inner, outer = Origin("ADD", 1), Origin("WHILE", 2)
    label = Label()
    code = (label, Instruction("k", (), origin=inner), Instruction("k", ()), Jump(label))
    marked = Lowered((), code).with_origin(outer).instructions
    assert [getattr(item, "origin", None) for item in marked] == [None, inner, outer, None]


def test_two_operators_that_became_one_count_together():
    both = Origin("PAD", 0).with_second(Origin("CONV_2D", 7))
    assert (both.operator, both.operations) == ("PAD + CONV_2D", 7)
