#!/usr/bin/env bats
# SPDX-License-Identifier: Apache-2.0
# Every manifest of the corpus, as people wrote them: accepted or refused as manifests.expected.tsv
# says, with a sentence, and never a crash. No cluster is needed.
load helper

corpus=$BATS_TEST_DIRNAME/../corpus

outcomes() { # COMMAND...: one line per manifest: file, exit status
  local file status
  cd "$corpus" || return
  for file in manifests/* derived-manifests/*; do
    status=0
    env -u KUBECONFIG HOME="$BATS_TEST_TMPDIR" timeout 20 kubectl-spark "$@" -f "$file" \
      >"$BATS_TEST_TMPDIR/out" 2>&1 || status=$?
    # Whoever is refused is told why.
    [ "$status" = 0 ] || [ -s "$BATS_TEST_TMPDIR/out" ] || status="silent $status"
    printf '%s\t%s\n' "$file" "$status"
  done
}

@test "submit --dry-run=client" {
  outcomes submit --dry-run=client | diff "$corpus/manifests.expected.tsv" -
}

@test "render --check" {
  outcomes render --check | diff "$corpus/manifests.expected.tsv" -
}

@test "what the client accepts is created on the API server, and nothing of its spec is lost" {
  needs light full
  local file count=0 number=0 code=0
  cd "$corpus"
  while read -r file; do
    number=$((number + 1))
    kubectl-spark submit --dry-run=client -o json -f "$file" 2>/dev/null |
      python3 "$BATS_TEST_DIRNAME/stored.py" prepare "$KSPARK_E2E_NAMESPACE" "$prefix-$number" \
        >"$BATS_TEST_TMPDIR/objects.json" 2>"$BATS_TEST_TMPDIR/names"
    if ! spark submit -f "$BATS_TEST_TMPDIR/objects.json" --no-preflight >"$BATS_TEST_TMPDIR/out" 2>&1; then
      echo "$file is refused:" && cat "$BATS_TEST_TMPDIR/out"
      code=1
      continue
    fi
    mapfile -t names <"$BATS_TEST_TMPDIR/names"
    k get "${names[@]}" -o json | python3 "$BATS_TEST_DIRNAME/stored.py" compare "$BATS_TEST_TMPDIR/objects.json" \
      >"$BATS_TEST_TMPDIR/lost"
    [ ! -s "$BATS_TEST_TMPDIR/lost" ] || { echo "$file:" && cat "$BATS_TEST_TMPDIR/lost"; code=1; }
    k delete "${names[@]}" --wait=false >/dev/null
    count=$((count + ${#names[@]}))
  done < <(awk -F'\t' '$2 == 0 {print $1}' manifests.expected.tsv)
  echo "$count applications of $number files"
  [ "$code" = 0 ]
  [ "$count" -ge 60 ]
}
