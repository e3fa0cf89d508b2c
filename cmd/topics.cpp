// SPDX-License-Identifier: Apache-2.0
// `help TOPIC`: what concerns all commands, as pages of the manual that need no network.
#include "cmd/topics.hpp"

#include "cmd/help/environment.hpp"
#include "cmd/help/exit_statuses.hpp"
#include "cmd/help/values.hpp"
#include "core/cli/help.hpp"

#include <fmt/format.h>

#include <array>

namespace kspark::app {

namespace {

struct Topic {
    const char* name;
    const char* summary;
    std::string_view text; ///< empty: made from the declarations
};
constexpr std::array kTopics{
    Topic{"environment", "Variables that are read", kEnvironmentTopic},
    Topic{"exit-statuses", "What the exit status says", kExitStatusesTopic},
    Topic{"options", "Flags of every command", {}},
    Topic{"values", "The values file, key by key", kValuesTopic},
};

} // namespace

std::optional<std::string> topic_text(core::Context& context, const std::string& name) {
    for (const Topic& topic : kTopics) {
        if (name != topic.name) continue;
        if (!topic.text.empty()) return core::plain_text(topic.text);
        return "The following options can be passed to any command:\n\n" +
               core::global_flags_text(context);
    }
    return std::nullopt;
}

std::string topic_lines() {
    std::string lines;
    for (const Topic& topic : kTopics)
        lines += fmt::format("{:<14} {}\n", topic.name, topic.summary);
    return lines;
}

std::vector<std::string> complete_topics() {
    std::vector<std::string> candidates;
    for (const Topic& topic : kTopics)
        candidates.push_back(fmt::format("{}\t{}", topic.name, topic.summary));
    return candidates;
}

} // namespace kspark::app
