#!/usr/bin/env bats
# SPDX-License-Identifier: Apache-2.0
# The real executable among modules that are broken in every known way: each is one sentence about
# its own command, and all the others go on working.

setup() {
    unset XDG_DATA_HOME
    export HOME=$BATS_TEST_TMPDIR NO_COLOR=1
    export KUBECTL_SPARK_PLUGIN_PATH=$BATS_TEST_TMPDIR/plugins
    mkdir -m 755 "$KUBECTL_SPARK_PLUGIN_PATH"
    cd "$BATS_TEST_TMPDIR"
}

modular() {
    [ "$STATIC_PLUGINS" = 0 ] || skip "this build loads no modules"
    cp "$MODULES"/plugins/hello.so "$KUBECTL_SPARK_PLUGIN_PATH"
    cp "$MODULES"/faulty/*.so "$KUBECTL_SPARK_PLUGIN_PATH"
    chmod 755 "$KUBECTL_SPARK_PLUGIN_PATH"/*.so
}

# refused COMMAND WORDS: one line on stderr, exit status 1, and hello still greets.
refused() {
    modular
    run -1 "$KSPARK" "$1"
    echo "$output"
    [ "${#lines[@]}" = 1 ]
    [[ $output == "error: the command \"$1\" cannot be used: $KUBECTL_SPARK_PLUGIN_PATH/$1.so: "*"$2"* ]]
    run -0 "$KSPARK" hello world
    [ "$output" = "hello world" ]
}

bats_require_minimum_version 1.5.0

@test "a module is found, loaded and run" {
    modular
    run -0 "$KSPARK" hello world moon
    [ "$output" = "hello world, moon" ]
    run -0 "$KSPARK" -n prod hello world
    run -0 "$KSPARK" hello --help
    [ "${lines[0]}" = "Examples:" ]
    run -0 "$KSPARK" help hello
    [ "${lines[0]}" = "Examples:" ]
    run -2 "$KSPARK" hello --foo
    [ "${lines[1]}" = "See 'kubectl spark hello --help' for usage." ]
}

@test "a module exports one symbol" {
    modular
    command -v nm || skip "no nm"
    [ "$(nm -D --defined-only "$MODULES"/plugins/hello.so | grep -c ' T ')" = 1 ]
    [ "$(nm -D --defined-only "$MODULES"/plugins/hello.so | wc -l)" = 1 ]
}

@test "only the module that is named is loaded" {
    modular
    LD_DEBUG=files run -0 "$KSPARK" hello world
    [[ $output == *hello.so* ]]
    [[ $output != *no-entry.so* ]]
    LD_DEBUG=files run -0 "$KSPARK" version
    [[ $output != *hello.so* ]]
}

@test "an older plugin ABI" { refused old-abi "it has plugin ABI 0, this kubectl-spark has 1"; }
@test "another core, both named" { refused old-core "it was built for kubectl-spark 0.0.9-libstdc++, this is $VERSION-libstdc++"; }
@test "a core that is not installed" { refused previous "it was built for kubectl-spark 0.0.9, this is $VERSION"; }
@test "another name" { refused renamed "it is the command \"misnamed\", so the file must be named misnamed.so"; }
@test "an incomplete description" { refused incomplete "its description is incomplete"; }
@test "no description" { refused no-description "it could not describe itself"; }
@test "no entry" { refused no-entry "no kubectl_spark_plugin_v1 in it"; }
@test "an undefined symbol" { refused undefined-symbol "undefined symbol: nobody_has_this"; }
@test "a constructor that throws" { refused throws-on-load "it crashed while it was loaded (Aborted)"; }

@test "no ELF file" {
    echo "hello" >"$KUBECTL_SPARK_PLUGIN_PATH/text.so"
    : >"$KUBECTL_SPARK_PLUGIN_PATH/empty.so"
    mkdir "$KUBECTL_SPARK_PLUGIN_PATH/directory.so"
    for name in text empty directory; do
        run -1 "$KSPARK" $name
        [[ $output == "error: the command \"$name\" cannot be used: $KUBECTL_SPARK_PLUGIN_PATH/$name.so: "* ]]
        [ "${#lines[@]}" = 1 ]
    done
    run -0 "$KSPARK" version
}

@test "an exception while the command runs is a bug of that command" {
    modular
    run -70 "$KSPARK" hello --mood=throws
    [ "$output" = 'error: this is a bug of the command "hello": boom' ]
    run -70 "$KSPARK" hello --mood=throws-int
    [ "$output" = 'error: this is a bug of the command "hello": it threw something that is no exception' ]
}

@test "a directory or file in which others may write" {
    modular
    chmod 777 "$KUBECTL_SPARK_PLUGIN_PATH"
    run -2 "$KSPARK" hello world
    [[ ${lines[0]} == "warning: commands in $KUBECTL_SPARK_PLUGIN_PATH are not used: others may write to it; \"chmod go-w $KUBECTL_SPARK_PLUGIN_PATH\" makes it safe" ]]
    [[ ${lines[1]} == 'error: unknown command "hello"'* ]]
    run -0 "$KSPARK" plugin list
    [[ $output == *"are not used"* ]]
    chmod 755 "$KUBECTL_SPARK_PLUGIN_PATH"
    chmod 775 "$KUBECTL_SPARK_PLUGIN_PATH/hello.so"
    run -1 "$KSPARK" hello world
    [[ $output == *"hello.so: others may write to it"* ]]
}

@test "a directory of somebody else" {
    modular
    [ "$(id -u)" = 0 ] || skip "needs root"
    chown 4242 "$KUBECTL_SPARK_PLUGIN_PATH"
    run -2 "$KSPARK" hello world
    [[ ${lines[0]} == *"it belongs to another user (uid 4242)" ]]
}

@test "the working directory is never searched" {
    modular
    cd "$KUBECTL_SPARK_PLUGIN_PATH"
    KUBECTL_SPARK_PLUGIN_PATH=.:plugins: run -2 "$KSPARK" hello world
    [[ $output == *"commands in . are not used: the path is not absolute"* ]]
    KUBECTL_SPARK_PLUGIN_PATH= run -2 "$KSPARK" hello world
}

@test "the user's data directory" {
    modular
    unset KUBECTL_SPARK_PLUGIN_PATH
    mkdir -p -m 755 "$HOME/.local/share/kubectl-spark"
    mv "$HOME/plugins" "$HOME/.local/share/kubectl-spark/plugins"
    run -0 "$KSPARK" hello world
    XDG_DATA_HOME=$HOME/elsewhere run -2 "$KSPARK" hello world
    XDG_DATA_HOME=.local/share run -0 "$KSPARK" hello world
}

@test "help and plugin list name every command and what is wrong with it" {
    modular
    run -0 "$KSPARK" --help
    [[ $output == *"  hello        Greet somebody"* ]]
    [[ $output == *"  no-entry     not usable: it is no module of kubectl-spark"* ]]
    [[ $output == *"Exit statuses:"* ]]
    run -0 "$KSPARK" plugin list --no-headers
    [[ $output == *"hello "*"$KUBECTL_SPARK_PLUGIN_PATH/hello.so"*" ok"* ]]
    [[ $output == *"old-abi"*"it has plugin ABI 0"* ]]
    run -0 "$KSPARK" __complete he
    [[ $output == *$'hello\tGreet somebody'* ]]
}

@test "a name of the executable's own cannot be taken by a module" {
    modular
    cp "$KUBECTL_SPARK_PLUGIN_PATH/hello.so" "$KUBECTL_SPARK_PLUGIN_PATH/version.so"
    run -0 "$KSPARK" version
    [[ $output == *"v$VERSION"* ]]
}

@test "a build without modules says so" {
    [ "$STATIC_PLUGINS" = 1 ] || skip "this build loads modules"
    cp "$MODULES"/faulty/no-entry.so "$KUBECTL_SPARK_PLUGIN_PATH"
    run -1 "$KSPARK" no-entry
    [[ $output == *"this kubectl-spark has its commands built in and loads no modules"* ]]
}

@test "through a symlink, and as kubectl's completion" {
    modular
    ln -s "$KSPARK" kubectl_complete-spark
    run -0 ./kubectl_complete-spark hello ""
    [ "${lines[0]}" = $'world\tall of it' ]
    [ "${lines[2]}" = ":4" ]
    run -0 ./kubectl_complete-spark help he
    [[ $output == *hello* ]]
    run -0 ./kubectl_complete-spark broken ""
    [ "$output" = ":0" ]
    ln -s "$KSPARK" kubectl-spark
    run -0 ./kubectl-spark hello world
}

@test "an executable kubectl-spark-NAME on PATH" {
    mkdir bin
    printf '#!/bin/sh\necho "foo $*"; exit 9\n' >bin/kubectl-spark-foo_bar
    chmod 755 bin/kubectl-spark-foo_bar
    export PATH=$PWD/bin:$PATH
    run -9 "$KSPARK" foo-bar --x 1
    [ "$output" = "foo --x 1" ]
    run -0 "$KSPARK" plugin list
    [[ $output == *"foo_bar"*"$PWD/bin/kubectl-spark-foo_bar"*executable* ]]
}

@test "unknown commands" {
    run -2 "$KSPARK" verzion
    [ "${lines[0]}" = 'error: unknown command "verzion" for "kubectl spark"; did you mean "version"?' ]
    [ "${lines[1]}" = "See 'kubectl spark --help' for usage." ]
    run -2 "$KSPARK" ../evil
    run -2 "$KSPARK" --foo
    [ "${lines[0]}" = "error: unknown flag: --foo" ]
    run -2 "$KSPARK" -n
    run -0 "$KSPARK"
    [[ ${lines[0]} == "The command line of a Spark fleet"* ]]
}

@test "help explains every verdict of the documentation, by its id" {
    page=$("$KSPARK" help troubleshooting)
    for id in $(sed -n 's/^| <a id="\([^"]*\)".*/\1/p' "$BATS_TEST_DIRNAME/../../docs/troubleshooting.md"); do
        grep -q "^  $id  *[^ ]" <<<"$page"
        "$KSPARK" help "$id" | grep -q "^Remedy:      [^ ]"
    done
    [ "$("$KSPARK" help image-pull | sed -n 3p)" = "Looks like:  SUBMITTED for ever; the pod is ErrImagePull" ]
}

