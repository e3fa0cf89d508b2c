// SPDX-License-Identifier: Apache-2.0
// A command in one file: what the user wants, its flags, what it does, what it prints.
#include "core/cli/command.hpp"
#include "plugins/greet/help.hpp"

#include <fmt/format.h>

namespace kspark::greet {

namespace {

struct Options {
    std::vector<std::string> names;
    bool loud = false;
};
struct Outcome {
    std::string greeting;
};

void declare(core::Flags& flags, Options& options) {
    flags.add("--loud", options.loud, "Say it louder");
    flags.positionals("NAME", options.names, "Whom to greet", 1, 1);
}

core::Result<Outcome> run(core::Context& context, const Options& options) {
    // Something of the core, so that the test would see a symbol that it does not export.
    KSPARK_ASSIGN(const std::string name_space, context.name_space());
    return Outcome{
        fmt::format("hello {} in {}{}", options.names[0], name_space, options.loud ? "!" : ".")};
}

core::Status print(core::Context& context, const Options&, const Outcome& outcome) {
    return context.streams.out.write(outcome.greeting + "\n");
}

} // namespace

core::Command make() {
    return core::make_command<Options, Outcome>("greet", "Greet somebody", "greet NAME [flags]",
                                                std::string(kHelp), declare, run, print);
}

} // namespace kspark::greet
