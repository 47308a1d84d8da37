#!/bin/sh
# Starts {label} from a build action, a test, `bazel run` or a shell.
set -eu

case "$0" in
    /*) self=$0 ;;
    *) self=$PWD/$0 ;;
esac
if [ -d "$self.runfiles" ]; then # an action, `bazel run`, a call from bazel-bin
    runfiles=$self.runfiles
elif [ -n "${RUNFILES_DIR:-${TEST_SRCDIR:-}}" ]; then # a test, or a program that another one starts
    runfiles=${RUNFILES_DIR:-$TEST_SRCDIR}
elif [ "${self#*.runfiles/}" != "$self" ]; then # a call from inside another program's runfiles
    runfiles=${self%%.runfiles/*}.runfiles
else # a link to a file in bazel-bin
    runfiles=$(readlink -f "$self").runfiles
fi
case "$runfiles" in
    /*) ;;
    *) runfiles=$PWD/$runfiles ;;
esac
export RUNFILES_DIR="$runfiles"
{exports}
{commands}
