// SPDX-License-Identifier: Apache-2.0
// `help TOPIC`: what concerns all commands, as pages of the manual that need no network.
#include "cmd/topics.hpp"

#include "cmd/help/environment.hpp"
#include "cmd/help/exit_statuses.hpp"
#include "cmd/help/values.hpp"
#include "cmd/troubleshooting.hpp"
#include "core/cli/help.hpp"

#include <fmt/format.h>

#include <array>

namespace kspark::app {

namespace {

std::string options_text(core::Context& context) {
    return "The following options can be passed to any command:\n\n" +
           core::global_flags_text(context);
}

/// A page as it stands in the source.
template <const std::string_view& markdown>
std::string page(core::Context&) {
    return core::plain_text(markdown);
}

struct Topic {
    const char* name;
    const char* summary;
    std::string (*text)(core::Context&);
};
constexpr std::array kTopics{
    Topic{"environment", "Variables that are read", page<kEnvironmentTopic>},
    Topic{"exit-statuses", "What the exit status says", page<kExitStatusesTopic>},
    Topic{"options", "Flags of every command", options_text},
    Topic{"troubleshooting", "What each verdict of status means, and what to do",
          [](core::Context&) { return troubleshooting_text(); }},
    Topic{"values", "The values file, key by key", page<kValuesTopic>},
};

} // namespace

std::optional<std::string> topic_text(core::Context& context, const std::string& name) {
    for (const Topic& topic : kTopics)
        if (name == topic.name) return topic.text(context);
    return verdict_text(name);
}

std::string topic_lines() {
    std::string lines;
    for (const Topic& topic : kTopics)
        lines += fmt::format("{:<15}  {}\n", topic.name, topic.summary);
    return lines;
}

std::vector<std::string> complete_topics() {
    std::vector<std::string> candidates;
    for (const Topic& topic : kTopics)
        candidates.push_back(fmt::format("{}\t{}", topic.name, topic.summary));
    return candidates;
}

} // namespace kspark::app
