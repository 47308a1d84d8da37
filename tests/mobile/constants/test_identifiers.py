import pytest

from tools.mobile.constants.identifiers import distinct, pascal, upper_snake


@pytest.mark.parametrize(
    ("name", "in_pascal", "in_snake"),
    [
        ("", "N", "N"),
        ("image", "Image", "IMAGE"),
        ("serving_default", "ServingDefault", "SERVING_DEFAULT"),
        ("servingDefault", "ServingDefault", "SERVING_DEFAULT"),
        ("StatefulPartitionedCall:0", "StatefulPartitionedCall0", "STATEFUL_PARTITIONED_CALL_0"),
        ("model/conv2d_1/BiasAdd", "ModelConv2D1BiasAdd", "MODEL_CONV_2_D_1_BIAS_ADD"),
        ("RGBImage", "RgbImage", "RGB_IMAGE"),
        ("1st", "N1St", "N1_ST"),
        ("é", "N", "N"),
    ],
)
def test_names(name, in_pascal, in_snake):
    assert (pascal(name), upper_snake(name)) == (in_pascal, in_snake)


def test_names_that_are_there_twice_get_their_place():
    assert distinct([]) == []
    assert distinct(["A", "b", "a", "C"]) == ["A_0", "b", "a_2", "C"]
