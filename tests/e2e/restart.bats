#!/usr/bin/env bats
# SPDX-License-Identifier: Apache-2.0
# The invariant first: from the moment a new driver is created, no driver or executor pod of an
# earlier run exists in a phase that may still run code. A recorder outside the tool watches.
load helper

setup() {
  prefix=$(new_prefix)
  cd "$BATS_TEST_TMPDIR" || return
  python3 "$BATS_TEST_DIRNAME/overlap.py" "$KSPARK_E2E_NAMESPACE" "$prefix" "$PWD/pods" 3>&- &
  recorder=$!
  for _ in $(seq 50); do grep -q watching pods 2>/dev/null && break; sleep 0.1; done
}

teardown() {
  kill "$recorder" 2>/dev/null || true
  remove_applications
}

# slow: values whose pods need seconds to stop, whichever cluster it is (the sandbox runs four times
# as fast).
slow=(--set-string 'annotations.sandbox\.kubectl-spark/stop-seconds=14'
  --set-string 'sparkConf.spark\.rig\.stopSeconds=4')

no_overlap() {
  sleep 1
  cat pods
  ! grep OVERLAP pods
}

drivers() { grep -c "^driver $prefix-$1 " pods; }

# start STREAM...: running streams with pods that stop slowly.
start() {
  values values.yaml "$@"
  spark submit -f values.yaml "${slow[@]}" --wait --timeout 3m
}

