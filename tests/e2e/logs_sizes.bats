#!/usr/bin/env bats
# SPDX-License-Identifier: Apache-2.0
# Logs that are large, or hold anything: what comes out is what kubectl prints, and memory stays flat.
load helper

logs() { spark logs -n "$KSPARK_E2E_NAMESPACE" "$@"; }

# written KEY=VALUE...: an application whose driver has written what these fates of the sandbox say.
written() {
  local fate flags=()
  for fate in "$@"; do flags+=(--set-string "streams[0].annotations.sandbox\.kubectl-spark/$fate"); done
  values values.yaml orders
  spark submit -f values.yaml "${flags[@]}"
  eventually 20 k logs "$prefix-orders-driver"
}

# measured COMMAND...: its peak memory in $mebibytes. The plugin itself, not the shell or kubectl before it.
measured() {
  command time -f %M -o peak "$@"
  mebibytes=$(($(tail -n 1 peak) / 1024))
  echo "$mebibytes MiB: $*" >&2
}

@test "the logs of the corpus, byte for byte" {
  needs sandbox # which can be told what a pod writes
  for file in "$BATS_TEST_DIRNAME"/../corpus/logs/*; do
    written log-file="$file"
    logs "$prefix-orders" >ours
    k logs "$prefix-orders-driver" >theirs
    cmp ours theirs
    # The last line end is the node's.
    head -c "$(stat -c %s "$file")" ours | cmp - "$file"
    # Read by lines and times, as -f does.
    logs "$prefix-orders" --tail 1000000 >by-lines
    cmp by-lines theirs
    # And through every filter: no crash, and what it keeps is there.
    logs "$prefix-orders" --level trace --grep '' >filtered
    cmp filtered theirs
    logs "$prefix-orders" --progress >/dev/null
    k delete "$APPLICATIONS" "$prefix-orders" >/dev/null
    eventually 20 bash -c "! kubectl -n $KSPARK_E2E_NAMESPACE get pod $prefix-orders-driver"
  done
}

@test "any bytes, byte for byte" {
  needs sandbox
  python3 -c '
import random, sys
random.seed(4)
sys.stdout.buffer.write(bytes(random.randrange(256) for _ in range(300000)))
sys.stdout.buffer.write(b"\x00\xff\xfe\x1b]0;title\x07\r10%\r20%\r\n\xc3\n\xe2\x82\n")' >any
  written log-file="$PWD/any"
  k logs "$prefix-orders-driver" >theirs
  head -c "$(stat -c %s any)" theirs | cmp - any
  logs "$prefix-orders" | cmp - theirs
  logs "$prefix-orders" --tail 1000000 | cmp - theirs
}

@test "a line of 64 MiB: whole, also followed and filtered, in 40 MiB of memory" {
  needs sandbox
  written line-bytes=67108864 run-seconds=8
  kubectl-spark logs "$prefix-orders" >/dev/null # warm
  measured kubectl-spark logs "$prefix-orders" >ours
  # The driver may have gone on writing.
  k logs "$prefix-orders-driver" | head -c "$(wc -c <ours)" | cmp - ours
  [ "$mebibytes" -lt 40 ]
  # Through the lines' times, where a line that is not whole yet cannot be held.
  measured kubectl-spark logs "$prefix-orders" -f >followed
  [ "$(awk '{ if (length > most) most = length } END { print most }' followed)" = 67108864 ]
  [ "$mebibytes" -lt 40 ]
  measured kubectl-spark logs "$prefix-orders" --grep xxx >found
  [ "$(wc -c <found)" = 67108865 ]
  [ "$mebibytes" -lt 40 ]
}

@test "memory does not grow with the log: 256 MiB, plain and followed" {
  needs sandbox
  written log-bytes=268435456 run-seconds=20
  measured kubectl-spark logs "$prefix-orders" >ours
  [ "$(wc -c <ours)" -gt 268435000 ]
  [ "$mebibytes" -lt 40 ]
  measured kubectl-spark logs "$prefix-orders" -f >followed
  [ "$(wc -c <followed)" -gt 268435000 ]
  [ "$mebibytes" -lt 40 ]
}

@test "a hundred pods in one process and one thread, below 64 MiB" {
  needs sandbox
  values values.yaml orders
  spark submit -f values.yaml --set executor.instances=100 \
    --set-string "streams[0].annotations.sandbox\.kubectl-spark/executor-log-bytes=120000"
  # shellcheck disable=SC2317
  all_run() { [ "$(k get pods -l "sparkoperator.k8s.io/app-name=$prefix-orders,spark-role=executor" | grep -c Running)" = 100 ]; }
  eventually 120 all_run
  kubectl-spark logs "$prefix-orders" --all -f >ours 2>talk 3>&- &
  pid=$!
  finished_tasks() { grep -ac '^exec-[0-9]* | .*Finished task' ours; }
  # shellcheck disable=SC2317
  all_read() { [ "$(finished_tasks)" = 100000 ]; }
  eventually 120 all_read
  cp "/proc/$pid/status" status
  cat talk
  grep -E '^(Threads|VmHWM)' status
  [ "$(awk '/^Threads/ { print $2 }' status)" = 1 ]
  [ "$(awk '/^VmHWM/ { print $2 }' status)" -lt 65536 ]
  kill -TERM "$pid"
  wait "$pid" || [ $? = 130 ]
  # Each line whole, of each pod all of them once.
  sed '$d' ours >whole
  [ "$(grep -avcE '^(driver|exec-[0-9]+) \| ' whole)" = 0 ]
  [ "$(grep -a 'Finished task' ours | sort | uniq -d | wc -l)" = 0 ]
}

@test "lines that the node has rotated away while nobody could read are a gap with its times" {
  needs sandbox
  written log-lines=10
  "$KUBECTL" spark logs -n "$KSPARK_E2E_NAMESPACE" "$prefix-orders" -f >ours.log 2>talk.log 3>&- &
  follower=$!
  eventually 20 grep -q progress ours.log
  k create --raw /sandbox/faults -f - <<<'{"cutStreams": true, "refuseSeconds": 2}' >/dev/null || true
  sleep 3
  k create --raw /sandbox/faults -f - <<<'{"rotateLogs": true, "cutStreams": true}' >/dev/null || true
  sleep 1
  k create --raw /sandbox/faults -f - <<<'{"rotateLogs": true, "cutStreams": true}' >/dev/null || true
  eventually 20 grep -q "^=== kubectl-spark: lines of $prefix-orders-driver between 20.* may be missing" ours.log
  kill -TERM $follower
  wait $follower || [ $? = 130 ]
}

@test "410 while the application is followed: the watch begins anew, nothing is said twice" {
  needs sandbox
  written log-lines=3
  "$KUBECTL" spark logs -n "$KSPARK_E2E_NAMESPACE" "$prefix-orders" -f >ours.log 2>talk.log 3>&- &
  follower=$!
  eventually 20 grep -q progress ours.log
  for _ in 1 2 3; do
    k create --raw /sandbox/faults -f - <<<'{"compact": true, "cutStreams": true}' >/dev/null || true
    sleep 0.5
  done
  k delete pod "$prefix-orders-driver" --wait=false
  eventually 30 grep -q "^=== kubectl-spark: run 2 of $prefix-orders begins" ours.log
  sleep 1
  kill -TERM $follower
  wait $follower || [ $? = 130 ]
  cat ours.log talk.log
  [ "$(grep -c '^===' ours.log)" = 2 ]
  [ "$(grep -c 'Sandbox: line 2 of 3' ours.log)" = 2 ]
}
