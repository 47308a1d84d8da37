"""Every sentence with which a rule refuses its attributes, beside attributes that earn it."""

load("//rules:defs.bzl", "tflite_accuracy_test", "tflite_android_assets", "tflite_evaluation", "tflite_golden_test", "tflite_quantized_model", "tflite_report", "tflite_size_test", "tflite_summary")
load(":analysis_failure_test.bzl", "analysis_failure_test")
load(":failure.bzl", "failure")
load(":packaging_failures.bzl", "PACKAGING_FAILURES")

def _model(case, message, **attributes):
    return failure(tflite_quantized_model, case, message, **attributes)

def _accuracy(case, message, model = ":quantized", data = "data.npz", **attributes):
    return failure(tflite_accuracy_test, case, message, model = model, data = data, **attributes)

def _size(case, message, model = ":quantized", **attributes):
    return failure(tflite_size_test, "size_" + case, message, model = model, **attributes)

def _golden(case, message, **attributes):
    return failure(tflite_golden_test, case, message, model = "float.tflite", golden = "data.npz", **attributes)

def _evaluation(case, message, model = ":quantized", **attributes):
    return failure(tflite_evaluation, case, message, model = model, data = "data.npz", **attributes)

def _report(case, message, **attributes):
    return failure(tflite_report, "report_" + case, message, **attributes)

def _assets(case, message, **attributes):
    return failure(tflite_android_assets, case, message, **attributes)

