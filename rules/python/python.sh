#!/bin/sh
# The interpreter of the environment in the folder beside this file.
#
# Actions name this file and never an absolute path, so that their keys are the same on every
# machine and the thousands of files of the environment need not be declared. In a sandbox $0 is
# a link to the real file; a remote worker has a copy, and uses what its image has in /opt/tflq.
self=$(readlink -f "$0")
python="${self%/*}/venv/bin/python"
[ -x "$python" ] || python=/opt/tflq/{environment}/bin/python
exec "$python" "$@"
