#!/usr/bin/env bats
# SPDX-License-Identifier: Apache-2.0
# Applications of apache's Spark operator, slow pods among them. Its life is played as it was recorded, on a real API
# server with its CustomResourceDefinitions (tests/cluster/light).
load helper

setup() {
  needs light
  prefix=$(new_prefix)
  cd "$BATS_TEST_TMPDIR" || return
  python3 "$BATS_TEST_DIRNAME/overlap.py" "$KSPARK_E2E_NAMESPACE" "$prefix" "$PWD/pods" >/dev/null 2>&1 3>&- &
  recorder=$!
  for _ in $(seq 100); do grep -q watching pods 2>/dev/null && break; sleep 0.1; done
  spark=(--operator apache -n "$KSPARK_E2E_NAMESPACE")
}

APPS=sparkapplications.spark.apache.org

teardown() {
  [ -n "${recorder:-}" ] || return 0
  k get "$APPS" -o name 2>/dev/null | grep "/$prefix" |
    xargs -r "$KUBECTL" -n "$KSPARK_E2E_NAMESPACE" delete --wait=false >/dev/null 2>&1 || true
  kill "$recorder" 2>/dev/null || true
}

apache() { k get "$APPS" "$prefix-$1" -o "jsonpath={$2}"; }

# slow: executors that outlive their driver by seconds, as those of a busy node do.
slow=(--set-string 'sparkConf.spark\.rig\.stopSeconds=1' --set-string 'sparkConf.spark\.rig\.executorStopSeconds=6')

start() {
  values values.yaml "$@"
  spark submit "${spark[@]}" -f values.yaml "${slow[@]}" --wait --timeout 3m
}

drivers() { grep -c "^driver $prefix-$1 " pods; }

no_overlap() {
  sleep 1
  cat pods
  ! grep OVERLAP pods
}

@test "submit waits for an executor; status and logs show what runs, in the operator's own words" {
  start orders
  run spark status "${spark[@]}"
  echo "$output"
  [[ $output =~ $prefix-orders\ +RunningHealthy ]]
  run spark status "$prefix-orders" -n "$KSPARK_E2E_NAMESPACE"
  echo "$output"
  [ "$status" = 0 ]
  [[ $output =~ $prefix-orders-0-driver\ +driver ]]
  [[ $output =~ -exec-1\ +executor ]]
  [[ $output =~ Executors:\ +1/1 ]]
  run spark logs "$prefix-orders" -n "$KSPARK_E2E_NAMESPACE"
  echo "$output"
  [ "$status" = 0 ]
  [ -n "$output" ]
}

@test "restart: deleted, every pod gone, created again; no overlap, labels kept" {
  start orders
  old=$(apache orders .metadata.uid)
  run spark restart "${spark[@]}" "$prefix-orders" --wait --timeout 3m
  echo "$output"
  [ "$status" = 0 ]
  no_overlap
  [ "$(drivers orders)" = 2 ]
  [ "$(apache orders .metadata.uid)" != "$old" ]
  [ "$(apache orders '.metadata.labels.kubectl-spark/set')" = "$prefix" ]
  [[ $output =~ -exec-1\ \(stopping ]]
  run spark submit "${spark[@]}" -f values.yaml "${slow[@]}" --exit-code
  echo "$output"
  [ "$status" = 0 ]
}

@test "the control: delete and create without waiting for executors overlaps" {
  values values.yaml orders
  spark submit "${spark[@]}" -f values.yaml "${slow[@]}" --wait --timeout 3m \
    --set-string 'sparkConf.spark\.rig\.executorStopSeconds=25'
  k get "$APPS" "$prefix-orders" -o json | python3 -c '
import json, sys
app = json.load(sys.stdin)
app.pop("status", None)
app["metadata"] = {key: app["metadata"][key] for key in ("name", "namespace", "labels", "annotations") if key in app["metadata"]}
json.dump(app, sys.stdout)' >app.json
  k delete "$APPS" "$prefix-orders"
  k create --validate=false -f app.json
  for _ in $(seq 100); do [ "$(drivers orders)" = 2 ] && break; sleep 0.1; done
  cat pods
  grep -q OVERLAP pods
}

@test "the client dies at any step: the same command again finishes" {
  start orders
  for delay in 0.3 1 2.5 3.5; do
    kubectl-spark restart "${spark[@]}" "$prefix-orders" --wait >out 2>&1 3>&- &
    pid=$!
    sleep "$delay"
    kill -9 $pid 2>/dev/null || true
    wait $pid 2>/dev/null || true
    run spark restart "${spark[@]}" "$prefix-orders" --wait --timeout 3m
    echo "$delay: $output"
    [ "$status" = 0 ]
  done
  no_overlap
  [ "$(apache orders .status.currentState.currentStateSummary)" = RunningHealthy ]
}

@test "a changed values file restarts the stream by the same way, and the plan says so" {
  start orders
  run spark submit "${spark[@]}" -f values.yaml "${slow[@]}" --set executor.memory=768m --wait --timeout 3m
  echo "$output"
  [ "$status" = 0 ]
  [[ $output =~ restart.*deleted\ and\ created\ again ]]
  no_overlap
  [ "$(drivers orders)" = 2 ]
  [ "$(apache orders '.spec.sparkConf.spark\.executor\.memory')" = 768m ]
}

@test "a batch job: its outcome comes from the history of its states" {
  values values.yaml good bad
  job=(--set restartPolicy=Never --set-string 'sparkConf.spark\.rig\.runSeconds=2' --wait=completed --timeout 2m)
  spark submit "${spark[@]}" -f values.yaml --stream "$prefix-good" "${job[@]}"
  run spark submit "${spark[@]}" -f values.yaml --stream "$prefix-bad" "${job[@]}" \
    --set-string 'sparkConf.spark\.rig\.exitCode=1'
  echo "$output"
  [ "$status" = 4 ]
  [[ $output =~ "ExitCode: 1" ]]
  for stream in good bad; do
    eventually 60 bash -c "$KUBECTL -n $KSPARK_E2E_NAMESPACE get $APPS $prefix-$stream -o 'jsonpath={.status.currentState.currentStateSummary}' | grep -q ResourceReleased"
  done
  run spark status "${spark[@]}" --exit-code
  echo "$output"
  [ "$status" = 4 ]
  [[ $output =~ $prefix-bad\ +ResourceReleased.*exit ]]
  refused 1 "has completed: this runs it again" spark restart "${spark[@]}" "$prefix-good"
}

@test "a name that both operators have is told apart" {
  start orders
  spark submit -n "$KSPARK_E2E_NAMESPACE" -f values.yaml --wait --timeout 3m
  refused 3 "both operators have an application" spark status "$prefix-orders" -n "$KSPARK_E2E_NAMESPACE"
  refused 3 "both operators have an application" spark restart "$prefix-orders" -n "$KSPARK_E2E_NAMESPACE" --yes
  run spark status "$APPS/$prefix-orders" -n "$KSPARK_E2E_NAMESPACE"
  echo "$output"
  [ "$status" = 0 ]
  [[ $output =~ RunningHealthy ]]
  run spark restart "$APPLICATIONS/$prefix-orders" -n "$KSPARK_E2E_NAMESPACE" --wait --timeout 3m
  echo "$output"
  [ "$status" = 0 ]
  [ "$(apache orders .metadata.generation)" = 1 ]
  k delete "$APPLICATIONS" "$prefix-orders"
}

@test "only recreate restarts an application of the apache operator" {
  start orders
  refused 2 "only --strategy=recreate" spark restart "${spark[@]}" "$prefix-orders" --strategy=suspend
}
