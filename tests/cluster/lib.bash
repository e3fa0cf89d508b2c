# SPDX-License-Identifier: Apache-2.0
# What the scripts of the test cluster share: places, messages, and components that are started, found and ended
# by the process id that was written down. Sourced, not run.
# shellcheck shell=bash disable=SC2034,SC2153,SC2154,SC2164 # sourced together: cluster, lib.bash and one or two parts
set -euo pipefail
HERE=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
# shellcheck source=tests/cluster/versions
. "$HERE/versions"
CACHE=${KSPARK_CLUSTER_CACHE:-${XDG_CACHE_HOME:-$HOME/.cache}/kubectl-spark/cluster} # what was built
RUN=${KSPARK_CLUSTER_RUN:-$CACHE/run}                                              # what runs; gone after `down`
PORT=${KSPARK_CLUSTER_PORT:-6443}
BIN=$CACHE/bin
LOG=$RUN/log
BRIDGE=kspark0
NODE_NET=10.244.0.0/24 # full mode: nodes and pods
DATA=/tmp/kubectl-spark-data # the folder of the node that full mode's streams share

say() { echo "cluster: $*" >&2; }
die() { say "$*"; exit 1; }

# kctl USER ARGS...: kubectl as one of the users.
kctl() { local user=$1; shift; "$BIN/kube" kubectl --kubeconfig="$RUN/$user.kubeconfig" "$@"; }

# born PID: when the process began, empty when it is gone or only waits to be collected. With it a process id
# that has been given to somebody else is not taken for ours.
born() {
  local stat
  stat=$(cat "/proc/$1/stat" 2>/dev/null) || return 0
  stat=${stat##*) }
  # shellcheck disable=SC2086
  set -- $stat
  [ "$1" = Z ] || echo "${20}"
}

# only_standard_files: closes what was inherited. Whoever calls may wait for the end of a pipe (bats does, for its
# own with numbers of its choice), and a component outlives it.
only_standard_files() {
  local fd
  for fd in /proc/"$BASHPID"/fd/*; do
    fd=${fd##*/}
    [ "$fd" -le 2 ] || exec {fd}>&-
  done
}

# start NAME [COMMAND...]: runs a component in a session of its own. The command is kept: `start NAME` alone
# starts it again.
start() {
  local name=$1 pid
  shift
  [ $# = 0 ] || printf 'exec %s\n' "${*@Q}" >"$RUN/command/$name"
  {
    only_standard_files
    cd / # the folder of whoever calls may go
    exec setsid bash "$RUN/command/$name"
  } >>"$LOG/$name.log" 2>&1 </dev/null &
  pid=$!
  echo "$pid $(born $pid)" >"$RUN/pid/$name"
}

# pid_of NAME: the component's process id, when it runs.
pid_of() {
  local pid birth
  read -r pid birth 2>/dev/null <"$RUN/pid/$1" && [ "$(born "$pid")" = "$birth" ] && echo "$pid"
}

# signal SIGNAL NAME
signal() {
  local pid
  pid=$(pid_of "$2") || die "$2 does not run (components: $(components))"
  kill "-$1" "$pid"
}

components() { (cd "$RUN/command" 2>/dev/null && echo *); }

# died: the components that have ended though nobody has asked them to.
died() {
  local name
  for name in $(components); do
    [ ! -e "$RUN/pid/$name" ] || pid_of "$name" >/dev/null || echo "$name"
  done
  cat "$RUN/died" 2>/dev/null || true
}

# stop NAME [SIGNAL]: ends a component and waits for it.
stop() {
  local pid
  if pid=$(pid_of "$1"); then
    kill "-${2:-TERM}" "$pid" 2>/dev/null || true
    kill -CONT "$pid" 2>/dev/null || true
    for _ in $(seq 100); do pid_of "$1" >/dev/null || break; sleep 0.1; done
    ! pid_of "$1" >/dev/null || kill -KILL "$pid" 2>/dev/null || true
  fi
  rm -f "$RUN/pid/$1"
}

# until_ok SECONDS COMMAND...: repeats a command until it succeeds.
until_ok() {
  local end=$((SECONDS + $1)) output
  shift
  until output=$("$@" 2>&1); do
    [ $SECONDS -lt $end ] || { say "waited in vain for: $*: $(tail -c 300 <<<"$output")"; return 1; }
    sleep 0.2
  done
}

mode() { cat "$RUN/mode" 2>/dev/null; }
