#!/bin/sh
# Starts {module} from a build action, a test, `bazel run` or a shell.
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

# The programs that this one starts find the project's modules as well, and hash alike. Python's
# -I would forbid both, so that what else it keeps out is kept out one by one.
unset PYTHONHOME PYTHONSTARTUP PYTHONWARNINGS PYTHONOPTIMIZE
export PYTHONPATH="$runfiles/{root}" PYTHONHASHSEED=0
exec "$runfiles/{python}" -s -P -B -u -m {module} {arguments} "$@"
