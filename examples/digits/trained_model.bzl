"""Rule: trains a model and writes it as a SavedModel, as a team's own training would."""

_ATTRS = {
    "architecture": attr.string(
        doc = "Which model of train.py.",
        mandatory = True,
    ),
    "_train": attr.label(
        default = "//examples/digits:train",
        executable = True,
        cfg = "exec",
    ),
}

def _trained_model_impl(ctx):
    saved_model = ctx.actions.declare_directory(ctx.label.name)
    args = ctx.actions.args()
    args.add(ctx.attr.architecture)
    args.add(saved_model.path)
    ctx.actions.run(
        executable = ctx.executable._train,
        arguments = [args],
        outputs = [saved_model],
        env = {"TF_ENABLE_ONEDNN_OPTS": "0"},  # whose sums depend on the processor
        mnemonic = "TrainModel",
        progress_message = "Training %s" % ctx.label,
    )
    return [DefaultInfo(files = depset([saved_model]))]

trained_model = rule(
    doc = "A SavedModel, as a folder.",
    implementation = _trained_model_impl,
    attrs = _ATTRS,
)
