# SPDX-License-Identifier: Apache-2.0
# fish completion of kubectl-spark: every candidate comes from the program.
function __kubectl_spark_complete
    set -l words (commandline -opc) (commandline -ct)
    set -l lines ($words[1] __complete $words[2..-1] 2>/dev/null)
    set -l directive (string replace -r '^:' '' -- $lines[-1])
    # Never an empty list: fish would leave out each line that begins with it.
    set -l prefix (string match -r -- '^-[^=]*=' (commandline -ct); or echo '')
    for line in $lines[1..-2]
        echo $prefix$line
    end
    if test "$directive" = 0
        __fish_complete_path (string replace -r -- '^-[^=]*=' '' (commandline -ct))
    else if test "$directive" = 16
        __fish_complete_directories (string replace -r -- '^-[^=]*=' '' (commandline -ct))
    end
end
complete -c kubectl-spark -f -a '(__kubectl_spark_complete)'
