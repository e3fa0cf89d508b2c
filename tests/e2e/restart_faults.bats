#!/usr/bin/env bats
# SPDX-License-Identifier: Apache-2.0
# A restart while parts of a real cluster misbehave: the operator loses it, the operator or the API server is
# away, the node is lost, the driver dies again and again. The recorder of overlaps watches all the time.
load helper
alone

setup() {
  needs light full
  [ -n "${KSPARK_E2E_CLUSTER:-}" ] || skip "needs a cluster whose components can be stopped (tests/cluster)"
  prefix=$(new_prefix)
  cd "$BATS_TEST_TMPDIR" || return
  python3 "$BATS_TEST_DIRNAME/overlap.py" "$KSPARK_E2E_NAMESPACE" "$prefix" "$PWD/pods" 3>&- &
  recorder=$!
  for _ in $(seq 100); do grep -q watching pods 2>/dev/null && break; sleep 0.1; done
  values values.yaml orders
}

teardown() {
  [ -n "${recorder:-}" ] || return 0
  kill "$recorder" 2>/dev/null || true
  undo_faults
  remove_applications
}

submit() {
  spark submit -f values.yaml --set-string 'sparkConf.spark\.rig\.stopSeconds=3' --wait --timeout 3m "$@"
  old=$(submission)
}
restart() { kubectl-spark -n "$KSPARK_E2E_NAMESPACE" restart "$prefix-orders" --wait --timeout 4m; }
drivers() { grep -c "^driver $prefix-orders " pods; }
submission() { field orders .status.submissionID; }
state_is() { [ "$(field orders .status.applicationState.state)" = "$1" ]; }
# shellcheck disable=SC2317
is_resumed() { [ "$(field orders .spec.suspend)" = false ]; }
fault_of_orders() { cluster_fault "$1" "$KSPARK_E2E_NAMESPACE" "$prefix-orders"; }

# begin_restart: in the background; restart_succeeds waits for it.
begin_restart() {
  restart >out 2>&1 3>&- &
  restarting=$!
}
restart_succeeds() {
  local code=0
  wait "$restarting" || code=$?
  cat out
  [ "$code" = 0 ]
}

no_overlap() {
  sleep 1
  cat pods
  ! grep OVERLAP pods
}

# runs_anew: another run than the one that `submit` saw, and never two at a time.
runs_anew() {
  no_overlap
  state_is RUNNING
  [ "$(submission)" != "$old" ]
}

@test "a change that the operator has lost does not keep a restart from happening" {
  submit
  fault_of_orders lost-restart
  [ "$(submission)" = "$old" ]
  run restart
  echo "$output"
  [ "$status" = 0 ]
  runs_anew
}

@test "a resume that the operator loses is asked for a second time" {
  submit
  begin_restart
  eventually 60 state_is SUSPENDED
  # The operator sleeps over the resume and a second write: its update of the status is out of date.
  cluster_fault pause operator
  eventually 60 is_resumed
  k annotate "$APPLICATIONS" "$prefix-orders" fault/write=1
  cluster_fault resume operator
  restart_succeeds
  runs_anew
}

@test "a rerun that is stuck is made to go on" {
  submit
  fault_of_orders stuck-rerun
  state_is PENDING_RERUN
  run restart
  echo "$output"
  [ "$status" = 0 ]
  [[ $output =~ "forgot to submit it again" ]]
  runs_anew
}

@test "a rerun that is held waits for the pod that cannot go" {
  submit
  fault_of_orders held-rerun
  begin_restart
  sleep 10
  state_is PENDING_RERUN
  fault_of_orders release
  restart_succeeds
  cat pods
  state_is RUNNING
  # The operator's own rerun waits for no executor; ours has to.
  ! grep "OVERLAP $prefix-orders $(submission):" pods
}

@test "a ghost run is found, removed and run anew" {
  needs light
  submit
  fault_of_orders ghost-run
  state_is PENDING_RERUN
  run restart
  echo "$output"
  [ "$status" = 0 ]
  [[ $output =~ "the operator lost track of" ]]
  no_overlap
  state_is RUNNING
}

@test "the operator is stopped for a minute" {
  submit
  cluster_fault stop operator
  begin_restart
  sleep 60
  cluster_fault start operator
  restart_succeeds
  grep -q "does it run?" out
  runs_anew
}

@test "the API server is killed and comes back" {
  submit
  begin_restart
  sleep 1
  cluster_fault kill apiserver
  sleep 4
  cluster_fault start apiserver
  restart_succeeds
  runs_anew
}

@test "the node is lost: nothing is done, and --force says what it does" {
  needs full
  submit
  cluster_fault pause kubelet
  eventually 90 bash -c "$KUBECTL get nodes | grep -q NotReady"
  before=$(field orders .metadata.generation)
  refused 1 "does not answer.*two runs write to one checkpoint" restart
  [ "$(field orders .metadata.generation)" = "$before" ]
  cluster_fault resume kubelet
  eventually 90 bash -c "$KUBECTL get nodes | grep -qw Ready"
  run restart
  echo "$output"
  [ "$status" = 0 ]
  no_overlap
}

