// SPDX-License-Identifier: Apache-2.0
// A command that needs neither a cluster nor a file, and fails in every way on request.
#include "tests/modules/hello/hello.hpp"

#include "core/base/text.hpp"
#include "core/cli/context.hpp"
#include "plugins/hello/help.hpp"

#include <stdexcept>

namespace kspark::hello {

void declare(core::Flags& flags, Options& options) {
    flags.add("--mood", options.mood, "MOOD", "How to greet").choices = {"calm", "bad", "throws",
                                                                         "throws-int"};
    flags.positionals("NAME...", options.names, "Whom to greet", 0, 3).complete =
        [](core::Context&, const std::string&) -> std::vector<std::string> {
        return {"world\tall of it", "moon"};
    };
}

core::Result<Outcome> run(core::Context&, const Options& options) {
    if (options.mood == "bad") return core::Error{core::Code::Invalid, "not in the mood"};
    if (options.mood == "throws") throw std::runtime_error("boom");
    if (options.mood == "throws-int") throw 42;
    return Outcome{"hello " + core::join(options.names, ", ")};
}

core::Status print(core::Context& context, const Options&, const Outcome& outcome) {
    return context.streams.out.write(outcome.greeting + "\n");
}

core::Command make() {
    return core::make_command<Options, Outcome>("hello", "Greet somebody",
                                                "hello [NAME...] [flags]", std::string(kHelp),
                                                declare, run, print);
}

} // namespace kspark::hello
