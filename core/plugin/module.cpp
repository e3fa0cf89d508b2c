// SPDX-License-Identifier: Apache-2.0
// The border that no exception crosses. An exception that arrives here is a bug of the command, so
// it is reported as one, and the process ends in order.
#include "core/plugin/module.hpp"

#include "core/cli/exit_status.hpp"

#include <fmt/format.h>

namespace kspark::plugin {

namespace {

int report_bug(const char* name, core::Context& context, const char* what) noexcept try {
    context.report(
        {core::Code::Internal, fmt::format("this is a bug of the command \"{}\": {}", name, what)});
    return core::exit_status(core::Code::Internal);
} catch (...) {
    return core::exit_status(core::Code::Internal); // nothing left to say it with
}

} // namespace

int guarded(const char* name, kubectl_spark_context* context,
            const std::function<int(core::Context&)>& call) noexcept {
    auto& the = *reinterpret_cast<core::Context*>(context);
    try {
        return call(the);
    } catch (const std::exception& problem) {
        return report_bug(name, the, problem.what());
    } catch (...) {
        return report_bug(name, the, "it threw something that is no exception");
    }
}

int write_help(const core::Command& command, core::Context& context) {
    return core::report_status(context, context.streams.out.write(help_text(command, context)),
                               context.program);
}

} // namespace kspark::plugin
