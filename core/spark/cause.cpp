// SPDX-License-Identifier: Apache-2.0
// A failed submission's message is the whole standard error of spark-submit: warnings, a stack
// trace, and in between the one sentence that tells the cause. This cuts it out.
#include "core/base/text.hpp"
#include "core/spark/diagnosis.hpp"

#include <algorithm>
#include <array>

namespace kspark::spark {
namespace {

constexpr std::size_t kLongest = 500;

/// What the operator and Spark's client put before the sentence of the API server.
constexpr std::array<std::string_view, 5> kPrefixes = {
    "failed to submit spark application: ",
    "failed to run spark-submit: ",
    "Failed to request driver from scheduler backend. StackTrace: ",
    "Forbidden!Configured service account doesn't have access. Service account may have been "
    "revoked. ",
    "Error: ",
};

std::string_view without_prefixes(std::string_view text) {
    for (bool again = true; again;) {
        again = false;
        for (const auto prefix : kPrefixes) {
            if (!text.starts_with(prefix)) continue;
            text.remove_prefix(prefix.size());
            again = true;
        }
        // "Forbidden! User spark-operator doesn't have permission. "
        constexpr std::string_view kUser = "doesn't have permission. ";
        const auto user = text.find(kUser);
        if (text.starts_with("Forbidden! User ") && user != std::string_view::npos) {
            text.remove_prefix(user + kUser.size());
            again = true;
        }
    }
    return core::trim(text);
}

/// The API server's sentence as the Kubernetes client quotes it.
std::string_view quoted_message(std::string_view line) {
    constexpr std::string_view kMessage = " Message: ";
    const auto at = line.find(kMessage);
    if (at == std::string_view::npos) return {};
    line.remove_prefix(at + kMessage.size());
    return line.substr(0, line.find(" Received status:"));
}

bool is_noise(std::string_view line) {
    for (const auto* word : {" WARN ", " INFO ", " DEBUG "})
        if (line.find(word) != std::string_view::npos) return true;
    return core::starts_with_any(line, {"WARNING: ", "at ", "... ", "Using Spark's default",
                                        "Setting default log level", "To adjust logging level",
                                        "SLF4J", "log4j"});
}

std::string_view after(std::string_view line, std::string_view word) {
    const auto at = line.find(word);
    return at == std::string_view::npos ? std::string_view{} : line.substr(at + word.size());
}

} // namespace

std::string cause_of(std::string_view message) {
    const std::string_view whole = without_prefixes(message);
    std::string_view quoted, thrown, caused, telling;
    for (std::string_view rest = whole; !rest.empty();) {
        const auto end = std::min(rest.find('\n'), rest.size() - 1);
        const std::string_view line = core::trim(rest.substr(0, end + 1));
        rest.remove_prefix(end + 1);
        if (line.empty() || is_noise(line)) continue;
        if (quoted.empty()) quoted = quoted_message(line);
        if (line.starts_with("Caused by: ")) caused = after(line, "Caused by: ");
        if (thrown.empty() && line.starts_with("Exception in thread ")) thrown = after(line, "\" ");
        if (telling.empty()) telling = line;
    }
    std::string_view cause = telling;
    for (const auto candidate : {quoted, caused, thrown})
        if (!candidate.empty()) {
            cause = candidate;
            break;
        }
    // "failed to run spark-submit for SparkApplication ns/name: WARNING ..." holds no cause itself.
    cause = without_prefixes(cause.empty() ? whole.substr(0, whole.find('\n')) : cause);
    std::string text(cause.substr(0, kLongest));
    if (cause.size() > kLongest) text += "...";
    return text;
}

} // namespace kspark::spark
