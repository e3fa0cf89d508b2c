#!/usr/bin/env bats
# SPDX-License-Identifier: Apache-2.0
# A restart while parts of a real cluster misbehave: the operator loses it, the operator or the API server is
# away, the node is lost, the driver dies again and again. The recorder of overlaps watches all the time.
load helper
alone

fault() { "$KSPARK_E2E_CLUSTER" fault "$@" 3>&-; }

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

eval "$(declare -f teardown | sed '1s/teardown/remove_applications/')"
teardown() {
  [ -n "${recorder:-}" ] || return 0
  kill "$recorder" 2>/dev/null || true
  for component in operator apiserver kubelet; do fault resume "$component" >/dev/null 2>&1 || true; done
  fault start operator >/dev/null 2>&1 || true
  remove_applications
}

submit() {
  spark submit -f values.yaml --set-string 'sparkConf.spark\.rig\.stopSeconds=3' --wait --timeout 3m
}
restart() { kubectl-spark -n "$KSPARK_E2E_NAMESPACE" restart "$prefix-orders" --wait --timeout 4m; }
drivers() { grep -c "^driver $prefix-orders " pods; }
state() { field orders .status.applicationState.state; }

no_overlap() {
  sleep 1
  cat pods
  ! grep OVERLAP pods
}

runs_anew() { # OLD
  [ "$(state)" = RUNNING ]
  [ "$(field orders .status.submissionID)" != "$1" ]
}

@test "a change that the operator has lost does not keep a restart from happening" {
  submit
  old=$(field orders .status.submissionID)
  fault lost-restart "$KSPARK_E2E_NAMESPACE" "$prefix-orders"
  [ "$(field orders .status.submissionID)" = "$old" ]
  run restart
  echo "$output"
  [ "$status" = 0 ]
  no_overlap
  runs_anew "$old"
}

@test "a resume that the operator loses is asked for a second time" {
  submit
  old=$(field orders .status.submissionID)
  restart >out 2>&1 3>&- &
  pid=$!
  eventually 60 bash -c "[ \"\$($KUBECTL -n $KSPARK_E2E_NAMESPACE get $APPLICATIONS $prefix-orders -o 'jsonpath={.status.applicationState.state}')\" = SUSPENDED ]"
  # The operator sleeps over the resume and a second write: its update of the status is out of date.
  fault pause operator
  eventually 60 bash -c "[ \"\$($KUBECTL -n $KSPARK_E2E_NAMESPACE get $APPLICATIONS $prefix-orders -o 'jsonpath={.spec.suspend}')\" = false ]"
  k annotate "$APPLICATIONS" "$prefix-orders" fault/write=1
  fault resume operator
  code=0
  wait $pid || code=$?
  cat out
  [ "$code" = 0 ]
  no_overlap
  runs_anew "$old"
}

@test "a rerun that is stuck is made to go on" {
  submit
  old=$(field orders .status.submissionID)
  fault stuck-rerun "$KSPARK_E2E_NAMESPACE" "$prefix-orders"
  [ "$(state)" = PENDING_RERUN ]
  run restart
  echo "$output"
  [ "$status" = 0 ]
  [[ $output =~ "forgot to submit it again" ]]
  no_overlap
  runs_anew "$old"
}

@test "a rerun that is held waits for the pod that cannot go" {
  submit
  fault held-rerun "$KSPARK_E2E_NAMESPACE" "$prefix-orders"
  restart >out 2>&1 3>&- &
  pid=$!
  sleep 10
  [ "$(state)" = PENDING_RERUN ]
  fault release "$KSPARK_E2E_NAMESPACE" "$prefix-orders"
  code=0
  wait $pid || code=$?
  cat out pods
  [ "$code" = 0 ]
  [ "$(state)" = RUNNING ]
  # The operator's own rerun waits for no executor; ours has to.
  ! grep "OVERLAP $prefix-orders $(field orders .status.submissionID):" pods
}

@test "a ghost run is found, removed and run anew" {
  needs light
  submit
  fault ghost-run "$KSPARK_E2E_NAMESPACE" "$prefix-orders"
  [ "$(state)" = PENDING_RERUN ]
  run restart
  echo "$output"
  [ "$status" = 0 ]
  [[ $output =~ "the operator lost track of" ]]
  no_overlap
  [ "$(state)" = RUNNING ]
}

@test "the operator is stopped for a minute" {
  submit
  old=$(field orders .status.submissionID)
  fault stop operator
  restart >out 2>&1 3>&- &
  pid=$!
  sleep 60
  fault start operator
  code=0
  wait $pid || code=$?
  cat out
  [ "$code" = 0 ]
  grep -q "does it run?" out
  no_overlap
  runs_anew "$old"
}

@test "the API server is killed and comes back" {
  submit
  old=$(field orders .status.submissionID)
  restart >out 2>&1 3>&- &
  pid=$!
  sleep 1
  fault kill apiserver
  sleep 4
  fault start apiserver
  code=0
  wait $pid || code=$?
  cat out
  [ "$code" = 0 ]
  no_overlap
  runs_anew "$old"
}

@test "the node is lost: nothing is done, and --force says what it does" {
  needs full
  submit
  fault pause kubelet
  eventually 90 bash -c "$KUBECTL get nodes | grep -q NotReady"
  before=$(field orders .metadata.generation)
  refused 1 "does not answer.*two runs write to one checkpoint" restart
  [ "$(field orders .metadata.generation)" = "$before" ]
  fault resume kubelet
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
  data=/tmp/kubectl-spark-data
  # A JVM that is told not to handle signals and is the first process of its container ignores SIGTERM.
  spark submit -f values.yaml --set driver.terminationGracePeriodSeconds=8 \
    --set-string driver.javaOptions=-Xrs --wait --timeout 3m
  for i in $(seq 10); do
    run restart
    echo "$i: $output"
    [ "$status" = 0 ]
    [[ $output =~ $prefix-orders-driver\ \(stopping ]]
    sleep 12 # some batches
  done
  no_overlap
  [ "$(drivers)" = 11 ]
  # Each batch of the sink was committed once, in one row of numbers.
  python3 - "$data/$prefix/orders" <<'P'
import pathlib, sys
root = pathlib.Path(sys.argv[1])
commits = sorted(int(f.name) for f in (root / "checkpoint/commits").iterdir() if f.name.isdigit())
offsets = sorted(int(f.name) for f in (root / "checkpoint/offsets").iterdir() if f.name.isdigit())
sink = sorted(int(f.name.split(".")[0]) for f in (root / "sink/_spark_metadata").iterdir() if f.name.split(".")[0].isdigit())
print("commits", commits[:1], commits[-1:], "offsets", offsets[-1:], "sink", sink[-1:])
assert commits[-1] >= 10 and offsets[-1] - commits[-1] in (0, 1)
assert commits == list(range(commits[0], commits[-1] + 1)), "a batch was lost"
P
}
