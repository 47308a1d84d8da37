"""Keras models become SavedModels: the protocol here, real ones where Keras is installed."""

import pytest

from kernels.errors import ConversionError
from quant.keras_export import export_keras_model


class Exporting:
    def export(self, path):
        self.path = path


class Unbuilt:
    def export(self, path):
        raise ValueError("The model must be built.\nA long explanation.")


def test_the_model_exports_itself(tmp_path):
    model = Exporting()
    export_keras_model(model, tmp_path / "saved_model")
    assert model.path == str(tmp_path / "saved_model")


@pytest.mark.parametrize(
    ("model", "says"),
    [(object(), "no export method"), (Unbuilt(), "cannot export the model: The model must be")],
)
def test_what_cannot_be_exported(tmp_path, model, says):
    with pytest.raises(ConversionError) as raised:
        export_keras_model(model, tmp_path)
    assert says in raised.value.problem
