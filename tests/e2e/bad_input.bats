#!/usr/bin/env bats
# SPDX-License-Identifier: Apache-2.0
# Each kind of bad input: one sentence, the exit status of the table in the README, and nothing changed.
load helper

untouched() { [ "$(k get "$APPLICATIONS" -o name | grep -c "/$prefix")" = 0 ]; }

@test "missing file" {
  refused 3 "nowhere.yaml.*(no such file|does not exist)" spark submit -f nowhere.yaml
}

@test "empty file" {
  : >values.yaml
  refused 3 "values.yaml" spark submit -f values.yaml
}

@test "no streams" {
  values values.yaml
  refused 3 "streams" spark submit -f values.yaml
  values values.yaml orders
  sed -i '/^streams:/,$d' values.yaml
  refused 3 "streams" spark submit -f values.yaml
}

@test "unknown key, with its place and the nearest key" {
  values values.yaml orders
  sed -i 's/^restartPolicy:/restartPolcy:/' values.yaml
  refused 3 "values.yaml:8:1.*restartPolcy.*restartPolicy" spark submit -f values.yaml
  untouched
}

@test "wrong type" {
  values values.yaml orders
  sed -i 's/instances: 1/instances: many/' values.yaml
  refused 3 "values.yaml:10:.*instances" spark submit -f values.yaml
  untouched
}

@test "two streams of one name" {
  values values.yaml orders orders
  refused 3 "values.yaml:[0-9]+:[0-9]+.*$prefix-orders" spark submit -f values.yaml
  untouched
}

@test "names with capitals, underscore, 64 characters" {
  for name in Orders or_ders "$(printf 'a%.0s' {1..64})"; do
    values values.yaml orders
    sed -i "s/name: $prefix-orders/name: $name/" values.yaml
    refused 3 "values.yaml:[0-9]+:[0-9]+.*$name" spark submit -f values.yaml
  done
}

@test "memory in other tools' units: says what Spark accepts" {
  for memory in 1.5g 1Gi "1 GB"; do
    values values.yaml orders
    sed -i "s/memory: 512m/memory: \"$memory\"/" values.yaml
    refused 3 "values.yaml:[0-9]+:[0-9]+.*no amount of memory for Spark.*whole number and one of k, m, g" spark submit -f values.yaml
    refused 3 "values.yaml:[0-9]+:[0-9]+" spark render --check -f values.yaml
  done
  untouched
}

@test "restartPolicy in lower case" {
  values values.yaml orders
  sed -i 's/restartPolicy: OnFailure/restartPolicy: always/' values.yaml
  refused 3 "values.yaml:8:.*Always" spark submit -f values.yaml
}

@test "syntax error in the second of two files" {
  values values.yaml orders
  printf 'spark:\n  image: "unclosed\n' >prod.yaml
  refused 3 "prod.yaml:[0-9]+" spark submit -f values.yaml -f prod.yaml
}

@test "a 50 MB file" {
  { echo "name: x"; head -c 50000000 /dev/zero | tr '\0' '#'; } >big.yaml
  refused 3 "big.yaml.*too large" spark submit -f big.yaml
}

@test "a directory without manifests, and a directory as values" {
  mkdir empty
  refused 3 "empty" spark submit -f empty
}

@test "no kubeconfig" {
  values values.yaml orders
  refused 3 "kubeconfig|configuration info" env -u KUBECONFIG HOME="$BATS_TEST_TMPDIR" kubectl-spark submit -f values.yaml
  refused 3 "/nowhere" kubectl-spark submit -f values.yaml --kubeconfig /nowhere
}

@test "unknown context" {
  values values.yaml orders
  refused 3 "context.*nope" spark submit -f values.yaml --context nope
}

@test "wrong CA" {
  values values.yaml orders
  openssl req -x509 -newkey rsa:2048 -nodes -days 1 -subj /CN=other -keyout other.key -out other.crt 2>/dev/null
  refused 7 "unknown authority" spark submit -f values.yaml --certificate-authority other.crt
  untouched
}

@test "a token that the server does not know" {
  values values.yaml orders
  "$KUBECTL" config view --raw >bad.kubeconfig
  user=$("$KUBECTL" config view -o 'jsonpath={.users[0].name}')
  python3 - "$user" <<'P'
import json, os, subprocess, sys
config = json.loads(subprocess.check_output([os.environ.get("KUBECTL", "kubectl"), "config", "view", "--raw", "-o", "json"]))
config["users"] = [{"name": sys.argv[1], "user": {"token": "wrong"}}]
json.dump(config, open("bad.kubeconfig", "w"))
P
  refused 6 "logged in|Unauthorized" spark submit -f values.yaml --kubeconfig bad.kubeconfig
  untouched
}

@test "no rights on the namespace" {
  values values.yaml orders
  user nobody
  refused 6 "[Ff]orbidden" spark submit -f values.yaml --kubeconfig "$user"
  user editor
  refused 6 "[Ff]orbidden" spark status -A --kubeconfig "$user"
}

@test "namespace missing" {
  values values.yaml orders
  sed -i "s/^namespace: .*/namespace: no-such-namespace/" values.yaml
  refused 1 "no-such-namespace" spark submit -f values.yaml
}

@test "nobody listens" {
  values values.yaml orders
  refused 7 "refused" spark submit -f values.yaml --server https://127.0.0.1:1
}

@test "unknown flags and commands" {
  refused 2 "unknown flag: --foo" spark submit --foo
  refused 2 "did you mean.*status" spark stauts
  refused 2 "Never|running|completed" spark submit -f x --wait=sometimes
}
