#!/usr/bin/env bats
# SPDX-License-Identifier: Apache-2.0
# Stage "test" of a pipeline: no cluster, no kubeconfig.
load helper

no_cluster() { env -u KUBECONFIG HOME="$BATS_TEST_TMPDIR" kubectl-spark "$@"; }

@test "the same bytes every time" {
  values values.yaml orders payments
  no_cluster render -f values.yaml >one
  no_cluster render -f values.yaml >two
  cmp one two
  [ "$(grep -c '^kind: SparkApplication' one)" = 2 ]
}

@test "what is rendered is what kubectl reads" {
  values values.yaml orders
  no_cluster render -f values.yaml >manifest.yaml
  no_cluster render -f values.yaml -o json >manifest.json
  python3 -c 'import json; assert json.load(open("manifest.json"))["kind"] == "SparkApplication"'
  run k apply --dry-run=server --validate=false -f manifest.yaml
  echo "$output"
  [[ $output != *"failed to download openapi"* ]] || skip "this old kubectl asks for what the sandbox does not have"
  [ "$status" = 0 ]
}

@test "--check judges the file and says where" {
  values values.yaml orders
  run no_cluster render -f values.yaml --check
  echo "$output"
  [ "$status" = 0 ]
  sed -i 's/memory: 512m/memory: 1.5g/' values.yaml
  refused 3 "values.yaml:9:[0-9]+: error: .*1\.5g" no_cluster render -f values.yaml --check
}

@test "1,000 streams" {
  values values.yaml $(seq -f 's%.0f' 1000)
  [ "$(no_cluster render -f values.yaml | grep -c '^kind: SparkApplication')" = 1000 ]
}
