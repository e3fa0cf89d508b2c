#!/usr/bin/env bats
# SPDX-License-Identifier: Apache-2.0
# Points 57 to 59: a plugin among kubectl's commands, and TAB.
load helper

# on_path: kubectl-spark and kubectl_complete-spark as they are installed.
on_path() {
  mkdir -p bin
  ln -sf "$KSPARK" bin/kubectl-spark
  ln -sf "$KSPARK" bin/kubectl_complete-spark
  export PATH=$PWD/bin:$PATH
}

@test "57 kubectl finds and runs it; its help says \"kubectl spark\", examples first" {
  on_path
  "$KUBECTL" spark status -o name | grep -qx sparkapplication.sparkoperator.k8s.io/orders
  run "$KUBECTL" plugin list
  [[ $output == *bin/kubectl-spark* && $output != *warning* ]]
  run "$KUBECTL" spark status --help
  [ "${lines[0]}" = "Examples:" ]
  [[ $output == *"kubectl spark status"* && $output != *"Usage: kubectl-spark"* ]]
  run "$KUBECTL" spark help exit-statuses
  [[ $output == *"7    the cluster cannot be reached"* ]]
}

@test "58 __complete gives commands, flags, values and live names in kubectl's protocol; TAB works in bash through kubectl" {
  on_path
  export KUBECTL_SPARK_COMPLETION_TIMEOUT=20s
  offers() { kubectl_complete-spark "${@:2}" | cut -f1 | tr '\n' ' ' | grep -qE -e "$1" || { kubectl_complete-spark "${@:2}"; false; }; }
  offers '^.*restart .*status .*:4 $' ""
  offers '--selector .*--sort-by .*:4 $' status --s
  offers 'custom-columns= ' status -o ""
  offers '^orders :4 $' logs or
  offers '^sparkapp/orders :4 $' status sparkapp/or
  offers '^sandbox :4 $' status --context ""
  offers '^sandbox :4 $' status --cluster s
  offers '^admin :4 $' status --user ""
  offers 'default .*:4 $' status -n ""
  offers '^all .*1 ' logs orders --executor ""
  offers '^:0 $' submit -f ""
  offers 'exit-statuses ' help ex
  kubectl_from 26
  # shellcheck disable=SC2016 # for the shell in the terminal
  rc='. /usr/share/bash-completion/bash_completion; source <("$KUBECTL" completion bash); PS1="rea""dy> "'
  python3 "$HERE/terminal.py" --shell bash --rc "$rc" --type "$KUBECTL spark sta\t" --expect "spark status "
  python3 "$HERE/terminal.py" --shell bash --rc "$rc" --type "$KUBECTL spark logs or\t" --expect "logs orders "
}

@test "59 completion is silent, asks nobody and gives up after 150 ms; TAB works in bash, zsh and fish" {
  on_path
  python3 -c 'import socket, time; s = socket.create_server(("127.0.0.1", 0)); print(s.getsockname()[1], flush=True); time.sleep(60)' >silent 3>&- &
  servers+=($!)
  until [ -s silent ]; do sleep 0.1; done
  config slow "http://127.0.0.1:$(cat silent)"
  begin=$(date +%s%N)
  run kubectl_complete-spark status ""
  [ "$output" = ":4" ]
  [ $((($(date +%s%N) - begin) / 1000000)) -lt 1000 ]
  printf '#!/bin/sh\necho "Please log in:" >&2\nread -r name\nsleep 60\n' >asks
  chmod 755 asks
  config slow https://127.0.0.1:1 "$(exec_user "$PWD/asks" v1 "interactiveMode: IfAvailable")"
  run python3 "$HERE/terminal.py" --print "$PWD/bin/kubectl_complete-spark" status ""
  [ "${output//$'\r'/}" = ":4" ]
  export KUBECONFIG=$SANDBOX_KUBECONFIG KUBECTL_SPARK_COMPLETION_TIMEOUT=20s
  # shellcheck disable=SC2016 # for the shells in the terminal
  {
    bash_rc='source <(kubectl-spark completion bash); PS1="rea""dy> "'
    zsh_rc='autoload -U compinit; compinit -u; source <(kubectl-spark completion zsh); PS1="rea""dy> "'
    fish_rc='kubectl-spark completion fish | source; function fish_prompt; echo -n "rea""dy> "; end; function fish_greeting; end'
  }
  for shell in bash zsh fish; do
    command -v $shell >/dev/null || skip "needs $shell"
    rc=${shell}_rc
    python3 "$HERE/terminal.py" --shell $shell --rc "${!rc}" --type "kubectl-spark sta\t" --expect "kubectl-spark status "
    python3 "$HERE/terminal.py" --shell $shell --rc "${!rc}" --type "kubectl-spark logs or\t" --expect "logs orders "
    python3 "$HERE/terminal.py" --shell $shell --rc "${!rc}" --type "kubectl-spark status --sort\t" --expect "status --sort-by "
  done
}
