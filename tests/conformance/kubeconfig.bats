#!/usr/bin/env bats
# SPDX-License-Identifier: Apache-2.0
# Points 1 to 11: which cluster, and as whom.
load helper

@test "01 --kubeconfig names the one file that is read, and it must exist" {
  serve_tls api
  config good "https://127.0.0.1:$port" "token: one"
  printf 'current-context: nowhere\n' >other
  KUBECONFIG=other spark status --kubeconfig good
  [ "$(told api "header authorization")" = "Bearer one" ]
  says 3 "^error: stat /nope: no such file or directory$" spark status --kubeconfig /nope
  says 1 "^error: stat /nope: no such file or directory$" "$KUBECTL" get pods --kubeconfig /nope
}

@test "02 KUBECONFIG is a list: the first definition of an entry wins, missing files are passed over" {
  serve_tls api
  config second "https://127.0.0.1:$port" "token: from-second"
  printf 'users: [{name: u, user: {token: from-first}}]\n' >first
  export KUBECONFIG=missing::first:second:first
  spark status
  [ "$(told api "header authorization")" = "Bearer from-first" ]
  raw >/dev/null
  [ "$(told api "header authorization")" = "Bearer from-first" ]
}

@test "03 relative paths belong to the file that they stand in, bare commands to PATH" {
  serve_tls api
  mkdir etc
  cp "$CERTIFICATES/ca.crt" etc
  printf 'of-a-file\n' >etc/token
  (cd etc && config config "https://127.0.0.1:$port" "tokenFile: token" "certificate-authority: ca.crt")
  spark status --kubeconfig etc/config
  [ "$(told api "header authorization")" = "Bearer of-a-file" ]
  raw --kubeconfig etc/config
  [ "$(told api "header authorization")" = "Bearer of-a-file" ]
}

@test "04 --context, --cluster and --user choose; unknown names are errors" {
  serve_tls api
  cat >many <<Y
contexts: [{name: a, context: {cluster: bad, user: one}}, {name: b, context: {cluster: good, user: one}}]
users: [{name: one, user: {token: one}}, {name: two, user: {token: two}}]
clusters: [{name: bad, cluster: {server: "https://127.0.0.1:1"}},
  {name: good, cluster: {server: "https://127.0.0.1:$port", certificate-authority: $CERTIFICATES/ca.crt}}]
Y
  export KUBECONFIG=many
  spark status --context b
  spark status --context a --cluster good --user two
  [ "$(told api "header authorization")" = "Bearer two" ]
  says 3 'context "zz" does not exist' spark status --context zz
  says 3 'cluster "zz" does not exist' spark status --context b --cluster zz
  says 3 'user "zz" does not exist' spark status --context b --user zz
  says 1 'zz' "$KUBECTL" get pods --context zz
}

@test "05 flags about trust replace what the file says, --server drops its tls-server-name" {
  serve_tls api
  config other "https://127.0.0.1:$port" "token: t" "certificate-authority-data: bm90IGE="
  says 3 "unable to load root certificates" spark status
  spark status --insecure-skip-tls-verify
  spark status --certificate-authority "$CERTIFICATES/ca.crt"
  raw --certificate-authority "$CERTIFICATES/ca.crt" >/dev/null
  config named https://127.0.0.1:1 "token: t" "tls-server-name: wrong.test, certificate-authority: $CERTIFICATES/ca.crt"
  spark status --server "https://127.0.0.1:$port"
  raw --server "https://127.0.0.1:$port" >/dev/null
  [ "$(listed api)" = 5 ]
}

@test "06 the namespace is the flag's, else the context's, else default" {
  serve_tls api
  config with "https://127.0.0.1:$port" "token: t"
  spark status
  [[ $(told api path) == *"/namespaces/team/"* ]]
  spark status -nprod
  [[ $(told api path) == *"/namespaces/prod/"* ]]
  sed -i 's/, namespace: team//' with
  spark status
  [[ $(told api path) == *"/namespaces/default/"* ]]
}

