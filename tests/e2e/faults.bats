#!/usr/bin/env bats
# SPDX-License-Identifier: Apache-2.0
# The cluster misbehaves while a command runs: what was done is said, nothing is done twice.
load helper

# fault JSON: makes the sandbox misbehave (tests/sandbox/faults.cpp).
fault() {
  echo "$1" >fault.json
  eventually 10 "$KUBECTL" create --raw /sandbox/faults -f fault.json # this request may be cut, too
}

@test "the API server goes away half way through ten submits: says which are done, exit 7" {
  needs sandbox
  # A server of its own, since it will not come back.
  "$KSPARK_E2E_BUILD/tests/sandbox/kubectl-spark-sandbox" --dir "$PWD/own" >own.log 2>&1 3>&- &
  server=$!
  for _ in $(seq 100); do [ -e own/kubeconfig ] && break; sleep 0.1; done
  export KUBECONFIG=$PWD/own/kubeconfig
  values values.yaml s1 s2 s3 s4 s5 s6 s7 s8 s9 s10
  fault '{"delaySeconds": 0.4}'
  kubectl-spark submit -f values.yaml --parallel 1 >out 2>&1 3>&- &
  pid=$!
  for _ in $(seq 100); do
    # One request: every one is slow here, and kubectl asks first what there is.
    k get --raw "/apis/sparkoperator.k8s.io/v1beta2/namespaces/$KSPARK_E2E_NAMESPACE/sparkapplications/$prefix-s2" >/dev/null 2>&1 && break
    sleep 0.05
  done
  kill -KILL $server
  code=0
  wait $pid || code=$?
  cat out
  [ "$code" = 7 ]
  grep -Eq "^$prefix-s1 +created" out
  grep -Eq "$prefix-s10.*not" out
}

@test "429 with Retry-After and server errors are waited out" {
  needs sandbox
  values values.yaml orders
  fault '{"tooManyRequests": 2, "retryAfterSeconds": 1}'
  run spark submit -f values.yaml --wait --timeout 1m
  echo "$output"
  [ "$status" = 0 ]
  [ "$(field orders .status.applicationState.state)" = RUNNING ]
}

@test "cut watches are resumed" {
  needs sandbox
  values values.yaml orders
  kubectl-spark submit -f values.yaml --wait --timeout 1m >out 2>&1 &
  pid=$!
  for _ in 1 2 3; do sleep 0.3; fault '{"cutStreams": true}' || true; done
  code=0
  wait $pid || code=$?
  cat out
  [ "$code" = 0 ]
}
