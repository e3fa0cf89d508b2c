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
