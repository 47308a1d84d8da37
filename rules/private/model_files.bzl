"""What rules that pack models ask of their files and folders."""

MODELS = attr.label_list(
    doc = "tflite_quantized_model targets, or any `.tflite` files.",
    allow_files = [".tflite"],
    mandatory = True,
)

def check_models(label, models, place):
    """Fails where there are no models, or two of one name.

    Args:
      label: the target, named in failures.
      models: list of File.
      place: what they go into, as "an APK".
    """
    if not models:
        fail("%s: models is empty. Name at least one tflite_quantized_model." % label)
    seen = {}
    for model in models:
        other = seen.setdefault(model.basename.lower(), model)
        if other != model:
            fail("%s: models has two files of one name, and %s ignores case: %s, %s. %s" % (
                label,
                place,
                other.short_path,
                model.short_path,
                "Rename a target, or give it a folder or bundle of its own.",
            ))

def check_assets(label, models, folder):
    """Fails where aapt or aapt2 would leave a model, or its folder below assets, out."""
    check_models(label, models, "an APK")
    check_folder(label, "dir", folder)
    for model in models:
        _check_kept(label, "models", model.basename)

def check_folder(label, attribute, folder):
    """Fails where the value of an attribute is no folder that aapt takes into an APK."""
    for part in folder.split("/"):
        if part in ["", ".", ".."]:
            fail("%s: %s = \"%s\" is not a plain relative path. Write it as \"models\"." % (
                label,
                attribute,
                folder,
            ))
        _check_kept(label, attribute, part)

def _check_kept(label, attribute, name):
    if name.startswith("_") or name.startswith("."):
        fail("%s: %s has \"%s\", and aapt leaves names with a leading _ or . out. Rename it." % (
            label,
            attribute,
            name,
        ))
