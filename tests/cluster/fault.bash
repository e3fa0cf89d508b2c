# SPDX-License-Identifier: Apache-2.0
# Makes faults and undoes them. With components, and with the operator: situations that it (2.5.2) gets wrong, by
# writes at the wrong moment.
# shellcheck shell=bash disable=SC2034,SC2153,SC2154,SC2164 # sourced together: cluster, lib.bash and one or two parts

usage() {
  cat >&2 <<'U'
usage: cluster fault NAME ARGS...
  kill COMPONENT, start COMPONENT     gone without a word, and back (apiserver, etcd, operator, kubelet, ...)
  pause COMPONENT, resume COMPONENT   connects, never answers (node NotReady: pause kubelet, 45 s)
  stop COMPONENT                      ended properly
  lost-restart NAMESPACE APPLICATION  a spec change that the operator never acts on
  held-rerun NAMESPACE APPLICATION    PENDING_RERUN for as long as the driver pod cannot go away
  release NAMESPACE APPLICATION       ends held-rerun
  stuck-rerun NAMESPACE APPLICATION   PENDING_RERUN for ever, though nothing is in the way
  ghost-run NAMESPACE APPLICATION     PENDING_RERUN for ever, while a driver that the status does not know runs
  twin-submit NAMESPACE APPLICATION   created anew; FAILED, while the driver of its first submission runs
U
  exit 2
}

fault() {
  local what=${1:-}
  [ $# -ge 2 ] || usage
  [ -n "$(mode)" ] || die "no cluster is up"
  shift
  case $what in
  kill | stop)
    pid_of "$1" >/dev/null || die "$1 does not run (components: $(components))"
    stop "$1" "$([ "$what" = stop ] && echo TERM || echo KILL)"
    ;;
  pause) signal STOP "$1" ;;
  resume) signal CONT "$1" ;;
  start)
    [ -e "$RUN/command/$1" ] || die "there is no component $1 (components: $(components))"
    pid_of "$1" >/dev/null && return
    [ ! -e "$RUN/pid/$1" ] || echo "$1" >>"$RUN/died"
    start "$1"
    ;;
  lost-restart | held-rerun | release | stuck-rerun | ghost-run | twin-submit)
    [ $# = 2 ] || usage
    namespace=$1 application=$2
    "${what//-/_}"
    ;;
  *) usage ;;
  esac
}

kind=sparkapplications.sparkoperator.k8s.io
k() { kctl admin -n "$namespace" "$@"; }
patch() { k patch "$kind" "$application" --type=merge -p "$1" >/dev/null; }
is() { [ "$(k get "$kind" "$application" -o jsonpath='{.status.applicationState.state}')" = "$1" ]; }
change_spec() { patch '{"spec":{"driver":{"annotations":{"fault/change":"'"$(date +%s.%N)"'"}}}}'; }
write() { k annotate --overwrite "$kind" "$application" "fault/write=$(date +%s.%N)" >/dev/null; }
driver() { k patch pod "$application-driver" --type=merge -p "$1" >/dev/null; }
driver_gone() { ! k get pod "$application-driver" >/dev/null 2>&1; }

# Both writes are there before the operator sees the first: its update of the status is out of date.
lost_restart() {
  signal STOP operator
  change_spec
  write
  signal CONT operator
}

held_rerun() {
  driver '{"metadata":{"finalizers":["fault.example/hold"]}}'
  change_spec
  until_ok 30 is PENDING_RERUN
}

release() { driver '{"metadata":{"finalizers":[]}}'; }

# The operator does not look at pods of another submission: nobody tells it when these are gone.
stuck_rerun() {
  driver '{"metadata":{"finalizers":["fault.example/hold"]}}'
  of_another_submission
  change_spec
  until_ok 30 is PENDING_RERUN
  sleep 2
  of_another_submission # executors that the driver has made since
  release
}
# A pod may go between the list and its turn.
of_another_submission() {
  until_ok 30 k label pods -l "sparkoperator.k8s.io/app-name=$application" --overwrite \
    sparkoperator.k8s.io/submission-id=another
}

# A write during the second submission: the operator cannot store what it has submitted.
ghost_run() {
  patch '{"spec":{"sparkConf":{"spark.rig.submitSeconds":"3"}}}'
  until_ok 30 is PENDING_RERUN
  until_ok 30 driver_gone
  sleep 1.5
  write
  sleep 4
}

# A write during the first submission: it is made a second time, and finds its own driver in the way.
twin_submit() {
  k get "$kind" "$application" -o json | python3 -c '
import json, sys
app = json.load(sys.stdin)
app.pop("status", None)
app["metadata"] = {key: app["metadata"][key] for key in ("name", "namespace", "labels", "annotations") if key in app["metadata"]}
app["spec"].setdefault("sparkConf", {})["spark.rig.submitSeconds"] = "3"
json.dump(app, sys.stdout)' >"$RUN/twin.json"
  k delete "$kind" "$application" >/dev/null
  until_ok 60 driver_gone
  k create -f "$RUN/twin.json" >/dev/null
  sleep 1.5
  write
  sleep 8
}
