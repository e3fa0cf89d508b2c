// SPDX-License-Identifier: Apache-2.0
// The text of --help. Examples come first, because most readers need no more; they and the prose
// are the command's Markdown page, made plain. The flags are listed from their declarations.
#include "core/cli/help.hpp"

#include "core/base/text.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace kspark::core {

namespace {

constexpr std::size_t kWidth = 100; // of a line
constexpr std::size_t kColumn = 36; // at most, where the explanations begin

/// Long names under each other, whether there is a short one or not.
std::string aligned(const Flag& flag) {
    return (flag.names.front().starts_with("--") ? "    " : "") + spelling(flag);
}

/// Words of `text` in lines that begin at `column`; the first line goes on where it is.
std::string wrapped(std::string text, std::size_t column) {
    std::replace(text.begin(), text.end(), '\n', ' ');
    std::string lines;
    std::size_t width = column;
    for (const std::string& word : split(text, ' ')) {
        if (word.empty()) continue;
        if (!lines.empty() && width + 1 + word.size() > kWidth) {
            lines += "\n" + std::string(column, ' ');
            width = column;
        } else if (!lines.empty()) {
            lines += ' ';
            ++width;
        }
        lines += word;
        width += word.size();
    }
    return lines;
}

std::string list(const std::vector<Flag>& flags, bool global) {
    std::size_t widest = 0;
    for (const Flag& flag : flags)
        if (flag.global == global && !flag.hidden)
            widest = std::max(widest, aligned(flag).size() + 4);
    const std::size_t column = std::min(widest, kColumn);
    std::string text;
    for (const Flag& flag : flags) {
        if (flag.global != global || flag.hidden) continue;
        const std::string left = "  " + aligned(flag);
        const bool fits = left.size() + 2 <= column;
        text += left +
                (fits ? std::string(column - left.size(), ' ') : "\n" + std::string(column, ' '));
        text += wrapped(explanation(flag), column) + "\n";
    }
    return text;
}

} // namespace

std::string spelling(const Flag& flag) {
    const std::string text = join(flag.names, ", ");
    if (flag.value_name.empty()) return text;
    return text + (flag.implied ? "[=" + flag.value_name + "]" : " " + flag.value_name);
}

std::string explanation(const Flag& flag) {
    std::string text = flag.help;
    if (!flag.choices.empty()) text += fmt::format(" ({})", join(flag.choices, ", "));
    if (!flag.shown_default.empty()) text += fmt::format(" (default {})", flag.shown_default);
    return text;
}

std::string plain_text(std::string_view markdown) {
    std::string text;
    bool code = false;
    for (std::string line : split(markdown, '\n')) {
        if (line.starts_with("```")) {
            code = !code;
            continue;
        }
        if (code) {
            text += line.empty() ? "\n" : "  " + line + "\n";
            continue;
        }
        if (line.starts_with('#')) {
            line = line.substr(std::min(line.size(), line.find_first_not_of("# ")));
            if (!line.ends_with('?')) line += ':';
        }
        std::size_t mark = 0;
        while ((mark = line.find("**")) != std::string::npos) line.erase(mark, 2);
        text += line + "\n";
    }
    return std::string(trim(text)) + "\n";
}

std::string global_flags_text(Context& context) {
    Flags flags;
    bool help = false;
    declare_common(flags, help, context);
    return list(flags.flags(), true);
}

std::string help_text(const Command& command, Context& context) {
    const auto invocation = command.make();
    bool help = false;
    declare_common(invocation->flags, help, context);
    const auto& flags = invocation->flags.flags();
    std::string text = plain_text(command.help);
    text += fmt::format("\nUsage:\n  {} {}\n", context.program, command.synopsis);
    if (const auto& positional = invocation->flags.positional();
        positional && !positional->help.empty())
        text += fmt::format("\nArguments:\n  {:<{}}{}\n", positional->name, kColumn - 2,
                            wrapped(positional->help, kColumn));
    text += "\nFlags:\n" + list(flags, false);
    text += "\nGlobal flags:\n" + list(flags, true);
    return text;
}

} // namespace kspark::core
