"""Samples as attributes of rules: how they are read, and what of a label's files."""

load(":choices.bzl", "RESIZES", "check_choice")
load(":decimal.bzl", "check_decimal")

READING_ATTRS = {
    "label": attr.string(
        doc = "The array or feature of labels in the data.",
        default = "y",
    ),
    "mean": attr.string(
        doc = "The model gets (x - mean) / std.",
        default = "0",
    ),
    "std": attr.string(
        doc = "See mean.",
        default = "1",
    ),
    "resize": attr.string(
        doc = "What is done with images of another size: %s." % ", ".join(RESIZES),
        default = "none",
    ),
}

def check_reading(label, attributes):
    """Fails where the attributes that say how samples are read make no sense."""
    check_choice(label, "resize", attributes.resize, RESIZES)
    check_decimal(label, "mean", attributes.mean, signed = True)
    check_decimal(label, "std", attributes.std)
    if not attributes.std.strip("0."):
        fail("%s: std = \"%s\" divides by zero. Leave it out, or give the spread of the data." % (
            label,
            attributes.std,
        ))

_LABELS = "labels.csv"
_FILES = [".npz", ".tfrecord"]
_IMAGES = ["png", "jpg", "jpeg"]

def samples_place(label, attribute, files):
    """Returns the path that a program reads, and which files of it count.

    Args:
      label: the target, named in failures.
      attribute: the attribute that names the files.
      files: list of File: one file or directory, or the images of a folder and its labels.csv.

    Returns:
      struct(path = string, files = list of File in the folder, None where all of it counts).
    """
    if not files:
        fail("%s: %s has no files. Name samples: %s or images." % (label, attribute, ", ".join(_FILES)))
    if len(files) == 1 and _is_whole(files[0]):
        return struct(path = files[0].path, files = None)
    for file in files:
        if not file.is_directory and file.basename != _LABELS and file.extension.lower() not in _IMAGES:
            fail("%s: %s has %s. Give one file (%s), or images (%s) and %s." % (
                label,
                attribute,
                file.short_path,
                ", ".join(_FILES),
                ", ".join(_IMAGES),
                _LABELS,
            ))
    _check_one_root(label, attribute, files)
    folder = _folder(files)
    for file in files:
        if file.basename == _LABELS and (file.dirname or ".") != folder:
            fail("%s: %s has %s, and images that are not beside or below it. %s" % (
                label,
                attribute,
                file.short_path,
                "Put it in the folder that has all of them.",
            ))
    return struct(path = folder, files = files)

def _is_whole(file):
    return file.is_directory or file.extension == "npz" or ".tfrecord" in file.basename

def _check_one_root(label, attribute, files):
    """A folder of source and generated files lies in two places, and no program sees it whole."""
    for file in files:
        if file.root.path != files[0].root.path:
            fail("%s: %s mixes source and generated files: %s, %s. Have one rule make them all." % (
                label,
                attribute,
                files[0].path,
                file.path,
            ))

def _folder(files):
    """Returns the innermost folder that all files are in."""
    common = files[0].dirname.split("/")
    for file in files:
        common = _common(common, file.dirname.split("/"))
    return "/".join(common) or "."

def _common(one, other):
    for number in range(min(len(one), len(other))):
        if one[number] != other[number]:
            return one[:number]
    return one[:min(len(one), len(other))]

def add_samples(actions, args, place, listing):
    """Adds the options that name samples to a program's arguments.

    Args:
      actions: ctx.actions.
      args: Args.
      place: what samples_place returned.
      listing: name of a file to declare, for the list of files that count.

    Returns:
      list of File: further inputs of the action.
    """
    args.add("--data", place.path)
    if place.files == None:
        return []
    listed = actions.declare_file(listing)
    lines = actions.args()
    lines.set_param_file_format("multiline")
    lines.add_all(place.files)
    actions.write(listed, lines)
    args.add("--data-files", listed)
    return [listed]
