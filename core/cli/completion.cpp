// SPDX-License-Identifier: Apache-2.0
// Candidates for a word of the command line, in the protocol of kubectl (cobra): one per line, a
// tab before its description, and a last line that says what the shell may add. It runs at every
// press of TAB: it never prompts, never waits long and says nothing about what goes wrong.
#include "core/base/deadline.hpp"
#include "core/base/text.hpp"
#include "core/cli/command.hpp"
#include "core/cli/words.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace kspark::core {

namespace {

constexpr const char* kFiles = ":0"; // the shell offers files
constexpr const char* kDirectories = ":16";
constexpr const char* kNothingElse = ":4";

constexpr Duration kLimit = std::chrono::milliseconds(150);

struct Candidates {
    std::vector<std::string> words;
    const char* directive = kNothingElse;
};

Candidates flag_names(const std::vector<Flag>& flags, const std::vector<std::string>& given) {
    Candidates found;
    for (const Flag& flag : flags) {
        const bool used = std::find(given.begin(), given.end(), flag.name()) != given.end();
        if (flag.hidden || (used && !flag.repeated)) continue;
        found.words.push_back(flag.name() + "\t" + flag.help.substr(0, flag.help.find('\n')));
    }
    return found;
}

Candidates flag_values(const Flag& flag, Context& context, const std::string& prefix) {
    if (flag.complete) return {flag.complete(context, prefix)};
    if (!flag.choices.empty()) return {flag.choices};
    if (flag.value_name.find("DIR") != std::string::npos && flag.value_name != "FILE|DIR")
        return {{}, kDirectories};
    if (flag.value_name.find("FILE") != std::string::npos) return {{}, kFiles};
    return {};
}

/// The candidates that the line does not have yet.
std::vector<std::string> without(const std::vector<std::string>& given,
                                 std::vector<std::string> found) {
    std::erase_if(found, [&](const std::string& candidate) {
        const std::string word = candidate.substr(0, candidate.find('\t'));
        return std::find(given.begin(), given.end(), word) != given.end();
    });
    return found;
}

/// Flags of the line so far are assigned where they are right, so that a completer sees -n and
/// --context; what is wrong is the business of the real run.
Candidates candidates(Flags& flags, Context& context, const std::vector<std::string>& before,
                      std::string& word) {
    const Words spelled = spell_out(flags.flags(), before);
    if (spelled.ended) return {{}, kFiles};
    const auto complete = spelled.awaiting == nullptr ? before.end() : before.end() - 1;
    static_cast<void>(flags.parse({before.begin(), complete}).has_value());
    if (spelled.awaiting != nullptr) return flag_values(*spelled.awaiting, context, word);
    const std::size_t equals = word.find('=');
    if (word.starts_with("-") && equals != std::string::npos) {
        const Flag* flag = find_flag(flags.flags(), word.substr(0, equals));
        word.erase(0, equals + 1);
        return flag == nullptr ? Candidates{} : flag_values(*flag, context, word);
    }
    if (word.starts_with("-")) return flag_names(flags.flags(), spelled.words);
    const auto& positional = flags.positional();
    if (!positional || positional->values->size() >= std::max<std::size_t>(1, positional->at_most))
        return {};
    if (positional->complete) return {without(spelled.words, positional->complete(context, word))};
    return {{}, positional->name.find("FILE") == std::string::npos ? kNothingElse : kFiles};
}

/// One line: the word, a tab, the description; nothing in it can steer a terminal.
std::string line_of(const std::string& candidate) {
    const std::size_t tab = candidate.find('\t');
    std::string line = output::sanitize(candidate.substr(0, tab));
    if (tab != std::string::npos) line += "\t" + output::sanitize(candidate.substr(tab + 1));
    return line + "\n";
}

} // namespace

Duration completion_limit(const Environment& environment) {
    const auto given = parse_duration(environment.value("KUBECTL_SPARK_COMPLETION_TIMEOUT"));
    return given && *given > Duration::zero() ? *given : kLimit;
}

int complete_command(const Command& command, Context& context,
                     const std::vector<std::string>& arguments) {
    const auto invocation = command.make();
    bool help = false;
    declare_common(invocation->flags, help, context);
    const Duration limit = completion_limit(context.environment);
    context.terminal.may_prompt = false;
    context.terminal.limit = limit;
    context.connection.request_timeout =
        fmt::format("{}ms", std::chrono::duration_cast<std::chrono::milliseconds>(limit).count());
    std::string word = arguments.empty() ? "" : arguments.back();
    const std::vector<std::string> before(
        arguments.begin(), arguments.empty() ? arguments.end() : arguments.end() - 1);
    const Candidates found = candidates(invocation->flags, context, before, word);
    std::string text;
    for (const std::string& candidate : found.words)
        if (candidate.starts_with(word)) text += line_of(candidate);
    cancel_deadline();
    const Status written = context.streams.out.write(text + found.directive + "\n");
    return written ? 0 : 1;
}

} // namespace kspark::core
