// SPDX-License-Identifier: Apache-2.0
// `completion SHELL` prints a script that calls back to `__complete`, for direct calls of
// kubectl-spark. `kubectl spark` needs the executable kubectl_complete-spark instead; the help says
// how.
#include "cmd/completion.hpp"

#include "cmd/completions/bash.hpp"
#include "cmd/completions/fish.hpp"
#include "cmd/completions/powershell.hpp"
#include "cmd/completions/zsh.hpp"
#include "cmd/help/completion.hpp"
#include "core/cli/context.hpp"

#include <array>

namespace kspark::app {

namespace {

struct Options {
    std::vector<std::string> shells;
};
struct Outcome {
    std::string_view script;
};

struct Shell {
    const char* name;
    std::string_view script;
};
constexpr std::array kShells{Shell{"bash", kBash}, Shell{"fish", kFish},
                             Shell{"powershell", kPowershell}, Shell{"zsh", kZsh}};

void declare(core::Flags& flags, Options& options) {
    flags.positionals("SHELL", options.shells, "bash, fish, powershell or zsh", 1, 1).complete =
        [](core::Context&, const std::string&) {
            std::vector<std::string> names;
            for (const Shell& shell : kShells) names.emplace_back(shell.name);
            return names;
        };
}

core::Result<Outcome> run(core::Context&, const Options& options) {
    for (const Shell& shell : kShells)
        if (options.shells[0] == shell.name) return Outcome{shell.script};
    return core::Error{core::Code::Usage, "unsupported shell \"" + options.shells[0] +
                                              "\": expected bash, fish, powershell or zsh"};
}

core::Status print(core::Context& context, const Options&, const Outcome& outcome) {
    return context.streams.out.write(outcome.script);
}

} // namespace

core::Command make_completion() {
    return core::make_command<Options, Outcome>("completion", "Print a shell's completion script",
                                                "completion (bash|fish|powershell|zsh)",
                                                std::string(kCompletionHelp), declare, run, print);
}

} // namespace kspark::app
