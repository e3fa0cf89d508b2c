#!/usr/bin/env bats
# SPDX-License-Identifier: Apache-2.0
# Points 46 to 56: what is printed, and where.
load helper

# Different: in YAML a text that some reader of YAML might take for a number is quoted.
@test "46 -o json, yaml and name print the same bytes" {
  for words in "" orders "orders payments" -A; do
    # shellcheck disable=SC2086 # words
    diff <("$KUBECTL" get sparkapp $words -o yaml | tr -d "'\"") <(spark status $words -o yaml | tr -d "'\"")
  done
  for format in json name JSON; do
    same -o $format
    same orders -o $format
    same orders payments -o=$format
    same -A -o$format
  done
  same orders -o json --show-managed-fields
  same --show-managed-fields -o json
}

@test "47 JSONPath prints the same bytes: jsonpath, jsonpath-file, jsonpath-as-json" {
  while IFS= read -r template; do
    same -o "jsonpath=$template"
    same -o "jsonpath-as-json=$template"
    printf '%s\n' "$template" >template
    same -o jsonpath-file=template
  done <<'T'
{.items[*].metadata.name}
{range .items[*]}{.metadata.name}{"\t"}{.spec.sparkVersion}{"\n"}{end}
{.items[0].metadata.labels}
{.items[?(@.metadata.name=="orders")].spec.executor}
{.items[*]['metadata.name', 'spec.type']}
{..image}
{.items[-1:].metadata.name} and {.kind}
{.nothing}
{.items[*].metadata.managedFields[0].manager}
T
  same orders -o 'jsonpath={.metadata.name} {.metadata.managedFields}'
  says 2 "template format specified but no template given" spark status -o jsonpath=
  says 1 "template format specified but no template given" "$KUBECTL" get sparkapp -o jsonpath=
}

@test "48 custom columns print the same bytes, from the line and from a file" {
  for columns in NAME:.metadata.name "NAME:metadata.name,STATE:{.status.applicationState.state}" \
    "A:.metadata.labels,B:.spec.arguments,C:.spec.executor.instances,D:.nothing" "X:.spec.driver.cores,Y:.kind"; do
    same -o "custom-columns=$columns"
    same -o "custom-columns=$columns" --no-headers
  done
  printf 'NAME           VERSION\n.metadata.name .spec.sparkVersion\n' >columns
  same -o custom-columns-file=columns
  says 2 "unexpected custom-columns spec: NAME, expected <header>:<json-path-expr>" spark status -o custom-columns=NAME
  says 1 "unexpected custom-columns spec: NAME, expected <header>:<json-path-expr>" "$KUBECTL" get sparkapp -o custom-columns=NAME
}

# Different: kubectl has them; here the sentence names what to use instead.
@test "49 go-template is refused before a server is asked, as every unknown format" {
  for format in go-template={{.kind}} template={{.kind}} go-template-file=x; do
    KUBECONFIG=/nonexistent says 2 "is not supported: .*jsonpath=, custom-columns=" spark status -o "$format"
  done
  says 2 'unable to match a printer suitable for the output format "foo", allowed formats are: ' spark status -o foo
  says 1 'unable to match a printer suitable for the output format "foo", allowed formats are: ' "$KUBECTL" get sparkapp -o foo
}

@test "50 --sort-by gives the same order" {
  for path in .metadata.name '{.spec.executor.instances}' spec.driver.memory .metadata.creationTimestamp .metadata.labels.env; do
    diff <("$KUBECTL" get sparkapp --sort-by "$path" -o name 2>&1 | grep -v ^error) \
      <(spark status --sort-by "$path" -o name 2>&1 | grep -v ^error) || { echo "$path"; false; }
    diff <("$KUBECTL" get sparkapp --sort-by "$path" --no-headers 2>/dev/null | awk '{print $1}') \
      <(spark status --sort-by "$path" --no-headers 2>/dev/null | awk '{print $1}') || { echo "$path"; false; }
  done
}

@test "51 --show-labels and -L add kubectl's columns, --no-headers leaves the first line out" {
  run spark status --show-labels
  [[ ${lines[0]} == *" LABELS" ]]
  diff <(spark status --show-labels | awk '{print $1, $NF}') <("$KUBECTL" get sparkapp --show-labels | awk '{print $1, $NF}')
  run spark status -L team,env
  [[ ${lines[0]} =~ \ TEAM\ +ENV$ ]]
  run spark status --no-headers
  [[ ${lines[0]} != NAME* ]]
}

