#!/usr/bin/env bats
# SPDX-License-Identifier: Apache-2.0
# The whole way once, short enough for every change also where Spark is real: a job to its end, a stream to
# RUNNING, its log, its restart, its end.
load helper

@test "smoke: a job completes" {
  values values.yaml job
  ending 0 0
  spark submit -f values.yaml "${ending[@]}" --set restartPolicy=Never --wait=completed --timeout 5m
  [ "$(field job .status.applicationState.state)" = COMPLETED ]
  run spark status "$prefix-job" -n "$KSPARK_E2E_NAMESPACE" --exit-code
  echo "$output"
  [ "$status" = 0 ]
}

@test "smoke: a stream runs, is read, restarted and removed" {
  values values.yaml orders
  spark submit -f values.yaml --wait --timeout 5m
  [ "$(field orders .status.applicationState.state)" = RUNNING ]
  run spark status "$prefix-orders" -n "$KSPARK_E2E_NAMESPACE"
  echo "$output"
  [[ $output =~ $prefix-orders-driver ]]

  old=$(field orders .status.submissionID)
  # shellcheck disable=SC2317
  has_written() { [ -n "$(k logs "$prefix-orders-driver" --tail=1)" ]; }
  eventually 90 has_written # a real driver runs for seconds before its first line
  k logs "$prefix-orders-driver" --tail=1 >theirs.log
  spark logs "$prefix-orders" -n "$KSPARK_E2E_NAMESPACE" >ours.log
  [ -s ours.log ]
  grep -qxF "$(cat theirs.log)" ours.log

  spark restart "$prefix-orders" -n "$KSPARK_E2E_NAMESPACE" --wait --timeout 5m
  new=$(field orders .status.submissionID)
  [ -n "$new" ] && [ "$new" != "$old" ]
  [ "$(field orders .status.applicationState.state)" = RUNNING ]

  k delete "$APPLICATIONS" "$prefix-orders" --timeout=2m
  # shellcheck disable=SC2317
  no_pods() { [ -z "$(k get pods -l "sparkoperator.k8s.io/app-name=$prefix-orders" -o name)" ]; }
  eventually 90 no_pods
  refused 1 "not found" spark status "$prefix-orders" -n "$KSPARK_E2E_NAMESPACE"
}
