#!/usr/bin/env bats
# SPDX-License-Identifier: Apache-2.0
# What happened to one application, and nothing of the others.
load helper

@test "events of the application and its driver in one time line" {
  values values.yaml orders payments
  spark submit -f values.yaml --wait --timeout 3m
  run spark events "$prefix-orders" -n "$KSPARK_E2E_NAMESPACE"
  echo "$output"
  [ "$status" = 0 ]
  [[ ${lines[0]} =~ ^AGE\ +TYPE\ +REASON ]]
  [[ $output =~ SparkApplicationSubmitted ]]
  [[ $output =~ sparkapplication/$prefix-orders ]]
  [[ ! $output =~ payments ]]
}

@test "-w tells what comes" {
  values values.yaml orders
  spark submit -f values.yaml --wait --timeout 3m
  kubectl-spark events "$prefix-orders" -n "$KSPARK_E2E_NAMESPACE" -w >out 2>&1 3>&- &
  pid=$!
  eventually 20 grep -q SparkApplicationSubmitted out
  spark restart "$prefix-orders" -n "$KSPARK_E2E_NAMESPACE" --wait --timeout 2m
  eventually 20 grep -q SparkApplicationSuspend out
  kill $pid # an interrupt is ignored in the background
  wait $pid || true
  cat out
}

@test "an unknown application, and no name" {
  refused 1 'not found' spark events "$prefix-none" -n "$KSPARK_E2E_NAMESPACE"
  refused 2 'NAME' spark events -n "$KSPARK_E2E_NAMESPACE"
}
