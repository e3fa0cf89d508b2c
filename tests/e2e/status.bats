#!/usr/bin/env bats
# SPDX-License-Identifier: Apache-2.0
# The fleet and one application, read by a person and by a script.
load helper

@test "the fleet table shows every stream with its state" {
  values values.yaml orders payments
  spark submit -f values.yaml --wait --timeout 3m
  run spark status -n "$KSPARK_E2E_NAMESPACE"
  echo "$output"
  [ "$status" = 0 ]
  [[ ${lines[0]} =~ ^NAME\ +STATE ]]
  [[ $output =~ $prefix-orders\ +RUNNING ]]
  [[ $output =~ $prefix-payments\ +RUNNING ]]
}

@test "-f tells missing, extra and drifted streams" {
  values values.yaml orders payments
  spark submit -f values.yaml --wait --timeout 3m
  values values.yaml orders clicks
  sed -i 's/instances: 1/instances: 2/' values.yaml
  run spark status -f values.yaml
  echo "$output"
  [ "$status" = 0 ]
  [[ $output =~ $prefix-clicks.*missing ]]
  [[ $output =~ $prefix-payments.*extra ]]
  [[ $output =~ $prefix-orders.*drifted ]]
}

@test "one application: pods, events, and nothing wrong with it" {
  values values.yaml orders
  spark submit -f values.yaml --wait --timeout 3m
  run spark status "$prefix-orders" -n "$KSPARK_E2E_NAMESPACE"
  echo "$output"
  [ "$status" = 0 ]
  [[ $output =~ $prefix-orders-driver ]]
  [[ $output =~ RUNNING ]]
}

@test "an application whose image is missing has its verdict" {
  needs sandbox full
  values values.yaml orders
  spark submit -f values.yaml --set spark.image=registry.example/missing:1
  # shellcheck disable=SC2317
  is_seen() { spark status "$prefix-orders" -n "$KSPARK_E2E_NAMESPACE" --exit-code | grep image-pull; }
  eventually 90 is_seen # a real submission takes seconds
  run spark status "$prefix-orders" -n "$KSPARK_E2E_NAMESPACE" --exit-code
  echo "$output"
  [ "$status" = 4 ]
}

@test "-o json, yaml, name and jsonpath are kubectl's" {
  values values.yaml orders
  spark submit -f values.yaml --wait --timeout 3m
  [ "$(spark status "$prefix-orders" -n "$KSPARK_E2E_NAMESPACE" -o name)" = "sparkapplication.sparkoperator.k8s.io/$prefix-orders" ]
  [ "$(spark status "$prefix-orders" -n "$KSPARK_E2E_NAMESPACE" -o 'jsonpath={.status.applicationState.state}')" = RUNNING ]
  spark status "$prefix-orders" -n "$KSPARK_E2E_NAMESPACE" -o json >ours.json
  k get "$APPLICATIONS" "$prefix-orders" -o json >theirs.json
  python3 -c 'import json; a, b = json.load(open("ours.json")), json.load(open("theirs.json")); assert a["spec"] == b["spec"], (a, b)'
  spark status "$prefix-orders" -n "$KSPARK_E2E_NAMESPACE" -o yaml | grep -q "kind: SparkApplication"
}

@test "an unknown name offers the nearest" {
  values values.yaml orders
  spark submit -f values.yaml --wait --timeout 3m
  refused 1 "did you mean.*$prefix-orders" spark status "$prefix-ordes" -n "$KSPARK_E2E_NAMESPACE"
}

@test "the plugin is found through kubectl by a link on PATH" {
  run "$KUBECTL" spark version
  echo "$output"
  [ "$status" = 0 ]
  [[ $output =~ ^version:\ +v[0-9] ]]
  run "$KUBECTL" plugin list
  [[ $output =~ kubectl-spark ]]
}
