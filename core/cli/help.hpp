// SPDX-License-Identifier: Apache-2.0
// The parts of --help that the pages of the reference share with it.
#pragma once

#include "core/cli/command.hpp"

namespace kspark::core {

/// Markdown for a terminal: fenced code is indented, headings end with a colon.
std::string plain_text(std::string_view markdown);
/// The list of the flags that every command has.
std::string global_flags_text(Context& context);

/// "-n, --namespace NAME", "--wait[=running]".
std::string spelling(const Flag& flag);
/// What the flag does, what it takes and its default.
std::string explanation(const Flag& flag);

/// --help as a page: "markdown" for docs/reference, "man" for section 1.
Result<std::string> help_page(const Command& command, Context& context, const std::string& form);

} // namespace kspark::core
