#!/usr/bin/env bats
# SPDX-License-Identifier: Apache-2.0
# The other operator: its kind is served by a real API server, its life is played as it was recorded.
load helper

APACHE=sparkapplications.spark.apache.org
setup() {
  needs light
  prefix=$(new_prefix)
  cd "$BATS_TEST_TMPDIR" || return
}

teardown() {
  k get "$APACHE" -o name 2>/dev/null | grep "/$prefix" |
    xargs -r "$KUBECTL" -n "$KSPARK_E2E_NAMESPACE" delete --wait=false >/dev/null 2>&1 || true
}

apache() { k get "$APACHE" "$prefix-$1" -o "jsonpath={$2}"; }

# states [SUMMARY]: the history's first key, then its states; of the attempt before with previousAttemptSummary.
states() {
  k get "$APACHE" "$prefix-orders" -o json | python3 -c '
import json, sys
status = json.load(sys.stdin)["status"]
history = (status[sys.argv[1]] if sys.argv[1:] else status)["stateTransitionHistory"]
keys = sorted(map(int, history))
print(keys[0], *(history[str(key)]["currentStateSummary"] for key in keys))' "$@"
}

begin() {
  values values.yaml orders
  sed -i '1i operator: apache' values.yaml
  spark submit -f values.yaml --wait --timeout 3m
}

# shellcheck disable=SC2317
pods_are() { [ "$(k get pods -l "spark.operator/spark-app-name=$prefix-orders" -o name | wc -l)" = "$1" ]; }

@test "apache: a stream runs; states, pods and labels are the recorded ones" {
  begin
  [ "$(apache orders .status.currentState.currentStateSummary)" = RunningHealthy ]
  [ "$(states)" = "0 Submitted DriverRequested DriverStarted DriverReady RunningHealthy" ]
  eventually 20 pods_are 2
  [ "$(k get pod "$prefix-orders-0-driver" -o 'jsonpath={.metadata.labels.spark-app-selector}')" = "$prefix-orders-0" ]
  run spark status "$prefix-orders" -n "$KSPARK_E2E_NAMESPACE"
  echo "$output"
  [ "$status" = 0 ]
  [[ $output =~ $prefix-orders-0-driver ]]
}

@test "apache: the operator goes on with the old spec, so a changed one is made anew" {
  begin
  uid=$(apache orders .metadata.uid)
  run spark submit -f values.yaml --set executor.memory=768m --wait --timeout 3m
  echo "$output"
  [ "$status" = 0 ]
  [[ $output =~ "deleted and created again" ]]
  [ "$(apache orders .metadata.uid)" != "$uid" ]
}

@test "apache: restart makes it anew when all its pods are gone" {
  begin
  eventually 20 pods_are 2
  uid=$(apache orders .metadata.uid)
  run spark restart "$prefix-orders" -n "$KSPARK_E2E_NAMESPACE" --wait --timeout 3m
  echo "$output"
  [ "$status" = 0 ]
  [ "$(apache orders .metadata.uid)" != "$uid" ]
  [ "$(apache orders .status.currentState.currentStateSummary)" = RunningHealthy ]
}

@test "apache: a driver that fails has its attempts, and then its verdict" {
  values values.yaml orders
  sed -i '1i operator: apache' values.yaml
  spark submit -f values.yaml --set spec.applicationTolerations.restartConfig.maxRestartAttempts=1 \
    --set spec.applicationTolerations.restartConfig.restartBackoffMillis=1000 \
    --set-string 'sparkConf.spark\.rig\.runSeconds=1' --set-string 'sparkConf.spark\.rig\.exitCode=3' --validate=ignore
  # shellcheck disable=SC2317
  ended() { [ "$(apache orders .status.currentState.currentStateSummary)" = ResourceReleased ]; }
  eventually 90 ended
  run spark status "$prefix-orders" -n "$KSPARK_E2E_NAMESPACE" --exit-code
  echo "$output"
  [ "$status" = 4 ]
  [[ $output =~ "exit code 3" ]]
  [ "$(apache orders .status.currentAttemptSummary.attemptInfo.id)" = 1 ]
  [ "$(states previousAttemptSummary)" = "0 Submitted DriverRequested DriverStarted DriverReady RunningHealthy Failed" ]
  [ "$(states)" = "6 ScheduledToRestart DriverRequested DriverStarted DriverReady RunningHealthy Failed ResourceReleased" ]
}

@test "apache: deletion waits for the driver" {
  begin
  k delete "$APACHE" "$prefix-orders" --timeout=60s
  run k get pod "$prefix-orders-0-driver"
  [ "$status" != 0 ]
}