@test "07 a server's path is a prefix of every request; IPv6 servers and servers without a scheme work" {
  serve_tls api
  config path "https://127.0.0.1:$port/k8s/clusters/c-x7/" "token: t"
  spark status
  [[ $(told api path) == "/k8s/clusters/c-x7/apis/"* ]]
  "$KUBECTL" api-versions >/dev/null 2>&1 || true
  [[ $(told api path) == "/k8s/clusters/c-x7/api"* ]]
  config bare "127.0.0.1:$port" "token: t"
  spark status
  [ "$(told api "header authorization")" = "Bearer t" ]
  [ -e /proc/net/if_inet6 ] && grep -q '^0*1 ' /proc/net/if_inet6 || return 0
  serve_tls six --host ::1
  config v6 "https://[::1]:$port" "token: t"
  spark status
  raw >/dev/null
  [ "$(listed six)" = 2 ]
  [ "$(told six "header host")" = "[::1]:$port" ]
}

# Different: kubectl goes on with localhost:8080 and tells that it was refused.
@test "08 without a kubeconfig it is said where one may be; KUBERNETES_MASTER is a server" {
  export KUBECONFIG=
  says 3 "Missing or incomplete configuration info" spark status
  [[ $output == *KUBECONFIG* && $output == *"~/.kube/config"* && $output != *8080* ]]
  serve api
  KUBERNETES_MASTER=http://127.0.0.1:$port spark status
  [[ $(told api path) == */namespaces/default/* ]]
  KUBERNETES_MASTER=http://127.0.0.1:$port raw >/dev/null
  [ "$(listed api)" = 1 ]
}

# Different: the exit status is 3 where kubectl's is 1, and the place is file:line:column.
@test "09 a kubeconfig that cannot be read ends in one sentence that names the file" {
  printf 'a: b: c\n' >bad
  says 3 'error loading config file bad:1:' spark status --kubeconfig bad
  says 1 'error loading config file "bad": yaml' "$KUBECTL" get pods --kubeconfig bad
  printf 'apiVersion: v9\nkind: Config\n' >bad
  says 3 'no kind "Config" is registered for version "v9"' spark status --kubeconfig bad
  config bad https://127.0.0.1:1 "client-certificate-data: '***'"
  says 3 "illegal base64 data at input byte 0" spark status
  says 1 "illegal base64 data at input byte 0" "$KUBECTL" get pods
  says 3 'is a directory' spark status --kubeconfig .
  says 1 'is a directory' "$KUBECTL" get pods --kubeconfig .
}

@test "10 in a pod the service account is used, its namespace, and POD_NAMESPACE before that" {
  unshare -m true 2>/dev/null || skip "needs the right to mount"
  serve_tls api
  cat >in-pod <<'S'
mount -t tmpfs none /run && mkdir -p /run/secrets/kubernetes.io/serviceaccount && cd /run/secrets/kubernetes.io/serviceaccount
[ "$(readlink -f /var/run)" = /run ] || exit 77
cp "$CERTIFICATES/ca.crt" . && echo from-account >token && printf team-x >namespace
unset KUBECONFIG
export KUBERNETES_SERVICE_HOST=127.0.0.1 KUBERNETES_SERVICE_PORT=$1
"$KSPARK" status
POD_NAMESPACE=team-y "$KSPARK" status
S
  status=0
  unshare -m sh -e in-pod "$port" || status=$?
  [ "$status" != 77 ] || skip "/var/run is not /run"
  [ "$status" = 0 ]
  [ "$(told api "header authorization")" = "Bearer from-account" ]
  [[ $(told api path) == *"/namespaces/team-y/"* ]]
  grep -q /namespaces/team-x/ api/requests
}

# Different: kubectl reads the rules since 1.35; an older one ignores them.
@test "11 a kuberc's rules for credential plugins hold, the rest of it concerns kubectl only" {
  serve_tls api
  plugin token '{"token": "of-plugin"}'
  config x "https://127.0.0.1:$port" "$(exec_user "$PWD/token")"
  mkdir -p home/.kube
  cat >home/.kube/kuberc <<'Y'
apiVersion: kubectl.config.k8s.io/v1beta1
kind: Preference
defaults: [{command: status, options: [{name: output, default: json}]}]
credentialPluginPolicy: DenyAll
Y
  says 6 'not allowed: policy set to "DenyAll"' spark status
  KUBERC=off spark status
  sed -i 's/DenyAll/Allowlist/' home/.kube/kuberc
  says 6 "is not permitted by the credential plugin allowlist" spark status
  printf 'credentialPluginAllowlist: [{command: %s}]\n' "$PWD/token" >>home/.kube/kuberc
  says 0 "No resources found" spark status
}