_FAILURES = [
    _model("both", "saved_model and model are both set. Keep the one", saved_model = "saved_model", model = "float.tflite"),
    _model("neither", "neither saved_model nor model is set. Set the one"),
    _model("suffix.tflite", "name ends in .tflite, which the rule adds. Call it", model = "float.tflite"),
    _model("signature", "signature is set, but model is converted already. Remove", model = "float.tflite", signature = "f"),
    _model("target", "target_runtime = \"phone\" is unknown. Choose one of: litert,", model = "float.tflite", target_runtime = "phone"),
    _model("negative", "min_elements = -7 is negative. Set 0", model = "float.tflite", min_elements = -7),
    _model("matches_all", "keep_float has an empty regular expression", model = "float.tflite", keep_float = [""]),
    _model(
        "recipe_and_attributes",
        "recipe is set together with keep_float, target_runtime. Say it all",
        keep_float = ["^logits"],
        model = "float.tflite",
        recipe = "recipe.json",
        target_runtime = "litert",
    ),
    _model("scheme", "scheme = \"int5\" is unknown. Choose one of: dynamic_range,", model = "float.tflite", scheme = "int5"),
    _model("scheme_of_target", "target runtime tflite_micro cannot run scheme int4. Choose one of: dynamic_range,", model = "float.tflite", scheme = "int4", target_runtime = "tflite_micro"),
    _model("block_size", "block_size = 48. Choose one of: 0, 32", block_size = 48, model = "float.tflite", scheme = "int4"),
    _model("clipping", "clipping = \"max\" is unknown. Choose one of: auto", clipping = "max", model = "float.tflite"),
    _model("budget", "accuracy_budget = \"5\" is a fraction from 0 to 1. Write", accuracy_budget = "5", data = "data.npz", model = "float.tflite"),
    _model("budget_word", "accuracy_budget = \"small\" is not a decimal number", accuracy_budget = "small", data = "data.npz", model = "float.tflite"),
    _model("budget_data", "accuracy_budget = \"0.01\" needs samples. Set data", accuracy_budget = "0.01", model = "float.tflite"),
    _model("integer_data", "scheme = \"full_integer\" needs samples. Set data", model = "float.tflite", scheme = "full_integer"),
    _model("learned_data", "rounding = \"learned\" needs samples. Set data", model = "float.tflite", rounding = "learned"),
    _model("no_graph", "saved_model has no saved_model.pb among its 1 files (tests/rules/data.npz). Give", saved_model = "data.npz"),
    _model("two_graphs", "saved_model has 2 SavedModels: tests/rules/a/saved_model.pb, tests", saved_model = ":two_saved_models"),
    _model("mixed", "saved_model mixes source and generated files", saved_model = ":mixed_saved_model"),
    _accuracy("no_threshold", "neither min_value nor max_drop is set. Set at least one"),
    _accuracy("metric", "metric = \"top2\" is unknown. Choose one of: agreement,", metric = "top2", min_value = "0.9"),
    _accuracy("numerics", "numerics = \"gpu\" is unknown. Choose one of", numerics = "gpu", min_value = "0.9"),
    _accuracy("word", "min_value = \"high\" is not a decimal number. Write", min_value = "high"),
    _accuracy("exponent", "max_drop = \"1e-3\" is not a decimal number. Write", max_drop = "1e-3"),
    _accuracy("point", "min_value = \"0.\" is not a decimal number. Write", min_value = "0."),
    _accuracy("sign", "max_drop = \"-0.1\" is not a decimal number. Write", max_drop = "-0.1"),
    _accuracy("percent", "min_value = \"90\", but top1 is a share from 0 to 1. Write", min_value = "90"),
    _accuracy("just_over_one", "max_drop = \"1.01\", but top5 is a share", max_drop = "1.01", metric = "top5"),
    _accuracy("lower_is_better", "min_value is set, but metric = \"mse\" is better lower. Set max_value", metric = "mse", min_value = "0.1"),
    _accuracy("higher_is_better", "max_value is set, but metric = \"top1\" is better higher. Set min_value", max_value = "0.1"),
    _accuracy("several_percent", "min_values[\"f1\"] = \"90\", but f1 is a share", min_values = {"f1": "90"}),
    _accuracy("several_unknown", "max_drops = \"top2\" is unknown. Choose one of: agreement,", max_drops = {"top2": "0.1"}),
    _accuracy("both_sources", "evaluation is set together with model or data. Keep", evaluation = ":evaluated", min_value = "0.9"),
    _accuracy("no_source", "neither evaluation nor model and data are set. Set", data = None, min_value = "0.9"),
    _accuracy(
        "not_measured",
        "//tests/rules:evaluated measures top1, sqnr. Add it there",
        data = None,
        evaluation = ":evaluated",
        min_values = {"map": "0.9"},
        model = None,
    ),
    _accuracy("runtime", "runtime = \"phone\" is unknown. Choose one of: litert,", min_value = "0.9", runtime = "phone"),
    _evaluation("no_metrics", "metrics is empty. Name at least one", metrics = []),
    _evaluation("metrics", "metrics = \"top2\" is unknown. Choose one of", metrics = ["top1", "top2"]),
    _evaluation("no_shards", "shards = 0 measures nothing. Set 1", shards = 0),
    _evaluation("nothing_to_compare_with", "metric = \"sqnr\" compares with a float model", metrics = ["sqnr"], model = "float.tflite"),
    _accuracy("no_float_value", "max_drop is set, but metric = \"sqnr\" has no float value. Set min_value", metric = "sqnr", max_drop = "0.1"),
    _accuracy("no_float_model", "max_drop compares with a float model, and model =", model = "float.tflite", max_drop = "0.1"),
    _accuracy("nothing_to_agree_with", "metric = \"agreement\" compares with a float model", metric = "agreement", model = "float.tflite", min_value = "0.9"),
    _accuracy("mean", "mean = \"127,5\" is not a decimal number", mean = "127,5", min_value = "0.9"),
    _accuracy("std", "std = \"0.00\" divides by zero. Leave it out", min_value = "0.9", std = "0.00"),
    _accuracy("resize", "resize = \"crop\" is unknown. Choose one of: center_crop,", min_value = "0.9", resize = "crop"),
    _accuracy("no_samples", "data has no files. Name samples", data = ":no_files", min_value = "0.9"),
    _accuracy("other_samples", "data has tests/rules/recipe.json. Give one file", data = "recipe.json", min_value = "0.9"),
    _accuracy("mixed_samples", "data mixes source and generated files", data = ":mixed_images", min_value = "0.9"),
    _accuracy("far_labels", "data has tests/rules/a/labels.csv, and images that are not", data = ":table_elsewhere", min_value = "0.9"),
    _size("no_threshold", "neither max_bytes nor min_ratio is set. Set at least one"),
    _size("negative", "max_bytes = -1 is negative. Write", max_bytes = -1),
    _size("word", "min_ratio = \"4x\" is not a decimal number", min_ratio = "4x"),
    _size("no_float_model", "min_ratio compares with a float model, and model =", model = "float.tflite", min_ratio = "3.5"),
    _golden("tolerance", "tolerance = \"1e-5\" is not a decimal number", tolerance = "1e-5"),
    _golden("no_tolerance", "tolerance = \"\" is not a decimal number", tolerance = ""),
    _assets("empty", "models is empty. Name at least one", models = []),
    _assets("same_name", "models has two files of one name, and an APK ignores case", models = ["a/float.tflite", "a/FLOAT.tflite"]),
    _assets("hidden_model", "models has \"_float.tflite\", and aapt leaves", models = ["a/_float.tflite"]),
    _assets("hidden_folder", "dir has \".models\", and aapt leaves", dir = "ml/.models", models = ["float.tflite"]),
    _assets("parent_folder", "dir = \"../models\" is not a plain relative path", dir = "../models", models = ["float.tflite"]),
    _assets("absolute_folder", "dir = \"/models\" is not a plain relative path", dir = "/models", models = ["float.tflite"]),
    _report("both", "model and test are both set. Keep the one", model = ":quantized", test = ":judged"),
    _report("neither", "neither model nor test is set. Set the one"),
    _report("no_float_model", "judges a file that was not quantized here. Let it judge", test = ":judged_file"),
    _report("resize", "resize = \"crop\" is unknown. Choose one of", model = ":quantized", resize = "crop"),
    _report("mean", "mean = \"127,5\" is not a decimal number", mean = "127,5", model = ":quantized"),
    _report("no_samples", "data has no files. Name samples", data = ":no_files", model = ":quantized"),
    failure(tflite_summary, "no_tests", "tests is empty. Name at least one tflite_accuracy_test", tests = []),
]

def analysis_failures():
    """Defines a test for every failure."""
    for case in _FAILURES + PACKAGING_FAILURES:
        case.kind(
            name = case.case,
            tags = ["manual"],
            testonly = True,
            **case.attributes
        )
        analysis_failure_test(
            name = case.case + "_fails_test",
            message = case.message,
            target = case.case,
        )
