"""The public rules: the one file that users load."""

load("//rules/private:tflite_aar.bzl", _tflite_aar = "tflite_aar")
load("//rules/private:tflite_accuracy_info.bzl", _TfliteAccuracyInfo = "TfliteAccuracyInfo")
load("//rules/private:tflite_accuracy_test.bzl", _tflite_accuracy_test = "tflite_accuracy_test")
load("//rules/private:tflite_ai_pack.bzl", _tflite_ai_pack = "tflite_ai_pack")
load("//rules/private:tflite_android_assets.bzl", _tflite_android_assets = "tflite_android_assets")
load("//rules/private:tflite_apple_bundle.bzl", _tflite_apple_bundle = "tflite_apple_bundle")
load("//rules/private:tflite_evaluation.bzl", _tflite_evaluation = "tflite_evaluation")
load("//rules/private:tflite_evaluation_info.bzl", _TfliteEvaluationInfo = "TfliteEvaluationInfo")
load("//rules/private:tflite_golden_test.bzl", _tflite_golden_test = "tflite_golden_test")
load("//rules/private:tflite_maven_repository.bzl", _tflite_maven_repository = "tflite_maven_repository")
load("//rules/private:tflite_model_constants.bzl", _tflite_model_constants = "tflite_model_constants")
load("//rules/private:tflite_model_info.bzl", _TfliteModelInfo = "TfliteModelInfo")
load("//rules/private:tflite_packaged_test.bzl", _tflite_packaged_test = "tflite_packaged_test")
load("//rules/private:tflite_quantized_model.bzl", _tflite_quantized_model = "tflite_quantized_model")
load("//rules/private:tflite_report.bzl", _tflite_report = "tflite_report")
load("//rules/private:tflite_size_test.bzl", _tflite_size_test = "tflite_size_test")
load("//rules/private:tflite_summary.bzl", _tflite_summary = "tflite_summary")
load("//rules/private:toolchain.bzl", _tflq_converter_toolchain = "tflq_converter_toolchain", _tflq_toolchain = "tflq_toolchain")

tflite_quantized_model = _tflite_quantized_model
tflite_evaluation = _tflite_evaluation
tflite_accuracy_test = _tflite_accuracy_test
tflite_size_test = _tflite_size_test
tflite_golden_test = _tflite_golden_test

tflite_android_assets = _tflite_android_assets
tflite_aar = _tflite_aar
tflite_maven_repository = _tflite_maven_repository
tflite_ai_pack = _tflite_ai_pack
tflite_apple_bundle = _tflite_apple_bundle
tflite_model_constants = _tflite_model_constants
tflite_packaged_test = _tflite_packaged_test

tflite_report = _tflite_report
tflite_summary = _tflite_summary

tflq_toolchain = _tflq_toolchain
tflq_converter_toolchain = _tflq_converter_toolchain

TfliteModelInfo = _TfliteModelInfo
TfliteEvaluationInfo = _TfliteEvaluationInfo
TfliteAccuracyInfo = _TfliteAccuracyInfo
