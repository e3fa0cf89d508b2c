// SPDX-License-Identifier: Apache-2.0
// One execution of a command, the same for all of them. --help wins over mistakes in the rest of
// the line: who asks for help may not know better yet.
#include "core/cli/command.hpp"

#include "core/base/text.hpp"
#include "core/cli/exit_status.hpp"
#include "core/cli/help.hpp"

#include <fmt/format.h>

namespace kspark::core {

namespace {

Status write_help(const Command& command, Context& context, const std::string& form) {
    if (form.empty()) return context.streams.out.write(help_text(command, context));
    KSPARK_ASSIGN(const std::string page, help_page(command, context, form));
    return context.streams.out.write(page);
}

} // namespace

int run_command(const Command& command, Context& context,
                const std::vector<std::string>& arguments) {
    const std::string see =
        command.name.empty() ? context.program : context.program + " " + command.name;
    const auto invocation = command.make();
    context.command = command.name;
    bool help = false;
    std::string form;
    declare_common(invocation->flags, help, context);
    invocation->flags.add("--help-as", form, "FORM", "the help as a page").hidden = true;
    const Status parsed = invocation->flags.parse(arguments);
    if (help || !form.empty())
        return report_status(context, write_help(command, context, form), see);
    if (!parsed) return report_status(context, parsed, see);
    Status done = invocation->execute(context);
    if (done && context.warnings_as_errors && context.server_warnings > 0)
        done = Error{Code::Failed,
                     fmt::format("{} received", count(context.server_warnings, "warning"))};
    return report_status(context, done, see);
}

void declare_common(Flags& flags, bool& help, Context& context) {
    flags.add("-h,--help", help, "Show this help and exit");
    declare_global(flags, context);
}

int report_status(Context& context, const Status& status, const std::string& see) {
    if (status) return 0;
    Error error = status.error();
    const bool silent = error.message.empty() || error.code == Code::OutputClosed;
    if (error.code == Code::Usage)
        error.details.push_back(fmt::format("See '{} --help' for usage.", see));
    if (!silent) context.report(error);
    return exit_status(error.code);
}

} // namespace kspark::core
