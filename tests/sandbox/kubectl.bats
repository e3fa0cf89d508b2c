#!/usr/bin/env bats
# SPDX-License-Identifier: Apache-2.0
# The real kubectl against the sandbox: $KUBECTL (a command, may have arguments) or the one on PATH.
# $SANDBOX is the executable.

setup_file() {
    KUBECTL=${KUBECTL:-$(command -v kubectl || true)}
    export KUBECTL
    [ -n "$KUBECTL" ] || return 0
    export DIR=$BATS_FILE_TMPDIR/cluster
    "$SANDBOX" --dir "$DIR" >/dev/null 3>&- &
    for _ in $(seq 200); do
        [ -e "$DIR/kubeconfig" ] && break
        sleep 0.05
    done
}

teardown_file() {
    [ -z "${DIR:-}" ] || kill "$(cat "$DIR/pid")"
}

setup() {
    [ -n "$KUBECTL" ] || skip "there is no kubectl on PATH"
    export KUBECONFIG=$DIR/kubeconfig
    export HOME=$BATS_TEST_TMPDIR
}

k() { timeout 30 $KUBECTL "$@"; }

manifest() {
    cat <<END
apiVersion: sparkoperator.k8s.io/v1beta2
kind: SparkApplication
metadata: {name: $1, namespace: ${2:-default}}
spec:
  type: Scala
  mode: cluster
  sparkVersion: 3.5.6
  image: spark:3.5.6
  mainApplicationFile: local:///a.jar
  driver: {cores: 1, memory: 512m}
  executor: {cores: 1, instances: 1, memory: ${3:-512m}}
END
}

until_state() {
    for _ in $(seq 100); do
        [ "$(k get sparkapp "$1" -o jsonpath='{.status.applicationState.state}')" = "$2" ] && return
        sleep 0.1
    done
    return 1
}

@test "apply --server-side, get, logs, describe, delete" {
    manifest one | k apply --server-side -f -
    until_state one RUNNING
    run k get sparkapp one
    [[ $output == *RUNNING* && $output == *ATTEMPTS* ]]
    run k logs one-driver
    [[ $output == *"Running Spark version 3.5.6"* ]]
    run k describe sparkapp one
    [[ $output == *"was submitted successfully"* ]]
    k delete sparkapp one
    run k get sparkapp one
    [ "$status" -eq 1 ]
}

@test "client-side apply: created, unchanged, configured" {
    run bash -c "$(declare -f manifest); manifest two | $KUBECTL apply -f -"
    [[ $output == *created* ]]
    until_state two RUNNING
    run bash -c "$(declare -f manifest); manifest two | $KUBECTL apply -f -"
    [[ $output == *unchanged* ]]
    run bash -c "$(declare -f manifest); manifest two default 1g | $KUBECTL apply -f -"
    [[ $output == *configured* ]]
}

@test "get -w shows every state" {
    timeout 6 $KUBECTL get sparkapp -w >"$BATS_TEST_TMPDIR/watched" 3>&- &
    sleep 0.5
    manifest three | k apply --server-side -f -
    until_state three RUNNING
    sleep 0.5
    grep -q SUBMITTED "$BATS_TEST_TMPDIR/watched"
    grep -q RUNNING "$BATS_TEST_TMPDIR/watched"
}

@test "logs -f follows" {
    manifest four | k apply --server-side -f -
    until_state four RUNNING
    run timeout 3 $KUBECTL logs -f four-driver
    [ "$(grep -c 'made progress' <<<"$output")" -ge 2 ]
}

@test "conflicts are kubectl's" {
    manifest five | k apply --server-side --field-manager=a -f -
    run bash -c "$(declare -f manifest); manifest five default 1g | $KUBECTL apply --server-side --field-manager=b -f -"
    [ "$status" -ne 0 ]
    [[ $output == *'conflict with "a": .spec.executor.memory'* ]]
}

@test "users have their rights" {
    run k auth can-i create pods
    [ "$output" = yes ]
    KUBECONFIG=$DIR/viewer.kubeconfig run k auth can-i delete sparkapp
    [ "$output" = no ]
    KUBECONFIG=$DIR/editor.kubeconfig run k get sparkapp -A
    [[ $output == *Forbidden* ]]
    run k --token=wrong --kubeconfig="$DIR/nobody.kubeconfig" get sparkapp
    [[ $output == *"must be logged in"* ]]
}
