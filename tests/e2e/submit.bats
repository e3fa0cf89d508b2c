#!/usr/bin/env bats
# SPDX-License-Identifier: Apache-2.0
# The main job: one values file, running streams, and only what changed is touched.
load helper

@test "three streams of one values file reach RUNNING with --wait" {
  values values.yaml orders payments sessions
  run spark submit -f values.yaml --wait --timeout 3m
  echo "$output"
  [ "$status" = 0 ]
  for stream in orders payments sessions; do
    [ "$(field $stream .status.applicationState.state)" = RUNNING ]
  done
}

@test "a second submit says unchanged for each and touches nothing" {
  values values.yaml orders payments sessions
  spark submit -f values.yaml --wait --timeout 3m
  versions() { for s in orders payments sessions; do field $s .metadata.generation; field $s .metadata.managedFields[*].time; field $s .status.submissionID; done; }
  before=$(versions)
  run spark submit -f values.yaml
  echo "$output"
  [ "$status" = 0 ]
  [ "$(grep -c unchanged <<<"$output")" -ge 3 ]
  [ "$before" = "$(versions)" ]
  run spark submit -f values.yaml --exit-code
  [ "$status" = 0 ]
}

@test "a changed executor memory restarts that stream only, its line said so before, and --wait ends with the new submission" {
  values values.yaml orders payments sessions
  spark submit -f values.yaml --wait --timeout 3m
  old=$(field payments .status.submissionID)
  others="$(field orders .status.submissionID) $(field sessions .status.submissionID)"

  run spark submit -f values.yaml --dry-run=server --exit-code --set "streams[1].executor.memory=768m"
  echo "$output"
  [ "$status" = 8 ]
  [[ $output =~ $prefix-payments\ +restart\ +spec\.executor\.memory ]]
  [ "$(field payments .status.submissionID)" = "$old" ]
  [ "$(field payments .spec.executor.memory)" = 512m ]

  run spark submit -f values.yaml --set "streams[1].executor.memory=768m" --wait --timeout 3m
  echo "$output"
  [ "$status" = 0 ]
  [[ $output =~ $prefix-payments\ +restart\ +spec\.executor\.memory ]]
  [[ $output =~ $prefix-orders\ +unchanged ]]
  new=$(field payments .status.submissionID)
  [ -n "$new" ] && [ "$new" != "$old" ]
  [ "$(field payments .status.applicationState.state)" = RUNNING ]
  [ "$(field payments .spec.executor.memory)" = 768m ]
  [ "$others" = "$(field orders .status.submissionID) $(field sessions .status.submissionID)" ]
}

@test "metadata changes in place: no restart" {
  values values.yaml orders
  spark submit -f values.yaml --wait --timeout 3m
  old=$(field orders .status.submissionID)
  run spark submit -f values.yaml --set labels.team=bi
  echo "$output"
  [ "$status" = 0 ]
  [[ $output =~ "in place" ]]
  sleep 2
  [ "$(field orders .metadata.labels.team)" = bi ]
  [ "$(field orders .status.submissionID)" = "$old" ]
}

@test "a stream that the file no longer names is pruned only when asked, and only one at a time" {
  values values.yaml orders payments sessions
  spark submit -f values.yaml
  values values.yaml orders payments
  run spark submit -f values.yaml
  echo "$output"
  [ "$status" = 0 ]
  k get "$APPLICATIONS" "$prefix-sessions"

  run spark submit -f values.yaml --prune --wait --timeout 3m
  echo "$output"
  [ "$status" = 0 ]
  [[ $output =~ $prefix-sessions\ +prune ]]
  run k get "$APPLICATIONS" "$prefix-sessions"
  [ "$status" != 0 ]

  spark submit -f values.yaml --wait --timeout 3m
  values values.yaml clicks
  run spark submit -f values.yaml --prune
  echo "$output"
  [ "$status" != 0 ]
  [[ $output =~ --max-prune ]]
  k get "$APPLICATIONS" "$prefix-orders" "$prefix-payments"
}

@test "--diff shows the field and changes nothing" {
  values values.yaml orders
  spark submit -f values.yaml --wait --timeout 3m
  run spark submit -f values.yaml --set executor.memory=768m --diff
  echo "$output"
  [[ $output == *"-    memory: 512m"* ]]
  [[ $output == *"+    memory: 768m"* ]]
  [ "$(field orders .spec.executor.memory)" = 512m ]
}

@test "a field that somebody else owns is a conflict that names the owner" {
  values values.yaml orders
  spark submit -f values.yaml --wait --timeout 3m
  spark render -f values.yaml | sed 's/^    memory: 512m/    memory: 600m/' >mine.yaml
  k apply --server-side --validate=false --force-conflicts --field-manager=somebody -f mine.yaml
  run spark submit -f values.yaml --set executor.memory=700m
  echo "$output"
  [ "$status" != 0 ]
  [[ $output =~ somebody ]]
  [[ $output =~ --force-conflicts ]]
}

@test "an image that cannot be pulled: --wait ends with its verdict" {
  needs sandbox full
  values values.yaml orders
  local timeout=40s # a real submission takes seconds
  [ "$KSPARK_E2E_TARGET" != sandbox ] || timeout=10s
  run spark submit -f values.yaml --set spark.image=registry.example/missing:1 --wait --timeout "$timeout"
  echo "$output"
  [ "$status" = 4 ] || [ "$status" = 5 ]
  [[ $output =~ (image|ImagePull) ]]
}

@test "a manifest with every field kubectl would keep is submitted as it is" {
  values values.yaml orders
  spark render -f values.yaml >manifest.yaml
  run spark submit -f manifest.yaml --wait --timeout 3m
  echo "$output"
  [ "$status" = 0 ]
  [ "$(field orders .status.applicationState.state)" = RUNNING ]
}

@test "Ctrl-C during --wait says what was done and ends with 130" {
  values values.yaml orders
  # A driver that never starts: on a real cluster for its image, where pods are played by its sparkConf.
  never='sparkConf.spark\.rig\.startSeconds=never'
  # The process itself, so that the signal reaches it and nobody else. SIGTERM takes the same way as
  # SIGINT, which the background jobs of a shell ignore.
  kubectl-spark submit -f values.yaml --set spark.image=registry.example/missing:1 --set "$never" --wait --timeout 2m >out 2>&1 &
  pid=$!
  for _ in $(seq 100); do k get "$APPLICATIONS" "$prefix-orders" >/dev/null 2>&1 && break; sleep 0.1; done
  sleep 1
  kill -TERM $pid
  code=0
  wait $pid || code=$?
  cat out
  [ "$code" = 130 ]
  grep -q "$prefix-orders" out
  k get "$APPLICATIONS" "$prefix-orders"
}
