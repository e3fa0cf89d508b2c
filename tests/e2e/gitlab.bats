#!/usr/bin/env bats
# SPDX-License-Identifier: Apache-2.0
# examples/gitlab, run by gitlab-ci-local: from an analyst's merge request to the running stream.
load helper

setup() {
  needs light # where the images of the example need not exist
  [ -n "${KSPARK_E2E_CLUSTER:-}" ] || skip "this is not the project's own test cluster"
  gitlab=$("$KSPARK_E2E_CLUSTER" tool gitlab-ci-local)
  prefix=$(new_prefix)
  for environment in dev prod; do
    "$KUBECTL" create namespace "$prefix-$environment"
    "$KUBECTL" -n "$prefix-$environment" create serviceaccount spark
  done
  cp -r "$BATS_TEST_DIRNAME/../../examples/gitlab" "$BATS_TEST_TMPDIR/project"
  cd "$BATS_TEST_TMPDIR/project" || return
  sed -i "s/^namespace: bi-/namespace: $prefix-/" dev.yaml prod.yaml
  export HOME=$BATS_TEST_TMPDIR
  git init -q -b main
  git config user.name analyst
  git config user.email analyst@example.com
  git remote add origin git@gitlab.example.com:bi/streams.git
  git add -A
  git commit -qm "The streams of the BI platform"
}

teardown() {
  "$KUBECTL" delete namespace "$prefix-dev" "$prefix-prod" --wait=false || true
}

# pipeline SOURCE BRANCH [JOB...]: what GitLab would run for this event; the kubeconfigs are its variables.
pipeline() {
  local source=$1 branch=$2
  shift 2
  git checkout -q "$branch"
  "$gitlab" --force-shell-executor --no-color --variable "CI_PIPELINE_SOURCE=$source" --variable CI_DEFAULT_BRANCH=main \
    --variable "KUBECONFIG_DEV=$KUBECONFIG" --variable "KUBECONFIG_PROD=$KUBECONFIG" "$@" 3>&-
}

state() { "$KUBECTL" -n "$prefix-$1" get "$APPLICATIONS" "$2" -o 'jsonpath={.status.applicationState.state}'; }

@test "an analyst's merge request brings up one more stream" {
  run pipeline push main
  echo "$output"
  [ "$status" = 0 ]
  [ "$(state dev orders)" = RUNNING ]
  [ -z "$(state prod orders)" ] # nobody has pressed the button
  submission=$("$KUBECTL" -n "$prefix-dev" get "$APPLICATIONS" orders -o 'jsonpath={.status.submissionID}')

  # A slip is found before the merge, with its place, for both environments.
  git checkout -qb add-sessions
  cat >>values.yaml <<'Y'
  - name: sessions
    arguments: [--topic=clicks, "--output={{ .Values.sink }}/sessions", "--checkpoint={{ .Values.sink }}/_checkpoints/sessions"]
    executor: {memory: 1.5g}
Y
  git commit -qam "Sessions"
  run pipeline merge_request_event add-sessions
  echo "$output"
  [ "$status" != 0 ]
  [[ $output =~ values.yaml:[0-9]+:[0-9]+:\ error.*1.5g ]]
  report=$(find . -name check-dev.json | head -n 1)
  python3 - "$report" <<'P'
import json, sys
(finding,) = (one for one in json.load(open(sys.argv[1])) if one["severity"] != "info")
assert finding["location"]["path"] == "values.yaml" and finding["location"]["lines"]["begin"] > 20, finding
P
  python3 -c 'import sys, xml.etree.ElementTree as x; assert list(x.parse(sys.argv[1]).getroot().iter("failure"))' "${report%.json}.xml"

  # Put right, the plan says what the merge will do, and does nothing yet.
  sed -i 's/1.5g/1536m/' values.yaml
  git commit -qam "Sessions: memory as Spark writes it"
  run pipeline merge_request_event add-sessions
  echo "$output"
  [ "$status" = 0 ]
  [[ $output =~ sessions\ +create ]]
  [[ $output =~ orders\ +unchanged ]]
  [ -z "$(state dev sessions)" ]

  # Merged: dev runs it, and the others have not been touched; prod waits for a person.
  git checkout -q main
  git merge -q add-sessions
  run pipeline push main
  echo "$output"
  [ "$status" = 0 ]
  [ "$(state dev sessions)" = RUNNING ]
  [ "$("$KUBECTL" -n "$prefix-dev" get "$APPLICATIONS" orders -o 'jsonpath={.status.submissionID}')" = "$submission" ]
  [ -z "$(state prod sessions)" ]
  run pipeline push main "deploy prod"
  echo "$output"
  [ "$status" = 0 ]
  for stream in orders payments sessions; do [ "$(state prod $stream)" = RUNNING ]; done
  [ "$("$KUBECTL" -n "$prefix-prod" get "$APPLICATIONS" payments -o 'jsonpath={.spec.executor.instances}')" = 4 ]
}