@test "version asks nobody and reads nothing" {
    KUBECONFIG=/nonexistent run -0 "$KSPARK" version -o json
    [[ $output == *"\"version\": \"v$VERSION\""* ]]
    run -0 "$KSPARK" --version
}

@test "completion scripts" {
    for shell in bash zsh fish powershell; do
        run -0 "$KSPARK" completion $shell
        [[ $output == *__complete* ]]
    done
    run -2 "$KSPARK" completion tcsh
    bash -n <("$KSPARK" completion bash)
}

@test "bash completes through the script" {
    modular
    ln -s "$KSPARK" kubectl-spark
    export PATH=$PWD:$PATH
    completions() { # WORDS...: what bash would offer for the last of them
        # shellcheck disable=SC1090
        source <(kubectl-spark completion bash)
        COMP_WORDS=("$@") COMP_CWORD=$(($# - 1)) COMPREPLY=()
        _kubectl_spark
        echo "${COMPREPLY[*]}"
    }
    [ "$(completions kubectl-spark hel)" = "hello help" ] || [ "$(completions kubectl-spark hel)" = "help hello" ]
    [ "$(completions kubectl-spark hello w)" = "world" ]
    [ "$(completions kubectl-spark hello --mood = c)" = "calm" ]
    [ "$(completions kubectl-spark hello --mood ca)" = "calm" ]
}
