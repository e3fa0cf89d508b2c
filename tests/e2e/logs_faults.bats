#!/usr/bin/env bats
# SPDX-License-Identifier: Apache-2.0
# What happens to real nodes and API servers while a log is followed.
load helper

alone # nodes and API servers are everybody's

teardown() {
  undo_faults
  remove_applications
}

driver() { echo "$prefix-orders-driver"; }

begin() { # FLAGS...
  values values.yaml orders
  spark submit -f values.yaml --wait --timeout 3m "$@"
}

# follow FLAGS...: in the background; `stop` ends it.
follow() {
  "$KUBECTL" spark logs -n "$KSPARK_E2E_NAMESPACE" "$prefix-orders" -f "$@" >ours.log 2>talk.log 3>&- &
  follower=$!
  eventually 120 test -s ours.log
}
stop() {
  kill -TERM "$follower"
  status=0
  wait "$follower" || status=$?
  cat talk.log
  [ "$status" = 130 ]
}

executors() { k get pods -l "sparkoperator.k8s.io/app-name=$prefix-orders,spark-role=executor" -o name "$@"; }

# working: until an executor runs. A driver that is still starting when the API server goes does end.
working() {
  # shellcheck disable=SC2317
  has_executor() { executors --field-selector status.phase=Running | grep -q .; }
  eventually 120 has_executor
}

# flood SECONDS FROM TO: so many seconds from now the driver writes lines with these numbers, by itself.
flood() {
  k exec "$(driver)" -- sh -c "(sleep $1; awk 'BEGIN { for (i = $2; i <= $3; ++i) printf \"flood %09d ${filling:=$(printf '%080d' 0)}\\n\", i }' >/proc/1/fd/1) >/dev/null 2>&1 &"
}
flooded() { sed -n 's/^flood \([0-9]*\) .*/\1/p' ours.log; }
flood_reached() { flooded | tail -n 1 | grep -q "$1"; }

@test "a log that the node rotates while it is followed: every line once" {
  needs full
  begin
  follow
  flood 0 1 200000
  eventually 90 flood_reached 000200000
  sleep 12 # the kubelet looks every ten seconds
  flood 0 200001 260000
  eventually 90 flood_reached 000260000
  stop
  flooded | cmp - <(seq -f %09g 1 260000)
  [ "$(grep -c '^===' ours.log)" = 0 ]
}

@test "rotated while the API server is away: a marker names the times of the gap" {
  needs full
  begin
  working
  follow
  flood 4 1 200000
  sleep 1
  cluster_fault kill apiserver
  sleep 28 # the flood, and the rotation after it
  cluster_fault start apiserver
  eventually 60 grep -q "^=== kubectl-spark: lines of $(driver) between .* may be missing" ours.log
  flood 0 300001 300010
  eventually 30 flood_reached 000300010
  stop
  grep '^===' ours.log
  [ "$(flooded | sort | uniq -d | wc -l)" = 0 ]
}

@test "the API server is killed and started again: it goes on, no line lost, none doubled" {
  needs light full
  begin
  working
  "$KUBECTL" -n "$KSPARK_E2E_NAMESPACE" logs "$(driver)" >before.log
  follow
  for _ in 1 2; do
    cluster_fault kill apiserver
    sleep 4
    cluster_fault start apiserver
    eventually 60 k get pods
    sleep 8
  done
  stop
  grep -q 'waiting for' talk.log
  grep '^===' ours.log >markers || true
  cat markers
  [ ! -s markers ]
  k logs "$(driver)" >theirs.log
  [ "$(wc -l <ours.log)" -ge "$(wc -l <before.log)" ]
  head -n "$(wc -l <ours.log)" theirs.log | cmp - ours.log
}

@test "a kubelet that does not answer for a minute: it is said, and then it goes on" {
  needs full
  begin
  follow
  cluster_fault pause kubelet
  eventually 90 grep -q "its node .* does not answer" talk.log
  lines=$(wc -l <ours.log)
  cluster_fault resume kubelet
  # shellcheck disable=SC2317
  more() { [ "$(wc -l <ours.log)" -gt "$((lines + 5))" ]; }
  eventually 90 more
  stop
  k logs "$(driver)" >theirs.log
  head -n "$(wc -l <ours.log)" theirs.log | cmp - ours.log
}

@test "a copy from a kubelet that does not answer is given up, and says so before" {
  needs full
  begin
  cluster_fault pause kubelet
  refused 5 "waiting for $prefix-orders: pod $(driver): nothing comes.*error: .*nothing" \
    spark logs -n "$KSPARK_E2E_NAMESPACE" "$prefix-orders" --timeout 10s
  refused 5 "nothing has come of the log of pod \"$(driver)\" for 10s" \
    spark logs -n "$KSPARK_E2E_NAMESPACE" "$prefix-orders" --tail 5 --request-timeout 10s
}

@test "executors come and go while all are followed: the new ones are picked up" {
  needs sandbox full
  begin
  working
  follow --all
  eventually 180 grep -q '^exec-1 | ' ours.log
  executors | xargs "$KUBECTL" -n "$KSPARK_E2E_NAMESPACE" delete --wait=false
  if [ "$KSPARK_E2E_TARGET" = full ]; then
    eventually 90 grep -q '^exec-2 | ' ours.log
  fi
  stop
  cut -d'|' -f1 ours.log | sort | uniq -c
  run grep -avcE '^(driver|exec-[0-9]+) \| ' ours.log
  [ "$output" = 0 ]
}

@test "the application is deleted while it is followed: its end is told, exit 1" {
  begin
  follow
  k delete "$APPLICATIONS" "$prefix-orders" --wait=false
  status=0
  wait "$follower" || status=$?
  cat talk.log
  [ "$status" = 1 ]
  grep -q "application \"$prefix-orders\" was deleted" talk.log
  grep -q "^=== kubectl-spark: run 1 of $prefix-orders ended: " ours.log
}

@test "a crash loop: each run once, and its end" {
  needs sandbox full
  values values.yaml orders
  cat >crash.yaml <<Y
restartPolicy: {type: OnFailure, onFailureRetries: 2, onFailureRetryInterval: 1}
streams:
- name: $prefix-orders
  annotations: {sandbox.kubectl-spark/run-seconds: "16", sandbox.kubectl-spark/exit-code: "1"}
Y
  [ "$KSPARK_E2E_TARGET" = sandbox ] || cat >>crash.yaml <<Y
  applicationFile: local:///opt/apps/fail.py
  arguments: ["exit", "1"]
Y
  spark submit -f values.yaml -f crash.yaml
  run spark logs -n "$KSPARK_E2E_NAMESPACE" "$prefix-orders" -f
  grep '^===' <<<"$output"
  [ "$status" = 4 ]
  for run in 1 2 3; do
    [ "$(grep -c "^=== kubectl-spark: run $run of $prefix-orders ended: exit code 1 " <<<"$output")" = 1 ]
  done
  [ "$(grep -c '^=== .* begins' <<<"$output")" = 2 ]
  ! grep -q '^=== .* run 4' <<<"$output"
}
