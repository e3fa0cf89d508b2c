# SPDX-License-Identifier: Apache-2.0
# bash completion of kubectl-spark: every candidate comes from the program.
# shellcheck shell=bash
_kubectl_spark() {
    local line word directive=0 candidates=() current=${COMP_WORDS[COMP_CWORD]}
    # "=" is a word of its own for bash, "--flag=value" is one for the program.
    local words=("${COMP_WORDS[@]:1:COMP_CWORD}")
    if [[ ${COMP_WORDBREAKS} == *=* && ${COMP_CWORD} -gt 1 ]]; then
        local joined=() part
        for part in "${words[@]}"; do
            if ((${#joined[@]})) && { [[ ${part} == "=" ]] || [[ ${joined[-1]} == *= ]]; }; then
                joined[-1]+=${part}
            else
                joined+=("${part}")
            fi
        done
        words=("${joined[@]}")
    fi
    [[ ${current} == "=" ]] && current=""
    while IFS= read -r line; do
        if [[ ${line} =~ ^:[0-9]+$ ]]; then
            directive=${line#:}
        else
            word=${line%%$'\t'*}
            [[ ${word} == "${current}"* ]] && candidates+=("${word}")
        fi
    done < <("${COMP_WORDS[0]}" __complete "${words[@]}" 2>/dev/null)
    COMPREPLY=("${candidates[@]}")
    ((directive & 16)) && compopt -o dirnames 2>/dev/null
    ((directive == 0)) && compopt -o default 2>/dev/null
    ((directive & 2)) && compopt -o nospace 2>/dev/null
    return 0
}
complete -F _kubectl_spark kubectl-spark
