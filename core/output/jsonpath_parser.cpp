// SPDX-License-Identifier: Apache-2.0
// Reads kubectl's template language into a tree. Where kubectl's reader is lenient (a range that is
// not closed ends with the template) so is this one, since scripts depend on it; where it is
// surprising ("$" is the current value, not the root) it is followed too.
#include "core/output/jsonpath_parser.hpp"

#include "core/base/text.hpp"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <array>
#include <charconv>

namespace kspark::output::jsonpath {
namespace {

constexpr int kDepth = 50;

core::Error invalid(std::string message) {
    return {core::Code::Usage, std::move(message)};
}

bool ends_name(char c) {
    return std::string_view(" \t\n\r.,[]$@{}").find(c) != std::string_view::npos;
}

Step literal(data::Json value) {
    Step step{Step::Kind::Literal};
    step.literal = std::make_shared<const data::Json>(std::move(value));
    return step;
}

/// "\n", "\t", "\"", "\\" and the like inside a quoted text.
std::string unescape(std::string_view text) {
    std::string out;
    for (std::size_t i = 0; i < text.size(); ++i) {
        if (text[i] != '\\' || i + 1 == text.size()) {
            out += text[i];
            continue;
        }
        switch (const char c = text[++i]; c) {
        case 'n':
            out += '\n';
            break;
        case 't':
            out += '\t';
            break;
        case 'r':
            out += '\r';
            break;
        default:
            out += c;
        }
    }
    return out;
}

std::string without_backslashes(std::string_view text) {
    std::string out(text);
    std::erase(out, '\\');
    return out;
}

/// Where the quoted text that begins at `at` ends (its closing quote), or npos.
std::size_t closing_quote(std::string_view text, std::size_t at) {
    for (std::size_t i = at + 1; i < text.size(); ++i) {
        if (text[i] == '\\')
            ++i;
        else if (text[i] == text[at])
            return i;
    }
    return std::string_view::npos;
}

/// The closing bracket that belongs to the opening one at `at`; quotes are skipped.
std::size_t closing(std::string_view text, std::size_t at, char open, char close) {
    int depth = 0;
    for (std::size_t i = at; i < text.size(); ++i) {
        if (text[i] == '"' || text[i] == '\'') {
            i = closing_quote(text, i);
            if (i == std::string_view::npos) return i;
        } else if (text[i] == open) {
            ++depth;
        } else if (text[i] == close && --depth == 0) {
            return i;
        }
    }
    return std::string_view::npos;
}

core::Result<Steps> parse_steps(std::string_view text, int depth);

core::Result<Step> parse_filter(std::string_view text, int depth) {
    auto filter = std::make_shared<Filter>();
    constexpr std::array<std::string_view, 6> kOperators = {"==", "!=", "<=", ">=", "<", ">"};
    std::size_t at = 0;
    for (; at < text.size(); ++at) {
        if (text[at] == '"' || text[at] == '\'') {
            at = closing_quote(text, at);
            if (at == std::string_view::npos) return invalid("unterminated quoted string");
            continue;
        }
        const auto op = std::find_if(kOperators.begin(), kOperators.end(), [&](auto candidate) {
            return text.substr(at).starts_with(candidate);
        });
        if (op == kOperators.end() && text[at] == '=')
            return invalid(fmt::format("unrecognized operator in filter: {}", text));
        if (op == kOperators.end()) continue;
        filter->op = *op;
        break;
    }
    KSPARK_ASSIGN(filter->left, parse_steps(core::trim(text.substr(0, at)), depth + 1));
    if (!filter->op.empty()) {
        const auto right = core::trim(text.substr(at + filter->op.size()));
        KSPARK_ASSIGN(filter->right, parse_steps(right, depth + 1));
    }
    Step step{Step::Kind::Filter};
    step.filter = std::move(filter);
    return step;
}

core::Result<std::optional<long>> parse_index(std::string_view text, std::string_view whole) {
    if (text.empty()) return std::optional<long>{};
    long value = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (error != std::errc() || end != text.data() + text.size())
        return invalid(fmt::format("invalid array index {}", whole));
    return std::optional<long>{value};
}

/// The inside of [...]: an index, a slice, a key, or several of them.
core::Result<Step> parse_brackets(std::string_view text, int depth) {
    if (text == "*") return Step{Step::Kind::Slice};
    if (text.size() >= 2 && text.front() == '\'' && closing_quote(text, 0) == text.size() - 1) {
        // A path itself, so that dots within a key need a backslash here, too.
        Step step{Step::Kind::Union};
        step.branches.emplace_back();
        KSPARK_ASSIGN(step.branches[0],
                      parse_steps(fmt::format(".{}", text.substr(1, text.size() - 2)), depth + 1));
        return step;
    }
    if (text.find(',') != std::string_view::npos) {
        Step step{Step::Kind::Union};
        for (const auto& part : core::split(text, ',')) {
            KSPARK_ASSIGN(Step branch, parse_brackets(core::trim(part), depth + 1));
            step.branches.push_back({std::move(branch)});
        }
        return step;
    }
    const auto parts = core::split(text, ':');
    if (parts.size() > 3 || text.empty())
        return invalid(fmt::format("invalid array index {}", text));
    Step step{Step::Kind::Slice};
    step.one = parts.size() == 1;
    KSPARK_ASSIGN(step.begin, parse_index(parts[0], text));
    if (parts.size() > 1) {
        KSPARK_ASSIGN(step.end, parse_index(parts[1], text));
    }
    if (parts.size() > 2) {
        KSPARK_ASSIGN(step.stride, parse_index(parts[2], text));
    }
    if (step.stride && *step.stride <= 0) return invalid("step must be > 0");
    return step;
}

/// Takes one step from the front of `text`.
core::Result<Step> take_step(std::string_view& text, int depth) {
    const auto taken = [&](std::size_t length) {
        const auto piece = text.substr(0, length);
        text.remove_prefix(std::min(length, text.size()));
        return piece;
    };
    const char c = text.front();
    if (text.starts_with("[?(")) {
        const auto end = closing(text, 0, '[', ']');
        if (end == std::string_view::npos || text[end - 1] != ')')
            return invalid("unterminated filter");
        return parse_filter(taken(end + 1).substr(3, end - 4), depth);
    }
    if (c == '[') {
        const auto end = closing(text, 0, '[', ']');
        if (end == std::string_view::npos) return invalid("unterminated array");
        return parse_brackets(taken(end + 1).substr(1, end - 1), depth);
    }
    if (c == '"' || c == '\'') {
        const auto end = closing_quote(text, 0);
        if (end == std::string_view::npos) return invalid("unterminated quoted string");
        return literal(unescape(taken(end + 1).substr(1, end - 1)));
    }
    if (text.starts_with("..")) {
        // "..name" is a descent and a field: the second dot stays for the field.
        taken(text.size() > 2 && (ends_name(text[2])) ? 2 : 1);
        return Step{Step::Kind::Descend};
    }
    std::size_t end = c == '.' ? 1 : 0;
    for (; end < text.size() && !ends_name(text[end]); ++end)
        if (text[end] == '\\') ++end;
    const std::string_view word = taken(end);
    if (c == '.') {
        if (word == ".*") return Step{Step::Kind::Wildcard};
        return Step{Step::Kind::Field, without_backslashes(word.substr(1))};
    }
    if (word == "true" || word == "false") return literal(word == "true");
    const auto number = data::Json::parse(word, nullptr, false);
    if (number.is_number()) return literal(number);
    return invalid(fmt::format("unrecognized word in action: {}", word.empty() ? text : word));
}

core::Result<Steps> parse_steps(std::string_view text, int depth) {
    if (depth > kDepth) return invalid("the expression is nested too deeply");
    Steps steps;
    while (!text.empty()) {
        if (text.front() == ' ' || text.front() == '@' || text.front() == '$') {
            text.remove_prefix(1);
            continue;
        }
        KSPARK_ASSIGN(Step step, take_step(text, depth));
        if (step.kind == Step::Kind::Field && step.text.empty()) continue; // "{.}"
        steps.push_back(std::move(step));
    }
    return steps;
}

/// Reads parts up to {end} (when inside a range) or to the end of the text.
core::Result<std::vector<Part>> parse_parts(std::string_view& rest, int ranges) {
    std::vector<Part> parts;
    while (!rest.empty()) {
        const auto open = rest.find('{');
        if (open != 0) {
            parts.push_back({Part::Kind::Text, std::string(rest.substr(0, open))});
            rest.remove_prefix(std::min(open, rest.size()));
            continue;
        }
        const auto close = closing(rest, 0, '{', '}');
        if (close == std::string_view::npos) return invalid("unclosed action");
        const auto action = core::trim(rest.substr(1, close - 1));
        rest.remove_prefix(close + 1);
        if (action == "end") {
            if (ranges == 0) return invalid("not in range, nothing to end");
            return parts;
        }
        const bool range = action.starts_with("range ");
        if (range && ranges == kDepth) return invalid("the expression is nested too deeply");
        Part part{range ? Part::Kind::Range : Part::Kind::Value, {}, {}, {}};
        KSPARK_ASSIGN(part.steps, parse_steps(range ? action.substr(6) : action, 0));
        if (range) {
            KSPARK_ASSIGN(part.body, parse_parts(rest, ranges + 1));
        }
        parts.push_back(std::move(part));
    }
    return parts;
}

} // namespace

core::Result<std::vector<Part>> parse(std::string_view expression) {
    return parse_parts(expression, 0);
}

} // namespace kspark::output::jsonpath
