"""Where a file lies below the runfiles folder of a program."""

def runfiles_path(ctx, file):
    """Returns the path of a file below the runfiles folder, in every Bazel from 4 to 9.

    The first part is the file's repository, as the runfiles folder names it.
    """
    if file.short_path.startswith("../"):
        return file.short_path[len("../"):]
    return ctx.workspace_name + "/" + file.short_path

def runfiles_of(ctx, files, targets):
    """Returns runfiles with the given files, and the files and runfiles of the given targets."""
    runfiles = ctx.runfiles(files)
    for target in targets:
        runfiles = runfiles.merge(ctx.runfiles(transitive_files = target[DefaultInfo].files))
        runfiles = runfiles.merge(target[DefaultInfo].default_runfiles)
    return runfiles
