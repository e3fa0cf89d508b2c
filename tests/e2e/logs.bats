#!/usr/bin/env bats
# SPDX-License-Identifier: Apache-2.0
# Logs of a stream over its restarts. What the pods wrote is recorded beside it with kubectl, one
# file per run; what `logs -f` printed must be the same.
load helper

logs() { spark logs -n "$KSPARK_E2E_NAMESPACE" "$@"; }
driver_uid() { k get pod "$prefix-orders-driver" -o jsonpath='{.metadata.uid}' 2>/dev/null; }
driver_phase() { k get pod "$prefix-orders-driver" -o jsonpath='{.status.phase}' 2>/dev/null; }

# next_driver OLD_UID: waits until a driver other than that one runs.
next_driver() {
  # shellcheck disable=SC2317
  runs_anew() { [ "$(driver_phase)" = Running ] && [ "$(driver_uid)" != "$1" ]; }
  eventually 180 runs_anew "$1"
}

# record N: what run N writes, read by kubectl while the pod lives.
record() {
  "$KUBECTL" -n "$KSPARK_E2E_NAMESPACE" logs -f "$prefix-orders-driver" -c spark-kubernetes-driver >"run-$1.log" 2>/dev/null 3>&- &
}

# follow: `logs -f` in the background, the process itself, so that a signal reaches it.
follow() {
  "$KUBECTL" spark logs -n "$KSPARK_E2E_NAMESPACE" "$prefix-orders" -f >ours.log 2>talk.log 3>&- &
  follower=$!
}

# follower_ended: its exit status in $status.
follower_ended() {
  status=0
  wait "$follower" || status=$?
}

# unmarked FILE: what the pods wrote.
unmarked() { grep -av '^=== kubectl-spark: ' "$1"; }

begin() {
  values values.yaml orders
  spark submit -f values.yaml --wait --timeout 3m
}

@test "one driver's log is what kubectl prints" {
  begin
  # shellcheck disable=SC2317
  has_lines() { [ "$(k logs "$prefix-orders-driver" -c spark-kubernetes-driver | wc -l)" -ge "$1" ]; }
  eventually 60 has_lines 5
  k logs "$prefix-orders-driver" -c spark-kubernetes-driver --tail=5 --timestamps >theirs.log
  since=$(head -n 1 theirs.log | cut -d' ' -f1)
  logs "$prefix-orders" --timestamps --since-time "${since%%.*}Z" >ours.log
  head -n 1 theirs.log
  grep -qxF "$(head -n 1 theirs.log)" ours.log
  [ "$(logs "$prefix-orders" --tail 2 | wc -l)" = 2 ]
}

@test "kubectl delete pod of the driver while it is followed: the next run is followed" {
  begin
  follow
  first=$(driver_uid)
  eventually 120 test -s ours.log
  k delete pod "$prefix-orders-driver" --wait=false
  next_driver "$first"
  eventually 30 grep -q "^=== kubectl-spark: run 2 of $prefix-orders begins" ours.log
  # shellcheck disable=SC2317
  new_lines() { sed -n '/run 2 of/,$p' ours.log | grep -qv '^==='; }
  eventually 120 new_lines
  kill -TERM "$follower"
  follower_ended
  cat talk.log
  grep "^===" ours.log
  [ "$status" = 130 ]
  grep -q "^=== kubectl-spark: run 1 of $prefix-orders ended: " ours.log
}

@test "three restarts followed: the log is what the pods wrote, with the markers taken out" {
  begin
  record 1
  follow
  for run in 2 3 4; do
    eventually 120 test -s ours.log
    uid=$(driver_uid)
    k patch "$APPLICATIONS" "$prefix-orders" --type=merge -p "{\"spec\":{\"driver\":{\"annotations\":{\"e2e/run\":\"$run\"}}}}"
    next_driver "$uid"
    record "$run"
    eventually 120 grep -q "^=== kubectl-spark: run $run of $prefix-orders begins" ours.log
    sleep 2
  done
  uid=$(driver_uid)
  k delete "$APPLICATIONS" "$prefix-orders" --wait=false
  # shellcheck disable=SC2317
  gone() { [ -z "$(driver_uid)" ]; }
  eventually 60 gone
  eventually 30 grep -q "^=== kubectl-spark: run 4 of $prefix-orders ended" ours.log
  follower_ended
  cat talk.log
  grep "^===" ours.log
  [ "$status" = 1 ]
  # kubectl may wait for ever for a pod that is gone.
  sleep 1
  jobs -p | xargs -r kill 2>/dev/null || true
  cat run-1.log run-2.log run-3.log run-4.log >theirs.log
  unmarked ours.log >plain.log
  diff theirs.log plain.log || true
  cmp theirs.log plain.log
}

