// SPDX-License-Identifier: Apache-2.0
// The reference and the man pages: the words of --help, from the same declarations, in other
// clothes. The text of a command is Markdown already; for man it is set anew, a line at a time,
// since its authors use paragraphs, lists, fenced code and headings, and no more.
#include "core/base/text.hpp"
#include "core/cli/help.hpp"
#include "core/version.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace kspark::core {

namespace {

/// What a page is made of.
struct Page {
    std::string title; ///< "kubectl spark submit"
    std::string summary;
    std::string usage;
    std::string text; ///< Markdown
    std::optional<Positional> positional;
    std::vector<Flag> own, global;
};

Page page_of(const Command& command, Context& context) {
    const auto invocation = command.make();
    bool help = false;
    declare_common(invocation->flags, help, context);
    Page page{context.program,
              command.summary,
              context.program + " " + command.synopsis,
              command.help,
              invocation->flags.positional(),
              {},
              {}};
    if (!command.name.empty()) page.title += " " + command.name;
    for (const Flag& flag : invocation->flags.flags())
        if (!flag.hidden) (flag.global ? page.global : page.own).push_back(flag);
    return page;
}

std::string heading_text(std::string_view line) {
    return std::string(line.substr(std::min(line.size(), line.find_first_not_of("# "))));
}

bool is_fence(std::string_view line) {
    return line.starts_with("```");
}

/// The text with all headings one below the page's title.
std::string with_second_headings(std::string_view markdown) {
    std::string text;
    bool code = false;
    for (const std::string& line : split(markdown, '\n')) {
        code = code != is_fence(line);
        text += !code && line.starts_with('#') ? "## " + heading_text(line) : line;
        text += '\n';
    }
    return std::string(trim(text)) + "\n";
}

std::string cell(std::string text) {
    for (std::size_t at = 0; (at = text.find_first_of("|\n", at)) != text.npos; ++at)
        text.replace(at, 1, text[at] == '|' ? "\\|" : " "), at += text[at] == '\\';
    return text;
}

std::string markdown_flags(const std::vector<Flag>& flags) {
    std::string text = "| flag | meaning |\n|---|---|\n";
    for (const Flag& flag : flags)
        text += fmt::format("| `{}` | {} |\n", cell(spelling(flag)), cell(explanation(flag)));
    return text;
}

std::string markdown(const Page& page, bool overview) {
    std::string text = fmt::format("# {}\n\n", page.title);
    if (!page.summary.empty()) text += page.summary + ".\n\n";
    text += "```\n" + page.usage + "\n```\n\n" + with_second_headings(page.text);
    if (page.positional && !page.positional->help.empty())
        text += fmt::format("\n## Arguments\n\n`{}`: {}\n", page.positional->name,
                            page.positional->help);
    text += "\n## Flags\n\n" + markdown_flags(page.own);
    if (overview) return text + "\n## Global flags\n\n" + markdown_flags(page.global);
    return text + "\nAnd the [global flags](README.md#global-flags) of every command.\n";
}

/// Letters that mean something to troff. A hyphen that somebody may copy is a minus sign there.
std::string escaped(std::string_view text) {
    std::string safe;
    for (const char letter : text) {
        if (letter == '\\')
            safe += "\\e";
        else if (letter == '-')
            safe += "\\-";
        else
            safe += letter;
    }
    if (safe.starts_with('.') || safe.starts_with('\'')) safe.insert(0, "\\&");
    return safe;
}

/// One line of a paragraph: `code` and **strong words** in bold.
std::string in_bold(std::string_view line) {
    std::string text;
    bool bold = false;
    for (std::size_t at = 0; at < line.size();) {
        const std::size_t mark = line[at] == '`' ? 1 : line.substr(at).starts_with("**") ? 2 : 0;
        const std::size_t next = std::min(line.find_first_of("`*", at + 1), line.size());
        if (mark != 0) {
            bold = !bold;
            text += bold ? "\\fB" : "\\fR";
            at += mark;
        } else {
            text += escaped(line.substr(at, next - at));
            at = next;
        }
    }
    return text + (bold ? "\\fR" : "");
}

std::string upper(std::string text) {
    std::transform(text.begin(), text.end(), text.begin(),
                   [](unsigned char letter) { return static_cast<char>(std::toupper(letter)); });
    return text;
}

std::string man_line(const std::string& line) {
    if (line.empty()) return ".PP\n";
    if (line.starts_with('#')) return ".SH " + upper(heading_text(line)) + "\n";
    if (line.starts_with("* ") || line.starts_with("- "))
        return ".IP \\(bu 2\n" + in_bold(line.substr(2)) + "\n";
    return in_bold(trim(line)) + "\n";
}

/// The description follows the examples without a heading of its own, which man pages have.
std::string man_text(std::string_view markdown) {
    std::string text;
    bool fenced = false, indented = false, described = false;
    for (const std::string& line : split(trim(markdown), '\n')) {
        const bool is_code = !fenced && !is_fence(line) && line.starts_with("    ");
        if (is_fence(line)) fenced = !fenced;
        if (is_fence(line) || is_code != indented) // an end and a beginning never meet
            text += fenced || is_code ? ".PP\n.nf\n.RS 2\n" : ".RE\n.fi\n";
        indented = is_code;
        if (is_fence(line)) continue;
        if (fenced || is_code) {
            text += escaped(is_code ? line.substr(4) : line) + "\n";
            continue;
        }
        const bool is_prose = !line.empty() && !line.starts_with('#');
        if (is_prose && !described) text += ".SH DESCRIPTION\n";
        described = described || is_prose;
        text += man_line(line);
    }
    if (indented) text += ".RE\n.fi\n";
    return text;
}

std::string man_flags(const std::vector<Flag>& flags) {
    std::string text;
    for (const Flag& flag : flags)
        text += fmt::format(".TP\n\\fB{}\\fR\n{}\n", escaped(spelling(flag)),
                            escaped(explanation(flag)));
    return text;
}

std::string man(const Page& page, bool overview) {
    std::string name = page.title;
    std::replace(name.begin(), name.end(), ' ', '-');
    std::string text =
        fmt::format(".TH \"{}\" 1 \"\" \"kubectl-spark {}\"\n", upper(name), kVersion);
    text += fmt::format(
        ".SH NAME\n{} \\- {}\n", escaped(name),
        escaped(overview ? "the command line of a Spark fleet on Kubernetes" : page.summary));
    text += fmt::format(".SH SYNOPSIS\n\\fB{}\\fR\n", escaped(page.usage)) + man_text(page.text);
    if (page.positional && !page.positional->help.empty())
        text += fmt::format(".SH ARGUMENTS\n.TP\n\\fB{}\\fR\n{}\n", escaped(page.positional->name),
                            escaped(page.positional->help));
    text += ".SH FLAGS\n" + man_flags(page.own) + ".SH GLOBAL FLAGS\n" + man_flags(page.global);
    return text + (overview ? "" : ".SH SEE ALSO\n.BR kubectl\\-spark (1)\n");
}

} // namespace

Result<std::string> help_page(const Command& command, Context& context, const std::string& form) {
    const bool overview = command.name.empty();
    const Page page = page_of(command, context);
    if (form == "markdown") return markdown(page, overview);
    if (form == "man") return man(page, overview);
    return Error{Code::Usage, fmt::format("no page of the form \"{}\": markdown or man", form)};
}

} // namespace kspark::core
