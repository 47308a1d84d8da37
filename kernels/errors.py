"""The one family of errors that bad input raises.

A message is two sentences: what is wrong and where, with the value; then the cure.
The command line prints them on two lines and exits with code 2.
"""


class TfliteQuantError(Exception):
    """Bad input: ``problem`` says what and where, ``cure`` says what to do about it."""

    def __init__(self, problem: str, cure: str) -> None:
        super().__init__(f"{problem}\n{cure}")
        self.problem = problem
        self.cure = cure


class ModelError(TfliteQuantError):
    """A ``.tflite`` file or model that is malformed, foreign, or beyond a limit."""


class UnsupportedOperatorError(TfliteQuantError):
    """Operators of a model that the runtime has no kernel for, named at load."""


class InputError(TfliteQuantError):
    """An argument to a run: a missing input, a wrong name, shape or type."""


class ConversionError(TfliteQuantError):
    """A SavedModel that could not be turned into a float ``.tflite``."""


class RecipeError(TfliteQuantError):
    """A recipe or option that contradicts itself, the model, or the target runtime."""


class WeightError(TfliteQuantError):
    """A weight that cannot be quantized: NaN or Inf, named with its tensor."""


class DataError(TfliteQuantError):
    """Evaluation or calibration data that does not fit the model."""
