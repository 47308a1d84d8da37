"""The public rules: the one file that users load."""

load("//rules/private:tflite_accuracy_info.bzl", _TfliteAccuracyInfo = "TfliteAccuracyInfo")
load("//rules/private:tflite_accuracy_test.bzl", _tflite_accuracy_test = "tflite_accuracy_test")
load("//rules/private:tflite_android_assets.bzl", _tflite_android_assets = "tflite_android_assets")
load("//rules/private:tflite_model_info.bzl", _TfliteModelInfo = "TfliteModelInfo")
load("//rules/private:tflite_quantized_model.bzl", _tflite_quantized_model = "tflite_quantized_model")
load("//rules/private:tflite_summary.bzl", _tflite_summary = "tflite_summary")
load("//rules/private:toolchain.bzl", _tflq_converter_toolchain = "tflq_converter_toolchain", _tflq_toolchain = "tflq_toolchain")

tflite_quantized_model = _tflite_quantized_model
tflite_accuracy_test = _tflite_accuracy_test
tflite_android_assets = _tflite_android_assets
tflite_summary = _tflite_summary

tflq_toolchain = _tflq_toolchain
tflq_converter_toolchain = _tflq_converter_toolchain

TfliteModelInfo = _TfliteModelInfo
TfliteAccuracyInfo = _TfliteAccuracyInfo
