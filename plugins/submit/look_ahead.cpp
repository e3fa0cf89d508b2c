// SPDX-License-Identifier: Apache-2.0
// The preflight of a submit: a running stream is not stopped for a version that is known not to
// start.
#include "plugins/submit/look_ahead.hpp"

#include "core/base/text.hpp"
#include "core/spark/preflight.hpp"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

namespace kspark::submit {
namespace {

using core::Code;
using core::Error;

bool starts(const Item& item) {
    return item.change.action == spark::Action::Create ||
           item.change.action == spark::Action::Restart;
}

Error as_error(const spark::Concern& concern) {
    const std::string who = concern.application.empty() ? "" : concern.application + ": ";
    return {Code::Refused, who + concern.message, {concern.remedy}};
}

} // namespace

core::Status look_ahead(core::Context& context, kube::Client& client,
                        const std::vector<Item>& items) {
    std::vector<spark::PreflightItem> asked;
    for (const Item& item : items)
        if (starts(item)) asked.push_back({&item.desired, &item.live});
    KSPARK_ASSIGN(const auto found, spark::preflight(client, asked));
    std::size_t stopping = 0;
    for (const spark::Concern& concern : found.concerns) {
        const Error error = as_error(concern);
        if (!concern.stops) {
            context.warn(fmt::format("{}; {}", error.message, concern.remedy));
            continue;
        }
        context.report(error);
        ++stopping;
    }
    if (!found.unread.empty())
        static_cast<void>(context.streams.err.write(
            fmt::format("preflight: not looked at, since you may not read them: {}\n",
                        core::join(found.unread, ", "))));
    if (stopping == 0) return {};
    static_cast<void>(
        context.streams.err.write("nothing was changed; --no-preflight submits nevertheless\n"));
    return Error{Code::Refused, ""};
}

} // namespace kspark::submit
