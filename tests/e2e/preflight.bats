# SPDX-License-Identifier: Apache-2.0
# A running stream is not stopped for a version that is known not to start.
# shellcheck shell=bash disable=SC2154 # run sets status and output
load helper

@test "a missing secret stops the change, not the stream" {
  values values.yaml one
  spark submit -f values.yaml --wait --timeout 90s
  local before
  before=$(field one .status.submissionID)
  cat >>values.yaml <<Y
  driver: {secrets: [{name: $prefix-absent, path: /etc/absent, secretType: Generic}]}
Y
  refused 6 "$prefix-one: the secret $prefix-absent does not exist \(spec.driver.secrets\)" \
    spark submit -f values.yaml
  [[ $output == *"nothing was changed; --no-preflight submits nevertheless"* ]]
  refused 6 "the secret $prefix-absent does not exist" spark submit -f values.yaml --dry-run=server
  [ "$(field one .status.submissionID)" = "$before" ]
  [ "$(field one .status.applicationState.state)" = RUNNING ]
}

@test "what is there is found, and the change goes through" {
  values values.yaml one
  k create --validate=false -f - <<Y
apiVersion: v1
kind: Secret
metadata: {name: $prefix-there}
data: {key: dmFsdWU=}
Y
  cat >>values.yaml <<Y
  driver:
    env: [{name: A, valueFrom: {secretKeyRef: {name: $prefix-there, key: other}}}]
Y
  refused 6 "the secret $prefix-there has no key other" spark submit -f values.yaml
  sed -i 's/key: other/key: key/' values.yaml
  run spark submit -f values.yaml
  k delete secret "$prefix-there" >/dev/null
  echo "$output"
  [ "$status" = 0 ]
}

@test "a node selector that no node has" {
  values values.yaml one
  echo '  nodeSelector: {kubectl-spark-test: nowhere}' >>values.yaml
  refused 6 "no node has the labels that the driver asks for: kubectl-spark-test=nowhere" \
    spark submit -f values.yaml
  run k get "$APPLICATIONS" "$prefix-one"
  [ "$status" != 0 ]
}

@test "--check --quota compares the file with the namespace" {
  needs sandbox
  values values.yaml one two
  k create --validate=false -f - <<Y
apiVersion: v1
kind: ResourceQuota
metadata: {name: $prefix}
spec: {hard: {requests.memory: 2Gi}}
Y
  refused 3 "quota $prefix: requests.memory 2Gi; 3.5Gi would be asked for: the drivers would start" \
    spark render -f values.yaml --check --quota
  [[ $output == *"together"* ]]
  refused 6 "quota $prefix: requests.memory 2Gi" spark submit -f values.yaml
  k delete resourcequota "$prefix" >/dev/null
}

@test "--probe-image: an image that cannot be pulled stops the change, not the stream" {
  needs full
  values values.yaml one
  spark submit -f values.yaml --probe-image --wait --timeout 3m
  local before
  before=$(field one .status.submissionID)
  sed -i 's#image: "[^"]*"#image: "localhost/missing:9"#' values.yaml
  refused 6 "$prefix-one: the image localhost/missing:9 does not start: ImagePullBackOff" \
    spark submit -f values.yaml --probe-image
  [ "$(field one .status.submissionID)" = "$before" ]
  [ "$(field one .status.applicationState.state)" = RUNNING ]
  run k get pods -l app.kubernetes.io/managed-by=kubectl-spark -o name
  [[ $output != *kubectl-spark-probe* ]]
}
