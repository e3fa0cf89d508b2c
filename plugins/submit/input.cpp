// SPDX-License-Identifier: Apache-2.0
// What will be submitted, from whichever place the user named, after the offline checks: every
// mistake that can be found without a cluster is found before one is asked.
#include "plugins/submit/input.hpp"

#include "core/base/text.hpp"
#include "core/cli/chart.hpp"
#include "core/output/text.hpp"
#include "core/spark/lint.hpp"
#include "plugins/submit/schedule.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace kspark::submit {
namespace {

core::Status check_offline(core::Context& context, const Options& options,
                           const spark::Inputs& inputs) {
    if (options.validate == Validate::Ignore) return {};
    KSPARK_ASSIGN(const auto findings, spark::check(inputs.manifests, {}));
    core::Error error{core::Code::Invalid, "", {}};
    for (const auto& finding : findings) {
        if (finding.severity == spark::Severity::Error && options.validate == Validate::Strict)
            error.details.push_back(spark::to_text(finding));
        else if (finding.severity != spark::Severity::Info)
            // It says itself that it is a warning, behind its place as compilers do.
            KSPARK_TRY(
                context.streams.err.write(output::sanitize(spark::to_text(finding), true) + "\n"));
    }
    if (error.details.empty()) return {};
    error.message = fmt::format("{} in the input: nothing was sent",
                                core::count(error.details.size(), "error"));
    return error;
}

} // namespace

core::Result<spark::Inputs> load_inputs(core::Context& context, const Options& options) {
    if (!options.from.empty()) {
        KSPARK_ASSIGN(kube::Client * client, context.client());
        KSPARK_ASSIGN(const auto name_space, context.name_space());
        return run_of_schedule(*client, name_space, options.from);
    }
    context.terminal.input_is_used = std::ranges::count(options.inputs.files, "-") > 0;
    KSPARK_ASSIGN(auto inputs, options.chart.empty()
                                   ? spark::load_inputs(options.inputs, context.environment)
                                   : core::load_chart(context, options.chart, options.inputs));
    for (const auto& warning : inputs.warnings) context.warn(warning);
    if (inputs.manifests.empty())
        return core::Error{core::Code::Invalid,
                           "the input holds no applications: nothing was sent"};
    KSPARK_TRY(check_offline(context, options, inputs));
    return inputs;
}

} // namespace kspark::submit