@test "a restart waits for every pod of the old run, and ends with a new submission and fresh retries" {
  start orders
  old=$(field orders .status.submissionID)
  run spark restart "$prefix-orders" --wait --timeout 3m
  echo "$output"
  [ "$status" = 0 ]
  no_overlap
  [ "$(drivers orders)" = 2 ]
  new=$(field orders .status.submissionID)
  [ -n "$new" ] && [ "$new" != "$old" ]
  [ "$(field orders .status.applicationState.state)" = RUNNING ]
  [ "$(field orders .status.executionAttempts)" = 1 ]
  [[ $output =~ $prefix-orders-driver\ \(stopping ]]
}

@test "the control: an annotation alone starts the new driver beside the old executors" {
  start orders
  k patch "$APPLICATIONS" "$prefix-orders" --type=merge -p '{"spec":{"driver":{"annotations":{"x":"1"}}}}'
  for _ in $(seq 150); do [ "$(drivers orders)" = 2 ] && break; sleep 0.1; done
  cat pods
  grep -q OVERLAP pods || skip "here executors stop together with their driver"
}

@test "three streams, two at a time; a submit after it says unchanged" {
  start orders payments sessions
  run spark restart -f values.yaml "${slow[@]}" --rolling 2 --wait --timeout 3m
  echo "$output"
  [ "$status" = 0 ]
  no_overlap
  for stream in orders payments sessions; do [ "$(drivers $stream)" = 2 ]; done
  run spark submit -f values.yaml "${slow[@]}" --exit-code
  echo "$output"
  [ "$status" = 0 ]
}

@test "a client that dies in between leaves a record; status shows it and the same command finishes" {
  start orders
  old=$(field orders .status.submissionID)
  kubectl-spark -n "$KSPARK_E2E_NAMESPACE" restart "$prefix-orders" --wait >out 2>&1 &
  pid=$!
  for _ in $(seq 100); do [ "$(field orders .spec.suspend)" = true ] && break; sleep 0.1; done
  kill -9 $pid
  wait $pid || true
  run spark status "$prefix-orders" -n "$KSPARK_E2E_NAMESPACE"
  echo "$output"
  [[ $output =~ "restart half done by" ]]
  run spark restart "$prefix-orders" -n "$KSPARK_E2E_NAMESPACE" --wait --timeout 3m
  echo "$output"
  [ "$status" = 0 ]
  [[ $output =~ "finishing it" ]]
  [ "$(field orders .status.submissionID)" != "$old" ]
  no_overlap
}

@test "two restarts at once make one" {
  start orders
  USER=ann kubectl-spark -n "$KSPARK_E2E_NAMESPACE" restart "$prefix-orders" --wait >one 2>&1 &
  one=$!
  USER=bob kubectl-spark -n "$KSPARK_E2E_NAMESPACE" restart "$prefix-orders" --wait >two 2>&1 &
  two=$!
  wait $one
  wait $two
  cat one two
  no_overlap
  [ "$(drivers orders)" = 2 ]
  grep -Eq "(ann|bob)@.* (is restarting it at the same time|restarted it)" one two
}

@test "a dry run names strategy and pods, and changes nothing" {
  start orders
  before=$(field orders .metadata.generation)
  run spark restart "$prefix-orders" -n "$KSPARK_E2E_NAMESPACE" --dry-run=server
  echo "$output"
  [ "$status" = 0 ]
  [[ $output =~ suspend ]]
  [[ $output =~ $prefix-orders-driver ]]
  [ "$(field orders .metadata.generation)" = "$before" ]
}

@test "what somebody has suspended is not started without --yes" {
  start orders
  k patch "$APPLICATIONS" "$prefix-orders" --type=merge --field-manager=ann -p '{"spec":{"suspend":true}}'
  for _ in $(seq 100); do [ "$(field orders .status.applicationState.state)" = SUSPENDED ] && break; sleep 0.1; done
  refused 1 "suspended by ann" spark restart "$prefix-orders" -n "$KSPARK_E2E_NAMESPACE" --wait
  [ "$(field orders .spec.suspend)" = true ]
  run spark restart "$prefix-orders" -n "$KSPARK_E2E_NAMESPACE" --wait --yes --timeout 3m
  echo "$output"
  [ "$status" = 0 ]
  no_overlap
  [ "$(drivers orders)" = 2 ]
}

@test "recreate: another object, with the same labels, and no overlap" {
  start orders
  old=$(field orders .metadata.uid)
  run spark restart "$prefix-orders" -n "$KSPARK_E2E_NAMESPACE" --strategy=recreate --wait --timeout 3m
  echo "$output"
  [ "$status" = 0 ]
  no_overlap
  [ "$(drivers orders)" = 2 ]
  [ "$(field orders .metadata.uid)" != "$old" ]
  [ "$(field orders '.metadata.labels.kubectl-spark/set')" = "$prefix" ]
  [ -z "$(field orders .metadata.finalizers)" ]
}

@test "a role that may only read is told what it lacks, and nothing is changed" {
  user viewer
  start orders
  # The operator goes on writing the status.
  written() { field orders '.metadata.generation} {.metadata.labels} {.metadata.annotations} {.metadata.finalizers'; }
  before=$(written)
  refused 6 "needs the right to patch sparkapplications" \
    spark --kubeconfig "$user" restart "$prefix-orders" -n "$KSPARK_E2E_NAMESPACE"
  [ "$(written)" = "$before" ]
}

@test "bad words end in a sentence and the right status" {
  values values.yaml orders
  spark submit -f values.yaml --wait --timeout 3m
  refused 1 "did you mean .*$prefix-orders" spark restart "$prefix-order" -n "$KSPARK_E2E_NAMESPACE"
  refused 2 "which applications" spark restart
  refused 1 "say --yes" spark restart --all -n "$KSPARK_E2E_NAMESPACE"
  refused 2 "schedule" spark restart scheduledsparkapp/nightly
  refused 2 "\"5\" is not a duration: write it as" spark restart "$prefix-orders" --timeout 5
  refused 2 "expected auto, suspend" spark restart "$prefix-orders" --strategy later
}

@test "what is no running stream: a schedule's name, a job that has completed" {
  cat >nightly.yaml <<Y
apiVersion: sparkoperator.k8s.io/v1beta2
kind: ScheduledSparkApplication
metadata: {name: $prefix-nightly}
spec:
  schedule: "@every 24h"
  suspend: true
  concurrencyPolicy: Forbid
  template:
    {type: Python, mode: cluster, sparkVersion: 3.5.6, image: "$IMAGE", mainApplicationFile: "local:///opt/apps/pi.py",
     driver: {cores: 1}, executor: {cores: 1, instances: 1}}
Y
  k apply --validate=false -f nightly.yaml
  for command in restart logs status; do
    refused 1 "$prefix-nightly is a schedule: .*submit --from" \
      spark "$command" "$prefix-nightly" -n "$KSPARK_E2E_NAMESPACE"
  done
  k delete -f nightly.yaml
  values values.yaml job
  ending 0 0
  spark submit -f values.yaml --set restartPolicy=Never "${ending[@]}" --wait=completed --timeout 3m
  refused 1 "has completed: this runs it again.*say --yes" spark restart "$prefix-job" -n "$KSPARK_E2E_NAMESPACE"
}

@test "a change that restarts goes through the fence, and a second submit says unchanged" {
  start orders
  old=$(field orders .status.submissionID)
  run spark submit -f values.yaml "${slow[@]}" --set executor.memory=768m --wait --timeout 3m
  echo "$output"
  [ "$status" = 0 ]
  no_overlap
  [ "$(drivers orders)" = 2 ]
  [ "$(field orders .status.submissionID)" != "$old" ]
  [ "$(field orders .spec.executor.memory)" = 768m ]
  run spark submit -f values.yaml "${slow[@]}" --set executor.memory=768m --exit-code
  echo "$output"
  [ "$status" = 0 ]
  run spark restart "$prefix-orders" -n "$KSPARK_E2E_NAMESPACE" --wait --timeout 3m
  [ "$status" = 0 ]
  run spark submit -f values.yaml "${slow[@]}" --set executor.memory=700m --wait --timeout 3m
  echo "$output"
  [ "$status" = 0 ]
  no_overlap
  [ "$(drivers orders)" = 4 ]
}

@test "--rollback-on-failure gives a stream its last running spec back, and ends with 4" {
  start orders
  run spark submit -f values.yaml "${slow[@]}" --set spark.image=registry.example/missing:1 \
    --set-string 'sparkConf.spark\.rig\.runSeconds=1' --set-string 'sparkConf.spark\.rig\.exitCode=1' \
    --wait --timeout 25s --rollback-on-failure
  echo "$output"
  [ "$status" = 4 ]
  [[ $output =~ "its last running spec is back, and it runs" ]]
  no_overlap
  [ "$(field orders .spec.image)" = "$IMAGE" ]
  [ "$(field orders .status.applicationState.state)" = RUNNING ]
  run spark submit -f values.yaml "${slow[@]}" --exit-code
  echo "$output"
  [ "$status" = 0 ]
}
