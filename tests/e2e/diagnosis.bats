#!/usr/bin/env bats
# SPDX-License-Identifier: Apache-2.0
# Failures made for real, and the verdict that names each.
load helper

# Some stop the operator or its webhook.
alone

# application NAME [SCRIPT]: an application that ends well, changed by a Python SCRIPT to which it is `spec`.
application() {
  name=$prefix-$1
  NAME=$name IMAGE=$IMAGE python3 - "${2:-}" <<'P' | k create --validate=false -f - >/dev/null
import json, os, sys
pod = {"cores": 1, "coreRequest": "100m", "memory": "512m"}
spec = {"type": "Python", "mode": "cluster", "pythonVersion": "3", "sparkVersion": "3.5.6",
        "image": os.environ["IMAGE"], "imagePullPolicy": "IfNotPresent",
        "mainApplicationFile": "local:///opt/apps/pi.py", "arguments": ["2", "1000"],
        "restartPolicy": {"type": "Never"}, "sparkConf": {},
        "driver": {**pod, "serviceAccount": "spark"}, "executor": {**pod, "instances": 1}}
annotations = {}
exec(sys.argv[1])
json.dump({"apiVersion": "sparkoperator.k8s.io/v1beta2", "kind": "SparkApplication",
           "metadata": {"name": os.environ["NAME"], "annotations": annotations}, "spec": spec}, sys.stdout)
P
}

# verdict ID [SECONDS]: the application gets that verdict.
verdict() {
  local left=${2:-90}
  until spark status "$name" -n "$KSPARK_E2E_NAMESPACE" >page 2>&1 && grep -qF "[$1]" page; do
    left=$((left - 1))
    [ "$left" -gt 0 ] || { cat page; return 1; }
    sleep 1
  done
  grep -A 30 '^Verdict' page
  sed -n '/^Verdict/,/^$/p' page | grep -qF "[$1]" # the first, not one of "Also"
}

submitted() { [ -n "$(k get "$APPLICATIONS" "$name" -o 'jsonpath={.status.submissionID}')" ]; }

stream() {
  values values.yaml orders
  spark submit -f values.yaml --set-string 'sparkConf.spark\.sql\.streaming\.metricsEnabled=true' --wait --timeout 3m
  name=$prefix-orders
}

@test "an image that cannot be pulled" {
  needs sandbox full
  application x 'spec["image"] = "registry.example/missing:1"'
  verdict image-pull
}

@test "a driver that fits on no node" {
  needs sandbox full
  application x 'spec["driver"]["coreRequest"] = "64"; annotations["sandbox.kubectl-spark/unschedulable"] = "true"'
  verdict unschedulable
}

@test "executors that fit on no node" {
  needs full
  application x 'spec["executor"]["coreRequest"] = "64"'
  verdict unschedulable
}

@test "a secret that is not there" {
  needs full
  application x 'spec["driver"]["envSecretKeyRefs"] = {"PASSWORD": {"name": "missing", "key": "password"}}'
  verdict object-missing
}

@test "a claim that is not there" {
  needs full
  application x '
spec["volumes"] = [{"name": "data", "persistentVolumeClaim": {"claimName": "missing"}}]
spec["driver"]["volumeMounts"] = [{"name": "data", "mountPath": "/claim"}]'
  verdict object-missing
}

@test "a service account that is not there" {
  needs light full
  application x 'spec["driver"]["serviceAccount"] = "missing"'
  verdict service-account
}

@test "a driver without the right to make executors" {
  needs full
  k create serviceaccount "$prefix-poor" >/dev/null
  application x 'spec["driver"]["serviceAccount"] = os.environ["NAME"][:-2] + "-poor"'
  verdict driver-rights
  k delete serviceaccount "$prefix-poor"
}

@test "a quota without room" {
  needs light full
  k create quota "$prefix" --hard=count/pods=0 >/dev/null
  application x
  code=0
  verdict quota || code=1
  k delete quota "$prefix"
  [ "$code" = 0 ]
}

@test "a class that is not there" {
  needs full
  application x '
spec.update(type="Java", mainClass="org.example.Missing", arguments=[])
spec["mainApplicationFile"] = "local:///opt/spark/jars/spark-core_2.12-3.5.6.jar"'
  verdict class-missing
}

@test "a jar that is not there" {
  needs full
  application x '
spec.update(type="Java", mainClass="org.example.Missing", arguments=[])
spec["mainApplicationFile"] = "local:///opt/spark/jars/missing.jar"'
  verdict missing-jar
}

@test "a file that is not there" {
  needs full
  application x 'spec["mainApplicationFile"] = "local:///opt/apps/missing.py"'
  verdict file-missing
}

@test "a Python exception" {
  needs full
  application x 'spec.update(mainApplicationFile="local:///opt/apps/fail.py", arguments=["raise"])'
  verdict python-exception
}

@test "an exit code that says nothing" {
  application x '
spec.update(mainApplicationFile="local:///opt/apps/fail.py", arguments=["exit", "3"])
spec["sparkConf"] = {"spark.rig.runSeconds": "1", "spark.rig.exitCode": "3"}
annotations.update({"sandbox.kubectl-spark/run-seconds": "1", "sandbox.kubectl-spark/exit-code": "3"})'
  verdict driver-exit
}

@test "a driver that needs more memory than it may have" {
  needs full
  application x 'spec.update(mainApplicationFile="local:///opt/apps/fail.py", arguments=["oom-driver"])'
  verdict oom-killed
}

@test "a pod of the driver's name is in the way" {
  needs light full
  k run "$prefix-x-driver" --image="$IMAGE" --restart=Never --command -- sleep 60 >/dev/null
  application x
  code=0
  verdict driver-exists || code=1
  k delete pod "$prefix-x-driver" --wait=false
  [ "$code" = 0 ]
}

