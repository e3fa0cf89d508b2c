// SPDX-License-Identifier: Apache-2.0
// A command: Options, their flags, run (does it, prints nothing) and print. make_command() joins
// them; everything that is the same for all commands is in run_command().
#pragma once

#include "core/cli/context.hpp"
#include "core/cli/flags.hpp"

#include <functional>
#include <memory>
#include <string>
#include <vector>

namespace kspark::core {

/// A command with its options bound: what one execution needs.
struct Invocation {
    Flags flags;
    std::function<Status(Context&)> execute;
    std::shared_ptr<void> options;
};

struct Command {
    std::string name;
    std::string summary;  ///< one line, no full stop
    std::string synopsis; ///< "submit -f FILE... [flags]"
    std::string help;     ///< Markdown; examples first
    std::function<std::unique_ptr<Invocation>()> make;
};

/// `run` returns Result<Outcome>, `print` writes the Outcome and returns a Status: an Error with an
/// empty message gives the exit status only.
template <class Options, class Outcome>
Command make_command(std::string name, std::string summary, std::string synopsis, std::string help,
                     void (*declare)(Flags&, Options&),
                     Result<Outcome> (*run)(Context&, const Options&),
                     Status (*print)(Context&, const Options&, const Outcome&)) {
    Command command{std::move(name), std::move(summary), std::move(synopsis), std::move(help), {}};
    command.make = [=] {
        auto options = std::make_shared<Options>();
        auto invocation = std::make_unique<Invocation>();
        declare(invocation->flags, *options);
        invocation->options = options;
        Options& bound = *options;
        invocation->execute = [&bound, run, print](Context& context) -> Status {
            KSPARK_ASSIGN(const Outcome outcome, run(context, bound));
            return print(context, bound, outcome);
        };
        return invocation;
    };
    return command;
}

/// Parses, helps (-h, --help), runs, reports; the exit status.
int run_command(const Command& command, Context& context,
                const std::vector<std::string>& arguments);
/// Candidates for the last word, one per line, and kubectl's directive line (":4"); an exit status.
int complete_command(const Command& command, Context& context,
                     const std::vector<std::string>& arguments);
/// How long a completion may take ($KUBECTL_SPARK_COMPLETION_TIMEOUT, else 150 ms): a person who
/// has pressed a key does not wait longer for it.
Duration completion_limit(const Environment& environment);
/// The text of --help: examples, usage, flags.
std::string help_text(const Command& command, Context& context);

/// Adds --help and the global flags to a command's own.
void declare_common(Flags& flags, bool& help, Context& context);
/// Says what went wrong, if anything, and gives the exit status. `see` is the command whose --help
/// a usage error points to ("kubectl spark submit").
int report_status(Context& context, const Status& status, const std::string& see);

} // namespace kspark::core
