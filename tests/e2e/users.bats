#!/usr/bin/env bats
# SPDX-License-Identifier: Apache-2.0
# Each command with each kind of user: what their rights allow works, what they do not is refused in the API server's
# words with exit status 6, and who is unknown is told so.
load helper
# shellcheck disable=SC2154 # $user and $prefix are the helper's

# as_user NAME: the running stream $prefix-orders, made by the admin; then KUBECONFIG is that user's.
as_user() {
  values values.yaml orders
  spark submit -f values.yaml --wait --timeout 3m
  [ "$1" != admin ] || return 0
  user "$1"
  admin=$KUBECONFIG
  export KUBECONFIG=$user
}

teardown() {
  export KUBECONFIG=${admin:-$KUBECONFIG}
  k get "$APPLICATIONS" -o name 2>/dev/null | grep "/$prefix" |
    xargs -r "$KUBECTL" -n "$KSPARK_E2E_NAMESPACE" delete --wait=false >/dev/null 2>&1 || true
}

# behaves: for each line "STATUS | SENTENCE | ARGUMENTS" of stdin the command ends so and says that. NAME stands for
# the stream.
behaves() {
  local expected sentence arguments
  while IFS='|' read -r expected sentence arguments; do
    read -ra arguments <<<"${arguments//NAME/$prefix-orders}"
    read -r sentence <<<"$sentence" # without the spaces around it
    refused "${expected// /}" "${sentence//NAME/$prefix-orders}" spark "${arguments[@]}" </dev/null
  done
}

# token NAME: of that user's kubeconfig.
token() {
  "$KUBECTL" --kubeconfig "$(dirname "$KUBECONFIG")/$1.kubeconfig" config view --raw -o 'jsonpath={.users[0].user.token}'
}

# by_plugin SCRIPT: KUBECONFIG becomes one whose user is whoever the script's token names.
by_plugin() {
  local server authority
  server=$("$KUBECTL" config view --raw --minify -o 'jsonpath={.clusters[0].cluster.server}')
  authority=$("$KUBECTL" config view --raw --minify --flatten -o 'jsonpath={.clusters[0].cluster.certificate-authority-data}')
  mkdir -p bin
  cat >bin/plugin
  chmod +x bin/plugin
  cat >plugin.kubeconfig <<Y
apiVersion: v1
kind: Config
clusters: [{name: c, cluster: {server: "$server", certificate-authority-data: $authority}}]
users: [{name: u, user: {exec: {apiVersion: client.authentication.k8s.io/v1, command: ./bin/plugin, interactiveMode: Never}}}]
contexts: [{name: x, context: {cluster: c, user: u, namespace: $KSPARK_E2E_NAMESPACE}}]
current-context: x
Y
  admin=$KUBECONFIG
  export KUBECONFIG=$PWD/plugin.kubeconfig
}

@test "admin, by a client certificate: everything" {
  as_user admin
  behaves <<T
0 | 0 errors               | render -f values.yaml --check
0 | unchanged              | submit -f values.yaml
0 | changed in place       | submit -f values.yaml --set labels.team=bi
0 | RUNNING                | status NAME
0 | [a-z-]+ +NAME          | status -A
0 | [a-z]                  | logs NAME --tail=20
0 | running                | restart NAME --yes --wait --timeout=2m
T
}

@test "editor: writes applications in the own namespaces, and sees no others" {
  as_user editor
  behaves <<T
0 | 0 errors               | render -f values.yaml --check
0 | unchanged              | submit -f values.yaml
0 | to restart             | submit -f values.yaml --dry-run=server --set executor.instances=2
0 | changed in place       | submit -f values.yaml --set labels.team=bi
0 | RUNNING                | status NAME
0 | [a-z]                  | logs NAME --tail=20
0 | running                | restart NAME --yes --wait --timeout=2m
6 | "editor" cannot list resource "sparkapplications" .* at the cluster scope         | status -A
6 | "editor" cannot list resource "sparkapplications" .* in the namespace "batch"     | status -n batch
6 | "editor" cannot .* resource "sparkapplications" .* in the namespace "batch"       | submit -f values.yaml --set namespace=batch
T
}

@test "viewer: reads, writes nothing" {
  as_user viewer
  behaves <<T
0 | 0 errors               | render -f values.yaml --check
0 | RUNNING                | status NAME
0 | NAME                   | status
0 | [a-z]                  | logs NAME --tail=20
6 | "viewer" cannot patch resource "sparkapplications"      | submit -f values.yaml
6 | "viewer" cannot patch resource "sparkapplications"      | submit -f values.yaml --dry-run=server
6 | "viewer" cannot patch resource "sparkapplications"      | restart NAME --yes
6 | "viewer" cannot list resource "sparkapplications"       | status -A
T
  export KUBECONFIG=$admin
  [ "$(field orders .status.applicationState.state)" = RUNNING ]
  [ "$(field orders .status.executionAttempts)" = 1 ]
}

@test "nobody: what needs no cluster" {
  as_user nobody
  behaves <<T
0 | 0 errors               | render -f values.yaml --check
0 | create                 | submit -f values.yaml --dry-run=client
6 | "nobody" cannot .* resource "sparkapplications"         | status
6 | "nobody" cannot .* resource "sparkapplications"         | status NAME
6 | "nobody" cannot .* resource "sparkapplications"         | logs NAME
6 | "nobody" cannot .* resource "sparkapplications"         | submit -f values.yaml
6 | "nobody" cannot .* resource "sparkapplications"         | restart NAME --yes
T
}

@test "a credential plugin: whoever its token names" {
  as_user admin
  user editor
  secret=$(token editor)
  by_plugin <<S
#!/bin/sh
printf '{"apiVersion":"client.authentication.k8s.io/v1","kind":"ExecCredential","status":{"token":"%s"}}' "$secret"
S
  behaves <<T
0 | RUNNING                | status NAME
0 | [a-z]                  | logs NAME --tail=20
0 | unchanged              | submit -f values.yaml
6 | "editor" cannot list resource                           | status -A
T
  run spark status NAME -v 9
  [[ $output != *"$secret"* ]]
}

@test "a credential plugin whose token has expired is asked again" {
  as_user admin
  user editor
  secret=$(token editor)
  by_plugin <<S
#!/bin/sh
echo asked >>"$PWD/asked"
token=expired
[ "\$(wc -l <"$PWD/asked")" -lt 2 ] || token=$secret
printf '{"apiVersion":"client.authentication.k8s.io/v1","kind":"ExecCredential","status":{"token":"%s"}}' "\$token"
S
  behaves <<T
0 | RUNNING                | status NAME
T
  [ "$(wc -l <asked)" = 2 ]
}

@test "an expired token: each command says that one is not logged in, and no more" {
  as_user admin
  by_plugin <<S
#!/bin/sh
printf '{"apiVersion":"client.authentication.k8s.io/v1","kind":"ExecCredential","status":{"token":"expired"}}'
S
  behaves <<T
0 | 0 errors               | render -f values.yaml --check
6 | You must be logged in to the server .Unauthorized.      | status
6 | You must be logged in to the server .Unauthorized.      | status NAME
6 | You must be logged in to the server .Unauthorized.      | logs NAME
6 | You must be logged in to the server .Unauthorized.      | submit -f values.yaml
6 | You must be logged in to the server .Unauthorized.      | restart NAME --yes
T
}