@test "the operator does not run" {
  needs light full
  application before
  eventually 60 submitted
  cluster_fault stop operator
  application x
  code=0
  verdict operator-stopped 60 || code=1
  cluster_fault start operator
  [ "$code" = 0 ]
}

@test "the operator does not watch the namespace" {
  needs sandbox
  application x 'annotations["sandbox.kubectl-spark/ignore"] = "true"'
  verdict no-status 60
}

@test "the operator's webhook does not answer: submit says so" {
  needs light full
  values values.yaml orders
  cluster_fault stop webhook
  run spark submit -f values.yaml
  cluster_fault start webhook
  echo "$output"
  [ "$status" != 0 ]
  [[ $output =~ "webhook does not answer" ]]
}

@test "a restart that the operator lost" {
  needs light full
  stream
  cluster_fault lost-restart "$KSPARK_E2E_NAMESPACE" "$name"
  verdict spec-not-applied 120
}

@test "a rerun that the operator forgot" {
  needs light full
  stream
  cluster_fault stuck-rerun "$KSPARK_E2E_NAMESPACE" "$name"
  verdict pending-rerun 30
  eventually 120 bash -c "kubectl-spark status '$name' -n '$KSPARK_E2E_NAMESPACE' | grep -q 'the operator forgot'"
}

@test "a driver that the operator does not know" {
  needs light full
  stream
  cluster_fault ghost-run "$KSPARK_E2E_NAMESPACE" "$name"
  verdict ghost-run 120
}

@test "an application that was submitted twice" {
  needs light full
  stream
  cluster_fault twin-submit "$KSPARK_E2E_NAMESPACE" "$name"
  verdict driver-exists
}

@test "healthy applications have no verdict" {
  stream
  run spark status "$name" -n "$KSPARK_E2E_NAMESPACE"
  echo "$output"
  [[ $output =~ "nothing is wrong with it" ]]
}

@test "a stream whose source stops is STALLED, one whose query ended is QUERY TERMINATED" {
  needs sandbox
  stream
  run spark status -n "$KSPARK_E2E_NAMESPACE"
  [[ ${lines[0]} =~ PROGRESS ]]
  [[ $output =~ batch\ [0-9]+,\ [0-9]+s\ ago ]]
  k annotate "$APPLICATIONS" "$name" sandbox.kubectl-spark/batch-age-seconds=720 >/dev/null
  spark restart "$name" -n "$KSPARK_E2E_NAMESPACE" --wait --timeout 1m
  sleep 1
  run spark status -n "$KSPARK_E2E_NAMESPACE" --exit-code
  echo "$output"
  [ "$status" = 4 ]
  [[ $output =~ "STALLED 12m" ]]
}

@test "a stream that falls behind is LAGGING" {
  needs sandbox
  stream
  k annotate "$APPLICATIONS" "$name" sandbox.kubectl-spark/processing-rate=5 >/dev/null
  sleep 2
  run spark status -n "$KSPARK_E2E_NAMESPACE"
  echo "$output"
  [[ $output =~ "LAGGING 10.0 rows/s in, 5.0 rows/s done" ]]
  run spark status -n "$KSPARK_E2E_NAMESPACE" --progress=false
  [[ ! $output =~ LAGGING ]]
}

# ill KIND: a real stream that falls ill in that way.
ill() {
  k create configmap "$prefix-app" --from-file="$BATS_TEST_DIRNAME/ill_stream.py" >/dev/null
  values values.yaml
  cat >>values.yaml <<Y
- name: $prefix-$1
  applicationFile: local:///etc/app/ill_stream.py
  arguments: [$1, /data/$prefix/$1]
  sparkConf: {spark.sql.streaming.metricsEnabled: "true"}
  driver: {configMaps: [{name: $prefix-app, path: /etc/app}]}
Y
  spark submit -f values.yaml --wait --timeout 3m
  name=$prefix-$1
}

# told SECONDS WORDS ARGS...: status ARGS says so in the end; a first batch takes 5 s or, beside others, 30. What it
# said is in $output: the rates of the next batch may be others.
told() {
  local seconds=$1 words=$2 told=0
  shift 2
  eventually "$seconds" bash -c 'words=$1; shift; kubectl-spark status "$@" >told; grep -qF "$words" told' - "$words" "$@" || told=$?
  output=$(<told)
  echo "$output"
  return "$told"
}

@test "real Spark: the source stops" {
  needs full
  ill silent
  code=0
  told 120 "STALLED: the stream has made no batch" "$name" -n "$KSPARK_E2E_NAMESPACE" --stalled-after 20s || code=1
  k delete configmap "$prefix-app"
  [ "$code" = 0 ]
  run spark status -n "$KSPARK_E2E_NAMESPACE"
  [[ ! $output =~ $name.*STALLED ]]
}

@test "real Spark: the sink is slow" {
  needs full
  ill slow
  code=0
  told 120 LAGGING -n "$KSPARK_E2E_NAMESPACE" || code=1
  k delete configmap "$prefix-app"
  [ "$code" = 0 ]
  [[ $output =~ $name.*LAGGING ]]
}

@test "real Spark: the query dies and its driver lives" {
  needs full
  ill dies
  code=0
  told 120 "QUERY TERMINATED: query dies" "$name" -n "$KSPARK_E2E_NAMESPACE" --stalled-after 5m || code=1
  k delete configmap "$prefix-app"
  [ "$code" = 0 ]
  [[ $output =~ the\ sink\ is\ full ]]
}
