#!/usr/bin/env bats
# SPDX-License-Identifier: Apache-2.0
# Can applications run in this namespace?
load helper

@test "a namespace in which applications run" {
  values values.yaml orders
  spark submit -f values.yaml --wait --timeout 3m
  run spark doctor -n "$KSPARK_E2E_NAMESPACE" -o json
  echo "$output"
  [[ $output =~ '"check": "crds"' ]]
  python3 - "$output" <<'P'
import json, sys
checks = json.loads(sys.argv[1][:sys.argv[1].rindex("}") + 1])["checks"]
results = {check["check"]: check["result"] for check in checks}
assert results["crds"] == "ok", results
assert any(c["check"] == "operator" and c["result"] == "ok" for c in checks), checks
P
}

@test "a service account without rights, and one that is not there" {
  needs light full
  k create serviceaccount "$prefix-poor" >/dev/null
  run spark doctor -n "$KSPARK_E2E_NAMESPACE" --service-account "$prefix-poor"
  k delete serviceaccount "$prefix-poor"
  echo "$output"
  [ "$status" = 1 ]
  [[ $output =~ "may not: create, get" ]]
  run spark doctor -n "$KSPARK_E2E_NAMESPACE" --service-account "$prefix-none"
  echo "$output"
  [ "$status" = 1 ]
  [[ $output =~ "service account $prefix-none is not in namespace" ]]
}

@test "a quota that is full" {
  needs light full
  # In a namespace of its own: other tests submit meanwhile.
  k create namespace "$prefix" >/dev/null
  k create quota "$prefix" -n "$prefix" --hard=count/configmaps=1,services.nodeports=0 >/dev/null
  sleep 3
  run spark doctor -n "$prefix"
  k delete namespace "$prefix" --wait=false
  echo "$output"
  [ "$status" = 1 ]
  [[ $output =~ "quota $prefix: count/configmaps" ]]
  [[ ! $output =~ nodeports ]] # no application needs one
}

@test "who may do nothing gets no false comfort" {
  user nobody
  KUBECONFIG=$user run spark doctor -n "$KSPARK_E2E_NAMESPACE"
  echo "$output"
  [[ $output =~ unknown ]]
}
