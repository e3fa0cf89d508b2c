# SPDX-License-Identifier: Apache-2.0
# Logs beside kubectl, curl and (where installed) stern, sourced by `run`. All read the same sandbox, which makes
# the lines while they are read; its own speed is the limit of all of them, so CPU time is compared too.
# shellcheck shell=bash disable=SC2154 # spark, here, work: of run

# measure COMMAND: "SECONDS CPU_SECONDS PEAK_MIB", the median of $RUNS runs.
measure() {
  hyperfine --warmup 1 --runs "${RUNS:-3}" --export-json result.json "$1" >hyperfine.log 2>&1 || {
    cat hyperfine.log >&2
    return 1
  }
  python3 -c '
import json
one = json.load(open("result.json"))["results"][0]
print("%.2f %.2f" % (one["median"], one["user"] + one["system"]), end=" ")'
  memory "$1"
}

log_row() { printf '| %-34s | %-12s | %8s | %8s | %8s |\n' "$@" | tee -a "$table"; }

# log_rows WHAT [NAME COMMAND]...
log_rows() {
  local what=$1 seconds cpu mebibytes
  shift
  while [ $# -gt 0 ]; do
    read -r seconds cpu mebibytes < <(measure "$2")
    log_row "$what" "$1" "${seconds}s" "${cpu}s" "$mebibytes"
    shift 2
  done
}

# curl_config: the connection of the kubeconfig, for curl.
curl_config() {
  kubectl config view --raw -o json | python3 -c '
import base64, json, sys
config = json.load(sys.stdin)
cluster, user = config["clusters"][0]["cluster"], config["users"][0]["user"]
for key, name in ("certificate-authority-data", "ca.pem"), :
    open(name, "wb").write(base64.b64decode(cluster[key]))
print("cacert = ca.pem\nsilent\nfail")
for key, name, option in ("client-certificate-data", "user.pem", "cert"), ("client-key-data", "user.key", "key"):
    if key in user:
        open(name, "wb").write(base64.b64decode(user[key]))
        print(option + " = " + name)
if "token" in user:
    print("header = \"Authorization: Bearer " + user["token"] + "\"")
print("url = " + cluster["server"] + "/api/v1/namespaces/default/pods/large-driver/log", file=open("url", "w"))
' >curl.conf
  url=$(sed 's/^url = //' url)
}

# deploy NAME EXECUTORS ANNOTATION...: a running application of the sandbox.
deploy() {
  local name=$1 executors=$2 annotation flags=()
  shift 2
  for annotation in "$@"; do flags+=(--set-string "streams[0].annotations.sandbox\.kubectl-spark/$annotation"); done
  "$here/values" 1 >values.yaml
  "$spark" submit -f values.yaml --no-preflight --set "streams[0].name=$name" --set "namespace=default" --set "executor.instances=$executors" \
    "${flags[@]}" --wait >submit.log 2>&1 || { cat submit.log; return 1; }
}

# One driver's log, then a hundred at once.
large_rows() {
  deploy large 1 log-bytes=1073741824
  curl_config
  log_rows "a log of 1 GiB" "logs" "$spark logs large >/dev/null" \
    "kubectl logs" "kubectl logs large-driver >/dev/null" "curl" "curl -K curl.conf '$url' >/dev/null"
  # Both are cut off when so much has come; kubectl would not end by itself.
  log_rows "the same, followed" "logs -f" "$spark logs large -f | head -c 1000000000 >/dev/null" \
    "kubectl -f" "kubectl logs -f large-driver | head -c 1000000000 >/dev/null"
}
fleet_rows() {
  local pods=sparkoperator.k8s.io/app-name=fleet
  deploy fleet 100 executor-log-bytes=4000000
  for _ in $(seq 300); do [ "$(kubectl get pods -l "$pods" | grep -c Running)" != 101 ] || break; sleep 0.2; done
  log_rows "100 logs of 4 MB at once, followed" "logs --all" "$spark logs fleet --all -f | head -c 400000000 >/dev/null" \
    "kubectl -l" "kubectl logs -f -l $pods --prefix --max-log-requests 101 --tail=-1 | head -c 400000000 >/dev/null"
  ! command -v stern >/dev/null || log_rows "100 logs of 4 MB at once, followed" \
    "stern" "stern -l $pods --tail=-1 --max-log-requests 101 --color=never | head -c 400000000 >/dev/null"
}
first_line_rows() {
  deploy small 1 log-lines=10
  python3 "$here/first_line.py" "$spark" small | while IFS=$'\t' read -r name time; do
    log_row "next driver's first line" "$name" "$time" "" ""
  done
}

# log_table [PART...]
log_table() {
  local rows
  [ $# -gt 0 ] || set -- large fleet first_line
  sandbox 0
  log_row what "" time CPU "peak MiB"
  log_row --- --- ---: ---: ---:
  for rows in "$@"; do "${rows}_rows"; done
}
