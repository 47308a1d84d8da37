"""Finds the folder of a SavedModel among the files of a label."""

_GRAPHS = ["saved_model.pb", "saved_model.pbtxt"]

def saved_model_folder(label, files):
    """Returns the path of the SavedModel that the files of a `saved_model` attribute make up.

    Args:
      label: the target, named in failures.
      files: list of File: one directory, or the files of one.
    """
    graphs = [file for file in files if file.basename in _GRAPHS]
    if len(graphs) > 1:
        fail("%s: saved_model has %d SavedModels: %s. Give the files of one." % (
            label,
            len(graphs),
            ", ".join([file.short_path for file in graphs]),
        ))
    if graphs:
        _check_one_folder(label, graphs[0], files)
        return graphs[0].dirname
    if len(files) == 1 and (files[0].is_directory or not files[0].extension):
        return files[0].path
    fail("%s: saved_model has no %s among its %d files (%s). %s" % (
        label,
        _GRAPHS[0],
        len(files),
        ", ".join([file.short_path for file in files[:3]]),
        "Give a rule that makes the folder, or a filegroup with glob([\"my_model/**\"]).",
    ))

def _check_one_folder(label, graph, files):
    """A folder of source and generated files lies in two places, and no program sees it whole."""
    inside = graph.short_path[:-len(graph.basename)]
    for file in files:
        if file.short_path.startswith(inside) and not file.path.startswith(graph.dirname + "/"):
            fail("%s: saved_model mixes source and generated files: %s, %s. %s" % (
                label,
                graph.path,
                file.path,
                "Have one rule make the whole folder.",
            ))
