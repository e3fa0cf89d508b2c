#!/usr/bin/env bats
# SPDX-License-Identifier: Apache-2.0
# examples/helm: a team that has a chart keeps it. The real helm renders; checks, plan and waiting are ours.
load helper

setup() {
  needs light full
  [ -n "${KSPARK_E2E_CLUSTER:-}" ] || skip "this is not the project's own test cluster"
  helm=$("$KSPARK_E2E_CLUSTER" tool helm)
  export PATH=${helm%/*}:$PATH
  prefix=$(new_prefix)
  cd "$BATS_TEST_TMPDIR" || return
  cp -r "$BATS_TEST_DIRNAME/../../examples/helm/streams" "$prefix" # helm's release has the directory's name
}

@test "render --chart prints what helm template prints" {
  helm template "$prefix" "$prefix" -f "$prefix/prod.yaml" | grep -E '^ *(name|instances|memory):' | sort >theirs
  spark render --chart "$prefix" -f "$prefix/prod.yaml" | grep -E '^ *(name|instances|memory):' | sort >ours
  cat ours
  [ -s ours ]
  diff theirs ours
}

@test "render --chart --check judges what the chart makes" {
  run spark render --chart "$prefix" --check
  echo "$output"
  [ "$status" = 0 ]
  refused 3 "no amount of memory for Spark" spark render --chart "$prefix" --set driver.memory=1.5g --check
  echo "{{ fail \"no such template\" }}" >"$prefix/templates/broken.yaml"
  refused 3 "helm template .* ended with status 1" spark render --chart "$prefix" --check
}

@test "submit --chart: the streams run, a second time nothing changes, other values restart what they change" {
  run spark submit --chart "$prefix" -n "$KSPARK_E2E_NAMESPACE" --wait --timeout 5m
  echo "$output"
  [ "$status" = 0 ]
  [ "$(field orders .status.applicationState.state)" = RUNNING ]
  [ "$(field payments .status.applicationState.state)" = RUNNING ]
  run spark submit --chart "$prefix" -n "$KSPARK_E2E_NAMESPACE" --exit-code
  echo "$output"
  [ "$status" = 0 ]
  run spark submit --chart "$prefix" -n "$KSPARK_E2E_NAMESPACE" --set executor.memory=768m --exit-code
  echo "$output"
  [ "$status" = 8 ]
  [[ $output =~ $prefix-orders\ +restart\ +spec\.executor\.memory ]]
}
