# SPDX-License-Identifier: Apache-2.0
# What the conformance tests share. $SANDBOX_KUBECONFIG: a sandbox with applications, for what is compared with
# the real kubectl. $CERTIFICATES: an authority, a server's and a client's certificate.
# shellcheck shell=bash

KUBECTL=${KUBECTL:-kubectl}
HERE=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)

setup() {
  cd "$BATS_TEST_TMPDIR" || return
  export HOME=$BATS_TEST_TMPDIR/home KUBECONFIG=$SANDBOX_KUBECONFIG TERM=dumb
  mkdir home
  unset KUBERNETES_MASTER KUBERNETES_SERVICE_HOST POD_NAMESPACE KUBERC NO_COLOR SSL_CERT_FILE SSL_CERT_DIR
  unset HTTPS_PROXY HTTP_PROXY NO_PROXY ALL_PROXY https_proxy http_proxy no_proxy all_proxy
  servers=()
}

teardown() {
  [ ${#servers[@]} = 0 ] || kill "${servers[@]}" 2>/dev/null || true
}

# kubectl_from MINOR: skips where kubectl is older than 1.MINOR (or not there).
kubectl_from() {
  local version
  version=$("$KUBECTL" version --client -o json 2>/dev/null | sed -n 's/.*"minor": *"\([0-9]*\).*/\1/p' | head -1)
  [ "${version:-0}" -ge "$1" ] || skip "needs kubectl 1.$1 or newer"
}

# serve NAME [ARGS...]: starts server.py; its port is in $port, what it was told in NAME/requests.
serve() {
  local name=$1
  shift
  python3 "$HERE/server.py" "$name" "$@" >/dev/null 2>&1 3>&- &
  servers+=($!)
  for _ in $(seq 200); do
    [ ! -e "$name/port" ] || break
    sleep 0.05
  done
  # shellcheck disable=SC2034 # for the tests
  port=$(cat "$name/port")
}
serve_tls() { serve "$@" --tls "$CERTIFICATES/server.crt" "$CERTIFICATES/server.key"; }

# answer NAME JSON: what that server says from now on.
answer() { printf '%s' "$2" >"$1/answer.new" && mv "$1/answer.new" "$1/answer"; }

# config FILE SERVER [USER [CLUSTER]]: a kubeconfig; USER and CLUSTER are more members in YAML's flow style.
config() {
  cat >"$1" <<Y
apiVersion: v1
kind: Config
current-context: x
contexts: [{name: x, context: {cluster: c, user: u, namespace: team}}]
users: [{name: u, user: {${3:-}}}]
clusters: [{name: c, cluster: {server: "$2", ${4-certificate-authority: $CERTIFICATES/ca.crt}}}]
Y
  export KUBECONFIG=$PWD/$1
}

# api_as USER [CLUSTER]: the server "api", and KUBECONFIG for it with that user.
api_as() {
  serve_tls api
  config x "https://127.0.0.1:$port" "$@"
}

# refusal CODE REASON [MESSAGE [TIMES]]: an answer that says no, so many times or always.
refusal() {
  printf '{"status": %s, %s"body": {"kind": "Status", "apiVersion": "v1", "status": "Failure", "code": %s, "reason": "%s", "message": "%s"}}' \
    "$1" "${4:+\"times\": $4, }" "$1" "$2" "${3:-$2}"
}

# told NAME FIELD: that of the last request ("path", "client", "header authorization", ...).
told() {
  python3 - "$1/requests" "$2" <<'P'
import json, sys
last = json.loads(open(sys.argv[1]).readlines()[-1])
if sys.argv[2].startswith("header "):
    print("\n".join(sorted(v for k, v in last["headers"] if k == sys.argv[2][7:])))
else:
    print(last[sys.argv[2]])
P
}
# asked NAME [PATH]: how many requests it has had (of that path).
asked() { grep -cF -- "${2:-}" "$1/requests" 2>/dev/null || [ $? = 1 ] || echo 0; }
# listed NAME: how often it was asked for the applications (an empty list makes status look for their relatives, too).
listed() { asked "$1" /sparkoperator.k8s.io/v1beta2/namespaces/team/sparkapplications; }

APPLICATIONS=/apis/sparkoperator.k8s.io/v1beta2/namespaces/team/sparkapplications
spark() { "$KSPARK" "$@"; }
# The same question, asked by kubectl.
raw() { "$KUBECTL" get --raw "$APPLICATIONS" "$@"; }

# says STATUS SENTENCE COMMAND...: the command ends so and says that (a regular expression).
says() {
  local expected=$1 sentence=$2
  shift 2
  run "$@"
  echo "status $status, expected $expected: $*"
  echo "$output"
  [ "$status" = "$expected" ] && [[ $output =~ $sentence ]]
}

# same COMMAND-LINE...: kubectl get and kubectl spark status print the same for these arguments.
same() {
  diff <("$KUBECTL" get sparkapplications.v1beta2.sparkoperator.k8s.io "$@" 2>&1) <(spark status "$@" 2>&1)
}

# plugin NAME STATUS [VERSION]: a credential plugin that writes what it was told to NAME.info and its runs to
# NAME.runs, and answers with that status.
plugin() {
  cat >"$1" <<S
#!/bin/sh
echo run >>"$PWD/$1.runs"
printf '%s' "\$KUBERNETES_EXEC_INFO" >"$PWD/$1.info"
cat <<'J'
{"kind": "ExecCredential", "apiVersion": "client.authentication.k8s.io/${3:-v1}", "status": $2}
J
S
  chmod 755 "$1"
}
# exec_user COMMAND [VERSION [MEMBERS]]: the user who asks it.
exec_user() {
  printf 'exec: {command: "%s", apiVersion: client.authentication.k8s.io/%s, %s}' "$1" "${2:-v1}" \
    "${3:-interactiveMode: Never}"
}
