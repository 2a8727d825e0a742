#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
#
# Erlang's figures: [WARMUP=2] [REPS=7] sh run.sh [metric...]    (apt-get install erlang-base)
set -e
here=$(cd "$(dirname "$0")" && pwd)
out=${OUT:-$here/../target/erlang}
mkdir -p "$out"
cd "$out"
if [ ! -e bench.beam ] || [ -n "$(find "$here/bench.erl" -newer bench.beam)" ]; then
    erlc -o . "$here/bench.erl"
fi
exec erl -noshell +P 2000000 -s bench main "$@"