@test "52 data goes to stdout, everything else to stderr; an empty list is no error" {
  api_as "token: t"
  spark status >out 2>err
  [ ! -s out ]
  [ "$(cat err)" = "No resources found in team namespace." ]
  [ "$(spark status -A 2>&1)" = "No resources found" ]
  [ -z "$(spark status -o name 2>&1)" ]
  diff <(spark status -o json) - <<'J'
{
    "apiVersion": "v1",
    "items": [],
    "kind": "List",
    "metadata": {
        "resourceVersion": ""
    }
}
J
  export KUBECONFIG=$SANDBOX_KUBECONFIG
  same not-there --ignore-not-found
  same not-there orders --ignore-not-found -o name
  same -l no=such --ignore-not-found
  spark status not-there >out 2>err && false
  [ ! -s out ] && grep -q "^error: " err
  spark status | head -1 >/dev/null
  [ "${PIPESTATUS[0]}" = 0 ]
}

@test "53 colour is for terminals only, NO_COLOR and TERM=dumb switch it off" {
  escape=$'\x1b['
  run spark status
  [[ $output != *"$escape"* ]]
  on_terminal() { python3 "$HERE/terminal.py" --print "$@"; }
  [[ $(TERM=xterm on_terminal "$KSPARK" status) == *"$escape"* ]]
  [[ $(TERM=dumb on_terminal "$KSPARK" status) != *"$escape"* ]]
  [[ $(TERM=xterm NO_COLOR=1 on_terminal "$KSPARK" status) != *"$escape"* ]]
  [[ $(spark status --color=always) == *"$escape"* ]]
}

@test "54 -v=6 to 9 trace requests on stderr, secrets masked" {
  api_as "token: secret-token"
  spark status -v=6 2>err
  grep -qE "GET https://127.0.0.1:$port$APPLICATIONS.* 200.* in [0-9]+ milliseconds" err
  [ "$(spark status -v=9 2>&1 >/dev/null | grep -c 'Authorization: Bearer <masked>')" -ge 1 ]
  raw -v=9 2>&1 >/dev/null | grep -q 'Bearer <masked>'
  run spark status -v=9 --as you
  [[ $output != *secret-token* && $output == *"Response Body"* ]]
  plugin token '{"token": "secret-token"}'
  config x "https://127.0.0.1:$port" "$(exec_user "$PWD/token")"
  run spark status -v=9
  [[ $output != *secret-token* ]]
}

# Different: kubectl passes some of them on, and all of them in -o jsonpath.
@test "55 control sequences that come from the cluster cannot reach the terminal" {
  serve_tls api
  cat >api/list.json <<'J'
{"apiVersion": "v1", "kind": "List", "items": [{"apiVersion": "sparkoperator.k8s.io/v1beta2", "kind": "SparkApplication",
 "metadata": {"name": "a\u001b[31m\u009b2J\u0007\r", "namespace": "team", "labels": {"x": "\u001b]0;t"}},
 "status": {"applicationState": {"state": "FAILED", "errorMessage": "\u001b[2Jgone"}}}]}
J
  config x "https://127.0.0.1:$port" "token: t"
  for flags in "" "-o wide" "--show-labels" "-o custom-columns=A:.metadata.name" "-o name" "-o yaml" "-o json"; do
    # shellcheck disable=SC2086 # words
    spark status $flags | LC_ALL=C grep -q $'[\x1b\x07\r]' && { echo "$flags"; false; }
  done
  answer api '{"status": 500, "body": {"kind": "Status", "status": "Failure", "code": 500, "message": "\u001b[2Jboom"}}'
  run spark status
  [[ $output == *boom* && $output != *$'\x1b'* ]]
}

# Different: no "Error from server (Forbidden): " before the sentence; kubectl ends with 1 for all of them, here a script can tell them apart (kubectl spark help exit-statuses).
@test "56 the server's errors are told in kubectl's words" {
  api_as "token: t"
  while IFS='|' read -r code reason message ours; do
    answer api "$(refusal "$code" "$reason" "$message")"
    run spark status
    said=${lines[0]}
    [ "$status" = "$ours" ] || { echo "$code: $status"; echo "$output"; false; }
    run raw
    [ "$status" = 1 ]
    theirs=${lines[0]#"Error from server ($reason): "}
    [[ ${said,,} == *"${theirs#error: }"* || ${said,,} == *"${theirs,,}"* ]] || { echo "ours: $said"; echo "theirs: ${lines[0]}"; false; }
  done <<'T'
401|Unauthorized|Unauthorized|6
403|Forbidden|sparkapplications is forbidden: User \"u\" cannot list resource|6
500|InternalError|boom|1
503|ServiceUnavailable|away|7
T
}
