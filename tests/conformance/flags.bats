#!/usr/bin/env bats
# SPDX-License-Identifier: Apache-2.0
# Points 39 to 45: the command line.
load helper

@test "39 every flag of \"kubectl options\" is accepted, before and after the command" {
  "$KUBECTL" options | sed -nE 's/^ +(-., )?(--[a-z-]+)=.*/\2/p' >flags
  [ "$(wc -l <flags)" -gt 20 ]
  while read -r flag; do
    spark version "$flag=" >/dev/null 2>said || true
    if grep "unknown flag" said; then false; fi
    spark "$flag=x" version 2>said >/dev/null || true
    if grep "unknown flag" said; then false; fi
  done <flags
  spark options | grep -q -- '-n, --namespace NAME'
}

@test "40 flags are spelled as kubectl takes them: -nx, -n=x, --flag x, --flag=x, bundles, repeated, =false, --" {
  api_as "token: t"
  for spelling in -nprod -n=prod "-n prod" "--namespace prod" --namespace=prod "-n x -n prod" "-A=false -nprod" "--all_namespaces=f -nprod"; do
    # shellcheck disable=SC2086 # words
    spark status $spelling
    [[ $(told api path) == *"/namespaces/prod/"* ]] || { echo "$spelling"; false; }
  done
  spark status -Aw=false -l a=b
  [[ $(told api path) != *"/namespaces/"* ]]
  spark status -n prod -- payments || true
  grep -q /namespaces/prod/sparkapplications/payments api/requests
}

# Different: the exit status of a wrong command line is 2, and a near flag is offered.
@test "41 unknown flags are refused in kubectl's words, with the way to the help" {
  says 2 "^error: unknown flag: --foo" spark status --foo
  [[ $output == *"See 'kubectl spark status --help' for usage."* ]]
  says 1 "^[Ee]rror: unknown flag: --foo" "$KUBECTL" get --foo
  says 2 "^error: unknown shorthand flag: 'Z' in -Z" spark status -Z
  says 1 "^[Ee]rror: unknown shorthand flag: 'Z' in -Z" "$KUBECTL" get -Z
  says 2 'did you mean "--namespace"' spark status --namespac=x
  says 2 'unknown command "get" for .*did you mean "status"' spark get
  says 2 "kubectl delete sparkapp NAME does that" spark delete orders
  says 2 "flag needs an argument" spark status -n
  says 1 "flag needs an argument" "$KUBECTL" get -n
}

@test "42 -l with sets, --field-selector and -A choose the same objects" {
  for selection in "-l team=bi" "-l team!=bi" "-l team==ml" "-l 'team in (bi,ml)'" "-l 'team notin (bi)'" "-l team" \
    "-l '!team'" "-l 'team,env notin (dev)'" "--field-selector metadata.name=orders" \
    "--field-selector metadata.name!=orders" "-A" "-A -l team=ml"; do
    eval "same $selection -o name" || { echo "$selection"; false; }
  done
  sentence="unable to parse requirement: found 'b' expected: '\('"
  says 3 "$sentence" spark status -l 'a in b'
  says 1 "$sentence" "$KUBECTL" get sparkapp -l 'a in b'
}

@test "43 applications are named as kubectl names them: NAME, TYPE/NAME, TYPE NAME, short, plural and in full" {
  for words in sparkapp sparkapplications.sparkoperator.k8s.io "sparkapp orders" "sparkapplication orders" "sparkapplications orders payments" sparkapp/orders \
    "sparkapp/orders sparkapplication/payments" sparkapplications/orders \
    sparkapplications.sparkoperator.k8s.io/orders sparkapplications.v1beta2.sparkoperator.k8s.io/orders; do
    # shellcheck disable=SC2086 # words
    diff <("$KUBECTL" get $words -o name) <(spark status $words -o name) || { echo "$words"; false; }
  done
  for words in "sparkapp ''" "-l team=bi sparkapp orders" "-A sparkapp orders"; do
    eval "set -- $words"
    says 1 "^error: " "$KUBECTL" get "$@"
    says 2 "^$output" spark status "$@"
  done
  sentence="^error: resource\(s\) were provided, but no name was specified"
  says 1 "$sentence" "$KUBECTL" delete sparkapp
  says 2 "$sentence" spark restart sparkapp
  says 2 "is no application" spark status pods/orders
  sentence="there is no need to specify a resource type as a separate argument when passing arguments in resource/name form"
  says 2 "$sentence" spark status sparkapp sparkapp/orders
  says 1 "$sentence" "$KUBECTL" get sparkapp sparkapp/orders
}

# Different: no URLs and no -k; what is applied comes from files that a review has seen.
@test "44 -f takes files, several of them, directories with -R, and standard input once" {
  mkdir -p dir/below
  "$KUBECTL" get sparkapp orders -o yaml | grep -vE '^  (uid|resourceVersion|creationTimestamp|generation):' | sed '/^status:/,$d' >dir/a.yaml
  sed 's/name: orders$/name: payments/' dir/a.yaml >dir/below/b.yaml
  names() { spark submit "$@" --validate=ignore --dry-run=client -o name 2>/dev/null; }
  theirs() { "$KUBECTL" create "$@" --dry-run=client -o name; }
  for files in "-f dir/a.yaml -f dir/below/b.yaml" "-f dir/a.yaml,dir/below/b.yaml" "-f dir" "-f dir -R"; do
    # shellcheck disable=SC2086 # words
    diff <(names $files) <(theirs $files) || { echo "$files"; false; }
  done
  diff <(names -f - <dir/a.yaml) <(theirs -f - <dir/a.yaml)
  says 3 "nope.yaml" spark submit -f nope.yaml
  says 2 "no URLs" spark submit -f https://example.com/a.yaml
}

@test "45 --dry-run=client asks nobody, --dry-run=server writes nothing" {
  "$KUBECTL" get sparkapp orders -o yaml >a.yaml
  before=$("$KUBECTL" get sparkapp -o name)
  sed -i 's/name: orders$/name: not-there/' a.yaml
  KUBECONFIG=/nonexistent spark submit -f a.yaml --validate=ignore --dry-run=client -n default
  spark submit -f a.yaml --validate=ignore --dry-run=server
  [ "$("$KUBECTL" get sparkapp -o name)" = "$before" ]
  says 2 "dry-run" spark submit -f a.yaml --dry-run=foo
}