@test "the server cuts every connection and refuses new ones: no line is lost, none comes twice" {
  needs sandbox
  begin
  follow
  eventually 120 test -s ours.log
  echo '{"cutStreams": true, "refuseSeconds": 0.5}' >cut.json
  for _ in 1 2 3; do
    sleep 0.7
    # The server may cut this connection, too, or refuse it still.
    eventually 10 k create --raw /sandbox/faults -f cut.json
  done
  sleep 8
  cat talk.log
  kill -TERM "$follower"
  follower_ended
  [ "$status" = 130 ]
  k logs "$prefix-orders-driver" >theirs.log
  [ "$(wc -l <ours.log)" -gt 10 ]
  head -n "$(wc -l <ours.log)" theirs.log | cmp - ours.log
}

@test "driver and executors share the output line by line" {
  begin
  # An executor runs, and real ones need seconds until they say something.
  eventually 90 bash -c "$KUBECTL -n $KSPARK_E2E_NAMESPACE logs -l sparkoperator.k8s.io/app-name=$prefix-orders,spark-role=executor --tail 1 | grep ."
  logs "$prefix-orders" --all >all.log
  cut -d'|' -f1 all.log | sort | uniq -c
  grep -q '^driver | ' all.log
  grep -q '^exec-1 | ' all.log
  run grep -vE '^(driver|exec-[0-9]+) \| ' all.log
  [ -z "$output" ]
}

@test "a reader that goes away ends it quietly" {
  needs sandbox # where a driver goes on writing: only a write shows that nobody reads
  begin
  run bash -c "$KUBECTL spark logs -n $KSPARK_E2E_NAMESPACE $prefix-orders -f 2>&1 | head -n 1; echo \${PIPESTATUS[0]}"
  echo "$output"
  [ "${lines[1]}" = 0 ]
}

@test "waits for a driver that is not there yet, and gives up after --timeout" {
  needs sandbox full
  values values.yaml orders
  spark submit -f values.yaml --set spark.image=registry.example/missing:1
  eventually 90 bash -c "$KUBECTL -n $KSPARK_E2E_NAMESPACE get pod $prefix-orders-driver -o 'jsonpath={.status.containerStatuses[*].state.waiting.reason}' | grep -E 'ErrImagePull|ImagePullBackOff'"
  refused 5 "no log of \"$prefix-orders\" after 3s: .*(ErrImagePull|ImagePullBackOff)" \
    spark logs "$prefix-orders" -n "$KSPARK_E2E_NAMESPACE" --timeout 3s
}

@test "a job is followed to its end: 0 when it completed, 4 when it failed" {
  needs sandbox full # the log of a played pod has no end
  values values.yaml good bad
  ending 0 0
  good=("${ending[@]}")
  ending 1 3
  spark submit -f values.yaml "${good[@]}" "${ending[@]}" --set restartPolicy=Never
  run spark logs "$prefix-good" -n "$KSPARK_E2E_NAMESPACE" -f
  echo "$output"
  [ "$status" = 0 ]
  [[ $output =~ run\ 1\ of\ $prefix-good\ ended:\ exit\ code\ 0 ]]
  run spark logs "$prefix-bad" -n "$KSPARK_E2E_NAMESPACE" -f
  echo "$output"
  [ "$status" = 4 ]
  [[ $output =~ run\ 1\ of\ $prefix-bad\ ended:\ exit\ code\ 3 ]]
}

@test "bad input: an unknown name, an executor that never was, no regular expression" {
  begin
  refused 1 "did you mean.*$prefix-orders" spark logs "$prefix-ordrs" -n "$KSPARK_E2E_NAMESPACE"
  refused 1 "has no executor 77; there are 1" spark logs "$prefix-orders" -n "$KSPARK_E2E_NAMESPACE" --executor 77
  refused 1 "has no container \"spark\"; there are spark-kubernetes-driver" \
    spark logs "$prefix-orders" -n "$KSPARK_E2E_NAMESPACE" -c spark
  refused 2 'invalid argument "\("' spark logs "$prefix-orders" --grep '('
  refused 2 '"5" is not a duration: write it as 30s, 5m or 1h30m' spark logs "$prefix-orders" --since 5
  refused 2 '"soon" is not a duration' spark logs "$prefix-orders" --timeout soon
  refused 2 'no time like' spark logs "$prefix-orders" --since-time yesterday
  refused 2 'a number, as in' spark logs "$prefix-orders" --executor first
}

@test "no previous run" {
  needs sandbox full # played pods have no logs of earlier containers
  begin
  refused 1 "no previous run" spark logs "$prefix-orders" -n "$KSPARK_E2E_NAMESPACE" --previous
}
