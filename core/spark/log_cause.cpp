// SPDX-License-Identifier: Apache-2.0
// A driver's log ends with the exception that ended it, and what matters is at its bottom: the
// deepest "Caused by", or the last line of a Python traceback, which stands in the middle of Java's
// when a task failed. Known words give a cause a name; without them the exception itself is told.
#include "core/spark/log_cause.hpp"

#include "core/base/text.hpp"
#include "core/data/json.hpp"
#include "core/spark/log_patterns.hpp"

#include <nlohmann/json.hpp>

#include <algorithm>

namespace kspark::spark {
namespace {

using Lines = std::vector<std::string>;

constexpr std::string_view kTraceback = "Traceback (most recent call last):";
constexpr std::size_t kLongest = 300;

bool has(std::string_view line, std::string_view words) {
    return !words.empty() && line.find(words) != std::string_view::npos;
}

std::string shortened(std::string_view line) {
    std::string text(core::trim(line).substr(0, kLongest));
    if (core::trim(line).size() > kLongest) text += "...";
    return text;
}

bool is_indented(std::string_view line) {
    return line.starts_with(' ') || line.starts_with('\t');
}

bool begins_failure(std::string_view line) {
    return core::starts_with_any(line, {kTraceback, "Exception in thread ",
                                        "Error: ", "Error occurred during initialization"}) ||
           has(line, "] terminated with error") || has(line, "User class threw exception") ||
           has(line, ": can't open file ") || has(line, "bad array subscript");
}

/// Where the last failure begins; for chained Python exceptions where the first of them does.
std::size_t last_failure(const Lines& lines) {
    std::size_t found = lines.size();
    for (std::size_t i = lines.size(); i-- > 0;) {
        if (begins_failure(lines[i])) {
            found = i;
            bool chained = false;
            for (std::size_t above = i; above-- > 0 && i - above <= 3;)
                chained = chained || has(lines[above], "direct cause of the following exception");
            if (!chained) break;
        }
    }
    if (found < lines.size()) return found;
    for (std::size_t i = lines.size(); i-- > 0;)
        if (has(lines[i], " ERROR ")) return i;
    return found;
}

/// Of the JSON layout message and exception, as the other layouts print them.
Lines unfolded(const Lines& lines) {
    Lines result;
    for (const auto& line : lines) {
        const auto entry = line.starts_with("{\"") ? data::parse_json(line, "log line")
                                                   : core::Result<data::Json>(core::Error{});
        const auto text = entry ? data::string_at(*entry, {"msg"}) : std::string();
        if (text.empty()) {
            result.push_back(line);
            continue;
        }
        result.push_back(" " + data::string_at(*entry, {"level"}) + " " + text);
        if (const auto name = data::string_at(*entry, {"exception", "class"}); !name.empty())
            result.push_back("Caused by: " + name + ": " +
                             data::string_at(*entry, {"exception", "msg"}));
    }
    return result;
}

/// "ValueError: ..." and "java.io.IOException: ...", at the beginning of a line.
bool is_exception(std::string_view line) {
    const auto end = line.find_first_of(": ");
    const std::string_view name = line.substr(0, end);
    if (name.empty() || is_indented(line)) return false;
    if (end != std::string_view::npos && line[end] == ' ') return false;
    return has(name, "Error") || has(name, "Exception") || has(name, "Interrupt") ||
           has(name, "Exit") || has(name, "Warning");
}

std::size_t last_exception(const Lines& lines) {
    for (std::size_t i = lines.size(); i-- > 0;)
        if (is_exception(lines[i])) return i;
    return lines.size();
}

struct Deepest {
    std::string text;
    bool python = false;
};
Deepest deepest_of(const Lines& lines, std::size_t begin) {
    Deepest deepest;
    bool in_traceback = false;
    for (std::size_t i = begin; i < lines.size(); ++i) {
        const std::string_view line = lines[i];
        if (has(line, "direct cause of the following exception")) break;
        std::string_view cause;
        if (line.starts_with("Caused by: ")) cause = line.substr(11);
        if (line.starts_with("Exception in thread "))
            cause = line.substr(std::min(line.size(), line.find("\" ") + 2));
        if (line.starts_with(": ")) cause = line.substr(2); // py4j
        if (has(line, kTraceback)) {
            in_traceback = true;
        } else if (in_traceback && is_exception(line)) {
            deepest = {shortened(line), true};
            in_traceback = false;
            continue;
        }
        if (!cause.empty() && !has(cause, kTraceback)) deepest = {shortened(cause), false};
        const bool query_ended = i > 0 && has(lines[i - 1], "] terminated with error");
        if (query_ended && is_exception(line)) deepest = {shortened(line), false};
    }
    return deepest;
}

const std::string* find_words(const Lines& lines, std::size_t begin, const LogPattern& pattern) {
    for (std::size_t i = begin; i < lines.size(); ++i)
        for (const auto words : pattern.words)
            if (has(lines[i], words)) return &lines[i];
    return nullptr;
}

/// The sentence of an API server inside fabric8's, else the line without what stands before the
/// exception.
std::string told(std::string_view line) {
    if (const auto at = line.find(". Message: "); at != std::string_view::npos) {
        line.remove_prefix(at + 11);
        line = line.substr(0, line.find(" Received status:"));
        if (const auto mark = line.find("may have been revoked. "); mark != std::string_view::npos)
            line.remove_prefix(mark + 23);
    }
    for (const std::string_view prefix : {"Caused by: ", "Error: ", ": "})
        if (line.starts_with(prefix)) line.remove_prefix(prefix.size());
    if (line.starts_with("Exception in thread "))
        line.remove_prefix(std::min(line.size(), line.find("\" ") + 2));
    return shortened(line);
}

constexpr const char* kJarRemedy =
    "# put it into the image, or name it by https:// or s3a://; local:// means a path inside the "
    "image";

/// A jar of spec.deps is skipped with a warning, and its classes are missed later.
std::optional<LogCause> missing_jar(const Lines& lines) {
    const auto skipped = std::ranges::find_if(lines, [](const std::string& line) {
        return has(line, "Local jar ") && has(line, "does not exist, skipping");
    });
    if (skipped == lines.end()) return {};
    const LogPattern* pattern = std::ranges::find(kLogPatterns, "class-missing", &LogPattern::id);
    const std::string* absent = find_words(lines, 0, *pattern);
    if (absent == nullptr) return {};
    const auto at = skipped->find("Local jar ") + 10;
    const std::string jar = skipped->substr(at, skipped->find(" does not exist") - at);
    return LogCause{"missing-jar",
                    "the jar " + jar +
                        " is not in the image, so a class is missing: " + told(*absent),
                    {shortened(*skipped), shortened(*absent)},
                    kJarRemedy};
}

LogCause of_pattern(const LogPattern& pattern, const std::string& line) {
    return {pattern.id,
            std::string(pattern.sentence) + ": " + told(line),
            {shortened(line)},
            pattern.remedy};
}

std::optional<LogCause> by_pattern(const Lines& lines, std::size_t begin) {
    for (const auto& pattern : kLogPatterns)
        if (const std::string* line = find_words(lines, begin, pattern)) {
            // The jar of mainApplicationFile is not skipped as those of spec.deps are.
            if (pattern.id == "file-missing" && line->ends_with(".jar"))
                return LogCause{"missing-jar",
                                "the jar is not in the image: " + told(*line),
                                {shortened(*line)},
                                kJarRemedy};
            return of_pattern(pattern, *line);
        }
    return {};
}

} // namespace

std::optional<LogCause> why_ended(const Lines& log) {
    const Lines lines = unfolded(log);
    if (auto jar = missing_jar(lines)) return jar;
    const std::size_t begin = last_failure(lines);
    // An exception that was only logged may have been dealt with: it counts when its words are
    // known.
    if (begin == lines.size()) return by_pattern(lines, last_exception(lines));
    if (auto known = by_pattern(lines, begin)) return known;
    const Deepest deepest = deepest_of(lines, begin);
    if (deepest.text.empty()) return {};
    return LogCause{deepest.python ? "python-exception" : "exception",
                    "the program threw an exception: " + deepest.text,
                    {deepest.text},
                    {}};
}

std::string why_query_ended(const Lines& lines, std::size_t at) {
    const auto is_entry = [](const std::string& line) {
        const bool dated = !line.empty() && line[0] >= '0' && line[0] <= '9';
        return dated || line.starts_with("{\"");
    };
    const auto begin = lines.begin() + static_cast<std::ptrdiff_t>(at);
    return deepest_of(unfolded({begin, std::find_if(begin + 1, lines.end(), is_entry)}), 0).text;
}

std::optional<LogCause> why_idle(const Lines& log) {
    const Lines lines = unfolded(log);
    for (const std::string_view id : {"executor-quota", "driver-rights"}) {
        const LogPattern* pattern = std::ranges::find(kLogPatterns, id, &LogPattern::id);
        if (const std::string* line = find_words(lines, 0, *pattern))
            return of_pattern(*pattern, *line);
    }
    const auto waits = std::ranges::find_if(lines, [](const std::string& line) {
        return has(line, "Initial job has not accepted any resources");
    });
    if (waits == lines.end()) return {};
    return LogCause{
        "no-resources",
        "the driver has work and no executor takes it: none is there, or none registers",
        {shortened(*waits)},
        {}};
}

std::vector<std::string_view> log_cause_ids() {
    std::vector<std::string_view> ids = {"missing-jar", "python-exception", "exception",
                                         "no-resources"};
    for (const auto& pattern : kLogPatterns) ids.push_back(pattern.id);
    return ids;
}

} // namespace kspark::spark
