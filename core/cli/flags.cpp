// SPDX-License-Identifier: Apache-2.0
// Flags on top of CLI11, the only file that sees it. CLI11 matches names, collects values and tells
// what is left over; each value is then assigned in the order in which the user wrote them, so that
// the first mistake is the one that is reported and the last of two values wins.
#include "core/cli/flags.hpp"

#include "core/base/text.hpp"
#include "core/cli/words.hpp"

#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <map>

namespace kspark::core {

namespace {

Error wrong_value(std::string message) {
    return {Code::Usage, std::move(message)};
}

Result<bool> parse_bool(const std::string& value) {
    // Go's strconv.ParseBool.
    for (const char* yes : {"1", "t", "T", "TRUE", "true", "True"})
        if (value == yes) return true;
    for (const char* no : {"0", "f", "F", "FALSE", "false", "False"})
        if (value == no) return false;
    return wrong_value("expected true or false");
}

Result<int> parse_int(const std::string& value) {
    int number = 0;
    const char* begin = value.data() + (value.starts_with('+') && value.size() > 1 ? 1 : 0);
    const char* end = value.data() + value.size();
    const auto [stop, problem] = std::from_chars(begin, end, number);
    if (problem == std::errc::result_out_of_range) return wrong_value("the number is too large");
    if (problem != std::errc{} || stop != end) return wrong_value("expected a whole number");
    return number;
}

/// Values between commas; as in a line of CSV, quotes keep a comma inside a value.
Result<std::vector<std::string>> split_values(const std::string& text) {
    std::vector<std::string> values(1);
    bool quoted = false;
    for (std::size_t i = 0; i < text.size(); ++i) {
        if (text[i] == '"' && quoted && i + 1 < text.size() && text[i + 1] == '"') {
            values.back() += text[++i];
        } else if (text[i] == '"' && (quoted || values.back().empty())) {
            quoted = !quoted;
        } else if (text[i] == ',' && !quoted) {
            values.emplace_back();
        } else {
            values.back() += text[i];
        }
    }
    if (quoted) return wrong_value("a quote is not closed");
    return values;
}

Status assign_one(const Flag& flag, const std::string& value) {
    const auto& choices = flag.choices;
    if (!choices.empty() && std::find(choices.begin(), choices.end(), value) == choices.end())
        return wrong_value(
            fmt::format("expected {}{}", join(choices, ", "), did_you_mean(value, choices)));
    return flag.assign(value);
}

Status assign(const Flag& flag, const std::string& value) {
    if (!flag.split_commas) return assign_one(flag, value);
    KSPARK_ASSIGN(const auto values, split_values(value));
    for (const std::string& one : values) KSPARK_TRY(assign_one(flag, one));
    return {};
}

Error invalid_argument(const Flag& flag, const std::string& value, const Error& why) {
    return {Code::Usage, fmt::format("invalid argument \"{}\" for \"{}\" flag: {}", value,
                                     join(flag.names, ", "), why.message)};
}

Error unknown_flag(const std::vector<Flag>& flags, const std::string& word) {
    if (!word.starts_with("--"))
        return {Code::Usage, fmt::format("unknown shorthand flag: '{}' in {}", word[1], word)};
    std::vector<std::string> names;
    for (const Flag& flag : flags)
        if (!flag.hidden && flag.name().starts_with("--")) names.push_back(flag.name().substr(2));
    const std::string typed = word.substr(0, word.find('='));
    const std::string meant = nearest(typed.substr(2), names);
    return {Code::Usage,
            fmt::format("unknown flag: {}{}", typed,
                        meant.empty() ? "" : fmt::format("; did you mean \"--{}\"?", meant))};
}

} // namespace

Flag& Flags::declare(const std::string& names, std::string value_name, std::string help) {
    Flag& flag = flags_.emplace_back();
    for (const std::string& name : split(names, ',')) flag.names.emplace_back(trim(name));
    flag.value_name = std::move(value_name);
    flag.help = std::move(help);
    return flag;
}

Flag& Flags::add(std::string names, bool& member, std::string help) {
    Flag& flag = declare(names, {}, std::move(help));
    flag.implied = "true";
    flag.assign = [&member](const std::string& value) -> Status {
        KSPARK_ASSIGN(member, parse_bool(value));
        return {};
    };
    if (member) flag.shown_default = "true";
    return flag;
}

Flag& Flags::add(std::string names, std::string& member, std::string value_name, std::string help) {
    Flag& flag = declare(names, std::move(value_name), std::move(help));
    flag.assign = [&member](const std::string& value) -> Status {
        member = value;
        return {};
    };
    flag.shown_default = member;
    return flag;
}

Flag& Flags::add(std::string names, int& member, std::string value_name, std::string help) {
    Flag& flag = declare(names, std::move(value_name), std::move(help));
    flag.assign = [&member](const std::string& value) -> Status {
        KSPARK_ASSIGN(member, parse_int(value));
        return {};
    };
    if (member != 0) flag.shown_default = std::to_string(member);
    return flag;
}

Flag& Flags::add(std::string names, Duration& member, std::string value_name, std::string help) {
    Flag& flag = declare(names, std::move(value_name), std::move(help));
    flag.assign = [&member](const std::string& value) -> Status {
        KSPARK_ASSIGN(member, parse_duration(value));
        return {};
    };
    if (member != Duration::zero()) flag.shown_default = human_duration(member);
    return flag;
}

Flag& Flags::add(std::string names, std::optional<Duration>& member, std::string value_name,
                 std::string help) {
    Flag& flag = declare(names, std::move(value_name), std::move(help));
    flag.assign = [&member](const std::string& value) -> Status {
        KSPARK_ASSIGN(member, parse_duration(value));
        return {};
    };
    if (member) flag.shown_default = human_duration(*member);
    return flag;
}

Flag& Flags::add(std::string names, std::vector<std::string>& member, std::string value_name,
                 std::string help, bool split_commas) {
    Flag& flag = declare(names, std::move(value_name), std::move(help));
    flag.repeated = true;
    flag.split_commas = split_commas;
    flag.shown_default = join(member, ",");
    // The first value given replaces the default.
    flag.assign = [&member, first = true](const std::string& value) mutable -> Status {
        if (std::exchange(first, false)) member.clear();
        member.push_back(value);
        return {};
    };
    return flag;
}

Flag& Flags::add(std::string names, std::string value_name, std::string help,
                 std::function<Status(const std::string&)> assign) {
    Flag& flag = declare(names, std::move(value_name), std::move(help));
    flag.assign = std::move(assign);
    return flag;
}

Positional& Flags::positionals(std::string name, std::vector<std::string>& members,
                               std::string help, std::size_t at_least, std::size_t at_most) {
    return positional_.emplace(
        Positional{std::move(name), std::move(help), at_least, at_most, &members, {}});
}

void Flags::rest(std::vector<std::string>& members) {
    rest_ = &members;
}

Status Flags::parse(const std::vector<std::string>& arguments) {
    Words spelled = spell_out(flags_, arguments);
    CLI::App parser;
    parser.set_help_flag();
    parser.allow_extras();
    std::map<const CLI::Option*, const Flag*> flag_of;
    for (const Flag& flag : flags_) {
        CLI::Option* option =
            parser.add_option(join(flag.names, ","), [](const CLI::results_t&) { return true; });
        option->multi_option_policy(CLI::MultiOptionPolicy::TakeAll);
        flag_of[option] = &flag;
    }
    try {
        // CLI11 wants the words of a vector last first.
        parser.parse(std::vector<std::string>(spelled.words.rbegin(), spelled.words.rend()));
    } catch (const CLI::ParseError& problem) {
        if (spelled.awaiting == nullptr) return Error{Code::Usage, problem.what()};
        return Error{Code::Usage,
                     fmt::format("flag needs an argument: {}", spelled.awaiting->name())};
    }
    std::map<const CLI::Option*, std::size_t> used;
    for (const CLI::Option* option : parser.parse_order()) {
        const std::string& value = option->results().at(used[option]++);
        const Flag& flag = *flag_of.at(option);
        if (const Status assigned = assign(flag, value); !assigned)
            return invalid_argument(flag, value, assigned.error());
    }
    std::vector<std::string> words = parser.remaining();
    for (const std::string& word : words)
        if (word.starts_with('-') && word.size() > 1) return unknown_flag(flags_, word);
    std::vector<std::string>& tail = rest_ != nullptr ? *rest_ : words;
    tail.insert(tail.end(), spelled.rest.begin(), spelled.rest.end());
    return assign_positionals(std::move(words));
}

Status Flags::assign_positionals(std::vector<std::string> words) {
    const std::size_t at_most = positional_ ? positional_->at_most : 0;
    if (words.size() > at_most)
        return Error{Code::Usage, fmt::format("unexpected argument \"{}\"", words[at_most])};
    if (!positional_) return {};
    if (words.size() < positional_->at_least)
        return Error{Code::Usage, fmt::format("argument {} is missing", positional_->name)};
    *positional_->values = std::move(words);
    return {};
}

} // namespace kspark::core
