# SPDX-License-Identifier: Apache-2.0
# What all end-to-end tests share; loaded by each. Applications of a test begin with a prefix of its
# own and are removed after it, so the suite can run on a cluster that others use.
# shellcheck shell=bash

export KSPARK_E2E_NAMESPACE=${KSPARK_E2E_NAMESPACE:-default}
export NO_COLOR=1
IMAGE=${KSPARK_E2E_IMAGE:-localhost/spark:3.5.6}
APPLICATIONS=sparkapplications.sparkoperator.k8s.io
KUBECTL=${KUBECTL:-kubectl}

# needs TARGET...: the targets (sandbox, light, full) that can show what the test is about; on others it is
# skipped. A test that says nothing runs on all.
needs() {
  local target
  for target in "$@"; do [ "$target" = "$KSPARK_E2E_TARGET" ] && return; done
  skip "needs $*"
}

# spark ARGS...: the plugin through kubectl, as a user calls it.
spark() { "$KUBECTL" spark "$@"; }

# user NAME: sets $user to the kubeconfig of another user (editor, viewer, nobody) of the sandbox or the test
# cluster; skips the test where there is none.
user() {
  user=$(dirname "$KUBECONFIG")/$1.kubeconfig
  [ -e "$user" ] || skip "this cluster has no user \"$1\""
}

# eventually SECONDS COMMAND...: waits until the command succeeds.
eventually() {
  local left=$(($1 * 5))
  shift
  until "$@" >/dev/null 2>&1; do
    left=$((left - 1))
    [ "$left" -gt 0 ] || { echo "never: $*"; return 1; }
    sleep 0.2
  done
}

# k ARGS...: kubectl in the namespace of the tests.
# Tests create with --validate=false: an old kubectl would ask for descriptions that the sandbox does not have.
k() { "$KUBECTL" -n "$KSPARK_E2E_NAMESPACE" "$@"; }

# cluster_fault ARGS...: makes a fault of the test cluster (tests/cluster/cluster fault lists them).
cluster_fault() {
  [ -n "${KSPARK_E2E_CLUSTER:-}" ] || skip "this is not the project's own test cluster"
  "$KSPARK_E2E_CLUSTER" fault "$@"
}

# undo_faults: what a test that failed may have left paused or stopped.
undo_faults() {
  local component
  [ -n "${KSPARK_E2E_CLUSTER:-}" ] || return 0
  for component in operator apache-operator apiserver kubelet; do
    cluster_fault resume "$component" || true
    cluster_fault start "$component" || true
  done >/dev/null 2>&1
}

# alone: a line of a file whose tests disturb the whole cluster, so that `run` keeps the others away.
alone() { :; }

# new_prefix: of one length, so that none is the beginning of another's.
new_prefix() { printf 'e2e-%04x%04x' $RANDOM $RANDOM; }

setup() {
  prefix=$(new_prefix)
  cd "$BATS_TEST_TMPDIR" || return
}

# remove_applications: those of this test.
remove_applications() {
  [ -n "${KUBECONFIG:-}${KSPARK_E2E_TARGET:-}" ] || return 0
  k get "$APPLICATIONS" -o name 2>/dev/null | grep "/$prefix" |
    xargs -r "$KUBECTL" -n "$KSPARK_E2E_NAMESPACE" delete --wait=false >/dev/null 2>&1 || true
}
teardown() { remove_applications; }

# values FILE STREAM...: a values file with these streams, named with the test's prefix.
values() {
  local file=$1 stream
  shift
  cat >"$file" <<Y
name: $prefix
namespace: $KSPARK_E2E_NAMESPACE
type: Python
pythonVersion: "3"
spark: {version: 3.5.6, image: "$IMAGE"}
applicationFile: local:///opt/apps/stream.py
imagePullPolicy: IfNotPresent
restartPolicy: OnFailure
driver: {cores: 1, coreRequest: 100m, memory: 512m, serviceAccount: spark}
executor: {cores: 1, coreRequest: 100m, instances: 1, memory: 512m}
sparkConf:
  spark.kubernetes.driver.volumes.hostPath.data.mount.path: /data
  spark.kubernetes.driver.volumes.hostPath.data.options.path: /tmp/kubectl-spark-data
  spark.kubernetes.driver.volumes.hostPath.data.options.type: DirectoryOrCreate
  spark.kubernetes.executor.volumes.hostPath.data.mount.path: /data
  spark.kubernetes.executor.volumes.hostPath.data.options.path: /tmp/kubectl-spark-data
  spark.kubernetes.executor.volumes.hostPath.data.options.type: DirectoryOrCreate
streams:
Y
  for stream in "$@"; do
    cat >>"$file" <<Y
- name: $prefix-$stream
  arguments: [$stream, /data/$prefix/$stream/checkpoint, /data/$prefix/$stream/sink, "10"]
Y
  done
}

# ending INDEX CODE: sets $ending to flags with which the stream of that index is a job that ends with that exit
# code: by its program where Spark is real, by a word to whoever plays it elsewhere.
ending() {
  local stream="streams[$1]" program='fail.py' arguments="{exit,$2}"
  [ "$2" != 0 ] || { program=pi.py arguments='{2,1000}'; }
  # shellcheck disable=SC2034 # for the tests
  ending=(--set "$stream.applicationFile=local:///opt/apps/$program" --set-string "$stream.arguments=$arguments"
    --set-string "$stream.sparkConf.spark\.rig\.runSeconds=2" --set-string "$stream.sparkConf.spark\.rig\.exitCode=$2"
    --set-string "$stream.annotations.sandbox\.kubectl-spark/run-seconds=8"
    --set-string "$stream.annotations.sandbox\.kubectl-spark/exit-code=$2")
}

# field STREAM JSONPATH: one field of a stream's application.
field() { k get "$APPLICATIONS" "$prefix-$1" -o "jsonpath={$2}"; }

# refused STATUS SENTENCE COMMAND...: the command ends with that status and says that (a regular
# expression) in what it printed, without a word of ours about bugs.
refused() {
  local expected=$1 sentence=$2
  shift 2
  run "$@"
  echo "status $status, expected $expected: $*"
  echo "$output"
  [ "$status" = "$expected" ]
  [[ $output =~ $sentence ]]
  [[ ! $output =~ "internal error" ]]
}