@test "a driver that dies again and again: restart says what failed, exit 4" {
  needs light
  submit
  # One restart into a version that exits at once; the operator's own retries follow it.
  cat >crash.yaml <<Y
restartPolicy: {type: OnFailure, onFailureRetries: 2, onFailureRetryInterval: 1}
sparkConf: {spark.rig.runSeconds: "1", spark.rig.exitCode: "3"}
Y
  run spark submit -f values.yaml -f crash.yaml --wait --timeout 2m
  echo "$output"
  [ "$status" = 4 ]
  [[ $output =~ "ExitCode: 3" ]]
  run restart
  echo "$output"
  [ "$status" = 4 ]
  [[ $output =~ "ExitCode: 3" ]]
  no_overlap
}

@test "two people at once make one restart" {
  submit
  USER=ann restart >one 2>&1 3>&- &
  one=$!
  USER=bob restart >two 2>&1 3>&- &
  two=$!
  wait $one
  wait $two
  cat one two
  no_overlap
  [ "$(drivers)" = 2 ]
  grep -Eq "(ann|bob)@.* (is restarting it at the same time|restarted it)" one two
}

@test "ten restarts of a real stream whose driver ignores SIGTERM: no overlap, no batch lost or doubled" {
  needs full
  # The folder that the values file mounts into all pods.
  data=/tmp/kubectl-spark-data/$prefix/orders
  # A JVM that is told not to handle signals and is the first process of its container ignores SIGTERM.
  submit --set driver.terminationGracePeriodSeconds=8 --set-string driver.javaOptions=-Xrs
  commits() { find "$data/checkpoint/commits" -name '[0-9]*' 2>/dev/null | wc -l; }
  # shellcheck disable=SC2317
  goes_on() { [ "$(commits)" -gt "$before" ]; }
  before=0
  for i in $(seq 10); do
    eventually 120 goes_on
    before=$(commits)
    run restart
    echo "$i: $output"
    [ "$status" = 0 ]
    [[ $output =~ $prefix-orders-driver\ \(stopping ]]
  done
  eventually 120 goes_on
  no_overlap
  [ "$(drivers)" = 11 ]
  # Each batch was committed once, in one row of numbers, and the sink has the files of each once.
  python3 - "$data" <<'P'
import json, pathlib, sys
root = pathlib.Path(sys.argv[1])
def numbers(folder):
    return sorted(int(file.name) for file in (root / folder).iterdir() if file.name.isdigit())
commits, offsets = numbers("checkpoint/commits"), numbers("checkpoint/offsets")
print("commits", commits[:1], commits[-1:], "offsets", offsets[-1:])
assert commits[-1] >= 10 and offsets[-1] - commits[-1] in (0, 1)
assert commits == list(range(commits[0], commits[-1] + 1)), "a batch was lost"
log = root / "sink/_spark_metadata"
batches = {int(file.name.split(".")[0]): file for file in log.iterdir() if file.name.split(".")[0].isdigit()}
assert set(range(commits[-1] + 1)) <= set(batches), "a batch is not in the sink"
# A compacted one holds all before it.
last = max((number for number, file in batches.items() if file.suffix == ".compact"), default=0)
files = [json.loads(line)["path"] for number, file in batches.items() if number >= last
         for line in file.read_text().splitlines()[1:]]
print("files of the sink", len(files))
assert len(files) == len(set(files)), "a batch was doubled"
P
}

@test "apache's operator is away and comes back: nothing happens to what runs, and a restart waits for it" {
  needs light
  apache=sparkapplications.spark.apache.org
  # shellcheck disable=SC2317
  pods_are() { [ "$(k get pods -l "spark.operator/spark-app-name=$prefix-orders" -o name | wc -l)" = "$1" ]; }
  spark submit --operator apache -f values.yaml --set-string 'sparkConf.spark\.rig\.stopSeconds=2' --wait --timeout 3m
  version=$(k get "$apache" "$prefix-orders" -o 'jsonpath={.metadata.resourceVersion}')
  cluster_fault kill apache-operator
  cluster_fault start apache-operator
  sleep 3
  pods_are 2
  [ "$(k get "$apache" "$prefix-orders" -o 'jsonpath={.metadata.resourceVersion}')" = "$version" ]
  cluster_fault pause apache-operator
  kubectl-spark -n "$KSPARK_E2E_NAMESPACE" restart "$apache/$prefix-orders" --wait --timeout 3m >out 2>&1 3>&- &
  restarting=$!
  sleep 8
  k get "$apache" "$prefix-orders" -o 'jsonpath={.metadata.deletionTimestamp}' | grep .
  cluster_fault kill apache-operator
  cluster_fault start apache-operator
  restart_succeeds
  no_overlap
  grep "the operator has yet to let it go" out
  [ "$(drivers)" = 2 ]
  pods_are 2
  k delete "$apache" "$prefix-orders" --wait=false
}
