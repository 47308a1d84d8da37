import json
import shutil
import subprocess
from dataclasses import replace

import pytest

from tests.mobile.constants.described import DESCRIBED, HARD_NAME, PLAIN, QUANTIZED
from tools.mobile.constants.c_header import c_header
from tools.mobile.constants.facts import SignatureFacts

HEADER = c_header(DESCRIBED, "speech")


def macros(text):
    lines = [line.split(" ", 2) for line in text.splitlines() if line.startswith("#define ")]
    return {name: (*value, "")[0] for _, name, *value in lines}


def test_macros():
    found = macros(HEADER)
    assert found["SPEECH_ASSET_PATH"] == '"models/speech.tflite"'
    assert found["SPEECH_SIZE_BYTES"] == "12345"
    assert found["SPEECH_SERVING_DEFAULT_INPUT_IMAGE_SHAPE"] == "{-1, 8, 8, 1}"
    assert found["SPEECH_SERVING_DEFAULT_OUTPUT_SCORES_0_SCALE"] == "0.00390625f"
    assert found["SPEECH_SERVING_DEFAULT_OUTPUT_SCORES_0_ZERO_POINT"] == "-128"
    assert found["SPEECH_SERVING_DEFAULT_OUTPUT_INT_RANK"] == "0"
    assert found["SPEECH_SERVING_DEFAULT_OUTPUT_INT_SHAPE"] == "{0}"
    assert "SPEECH_SERVING_DEFAULT_OUTPUT_INT_INDEX" not in found
    assert "SPEECH_SERVING_DEFAULT_INPUT_IMAGE_SCALE" not in found


def test_no_comment_ends_early():
    text = c_header(replace(DESCRIBED, file="a*/b\n.tflite"), "m")
    assert text.splitlines()[0].startswith("/* Made from a* /b .tflite by")


def test_two_inputs_of_one_name_have_their_places():
    signature = SignatureFacts("f", (PLAIN, replace(QUANTIZED, name="image")), ())
    found = macros(c_header(replace(DESCRIBED, signatures=(signature,)), "m"))
    assert found["M_F_INPUT_IMAGE_1_TYPE"] == '"INT8"'


PROGRAM = r"""
#include <stdio.h>
#include "speech.h"
static const int shape[] = SPEECH_SERVING_DEFAULT_INPUT_IMAGE_SHAPE;
static const int none[] = SPEECH_SERVING_DEFAULT_OUTPUT_INT_SHAPE;
int main(void) {
    const char *name = SPEECH_TYPE_INPUT_SAY_X_N_NAME;
    for (; *name; name++) printf("%02x", (unsigned char)*name);
    printf(" %d %d %d\n", shape[0], shape[3], none[0]);
    return SPEECH_SERVING_DEFAULT_OUTPUT_SCORES_0_SCALE != 1.0f / 256;
}
"""


@pytest.mark.parametrize("options", [["-std=c99", "-trigraphs"], ["-x", "c++"]], ids=["C", "C++"])
def test_a_compiler_reads_it(tmp_path, options):
    compiler = shutil.which("c++" if "c++" in options else "cc")
    if compiler is None:
        pytest.skip("needs a C and C++ compiler: apt-get install -y g++")
    (tmp_path / "speech.h").write_text(HEADER)
    (tmp_path / "main.c").write_text(PROGRAM)
    warnings = ["-Wall", "-Wextra", "-Werror", "-Wno-trigraphs"]
    build = [compiler, *options, *warnings, tmp_path / "main.c", "-o", tmp_path / "main"]
    subprocess.run(build, check=True)
    said = subprocess.run([tmp_path / "main"], check=True, capture_output=True, text=True).stdout
    name, *numbers = said.split()
    assert bytes.fromhex(name).decode() == HARD_NAME
    assert json.loads(f"[{','.join(numbers)}]") == [-1, 1, 0]
