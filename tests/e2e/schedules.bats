#!/usr/bin/env bats
# SPDX-License-Identifier: Apache-2.0
# Schedules and servers beside the applications: shown by status, run now, refused elsewhere.
load helper

setup() {
  prefix=$(new_prefix)
  cd "$BATS_TEST_TMPDIR" || return
}

schedule() { # SUSPEND
  values values.yaml orders
  kubectl-spark render -f values.yaml | python3 -c '
import sys
name, suspend, text = sys.argv[1], sys.argv[2], sys.stdin.read()
spec = text[text.index("spec:\n") + 6:]
print(f"""apiVersion: sparkoperator.k8s.io/v1beta2
kind: ScheduledSparkApplication
metadata:
  name: {name}
spec:
  schedule: "@every 10m"
  concurrencyPolicy: Allow
  suspend: {suspend}
  template:""")
print("\n".join("  " + line for line in spec.rstrip().split("\n")))' "$prefix-nightly" "$1" >schedule.yaml
  k create --validate=false -f schedule.yaml
}

teardown() {
  k delete scheduledsparkapplications.sparkoperator.k8s.io "$prefix-nightly" --ignore-not-found >/dev/null 2>&1 || true
  k get "$APPLICATIONS" -o name 2>/dev/null | grep "/$prefix" |
    xargs -r "$KUBECTL" -n "$KSPARK_E2E_NAMESPACE" delete --wait=false >/dev/null 2>&1 || true
  k delete sparkconnects.sparkoperator.k8s.io "$prefix-connect" --ignore-not-found >/dev/null 2>&1 || true
}

@test "status lists a schedule, and shows it with its runs and what can be done" {
  schedule true
  run spark status -n "$KSPARK_E2E_NAMESPACE"
  echo "$output"
  [[ $output =~ $prefix-nightly\ +ScheduledSparkApplication\ +suspended\ +@every\ 10m ]]
  run spark status "scheduledsparkapp/$prefix-nightly" -n "$KSPARK_E2E_NAMESPACE"
  echo "$output"
  [ "$status" = 0 ]
  grep -qF -- "submit -n $KSPARK_E2E_NAMESPACE --from scheduledsparkapp/$prefix-nightly" <<<"$output"
  grep -qF '"suspend":false' <<<"$output"
}

@test "run now: the schedule's own run, labelled and owned" {
  schedule true
  run spark submit -n "$KSPARK_E2E_NAMESPACE" --from "scheduledsparkapp/$prefix-nightly" --wait --timeout 3m
  echo "$output"
  [ "$status" = 0 ]
  name=$(k get "$APPLICATIONS" -l "sparkoperator.k8s.io/scheduled-app-name=$prefix-nightly" -o 'jsonpath={.items[0].metadata.name}')
  [[ $name =~ ^$prefix-nightly-[0-9]+$ ]]
  [ "$(k get "$APPLICATIONS" "$name" -o 'jsonpath={.metadata.ownerReferences[0].name}')" = "$prefix-nightly" ]
  run spark status "scheduledsparkapp/$prefix-nightly" -n "$KSPARK_E2E_NAMESPACE"
  echo "$output"
  [[ $output =~ $name\ +RUNNING ]]
  refused 1 "belongs to schedule $prefix-nightly" spark restart "$name" -n "$KSPARK_E2E_NAMESPACE"
}

@test "a schedule is refused where only applications can be meant, with the way to go" {
  refused 2 "is a schedule.*submit --from" spark restart "scheduledsparkapp/nightly"
  refused 2 "is a schedule" spark logs "scheduledsparkapplications.sparkoperator.k8s.io/nightly"
  refused 2 "is a SparkConnect, a server" spark restart "sparkconnect/notebooks"
  refused 2 "is a SparkCluster, a server" spark logs "sparkcluster/shared"
  refused 1 "not found" spark status "scheduledsparkapp/nightly" -n "$KSPARK_E2E_NAMESPACE"
  refused 2 "takes a schedule" spark submit --from orders
}

@test "status shows a Spark Connect server" {
  needs light full
  k create --validate=false -f - <<Y
apiVersion: sparkoperator.k8s.io/v1alpha1
kind: SparkConnect
metadata: {name: $prefix-connect}
spec:
  sparkVersion: 3.5.6
  image: $IMAGE
  server: {cores: 1, memory: 512m}
  executor: {cores: 1, memory: 512m, instances: 1}
Y
  run spark status -n "$KSPARK_E2E_NAMESPACE"
  echo "$output"
  [[ $output =~ $prefix-connect\ +SparkConnect ]]
  run spark status "sparkconnect/$prefix-connect" -n "$KSPARK_E2E_NAMESPACE"
  echo "$output"
  [ "$status" = 0 ]
}

@test "objects of the operators' first versions are refused with what they became" {
  for version in v1alpha1 v1beta1; do
    cat >old.yaml <<Y
apiVersion: sparkoperator.k8s.io/$version
kind: SparkApplication
metadata: {name: $prefix-old}
spec: {type: Python, mode: cluster, image: "$IMAGE", mainApplicationFile: local:///opt/apps/pi.py, driver: {}, executor: {}}
Y
    refused 3 "v1beta2" spark submit -n "$KSPARK_E2E_NAMESPACE" -f old.yaml
  done
}
