// SPDX-License-Identifier: Apache-2.0
// The only file that sees RE2. Logs hold any bytes: what is no UTF-8 is searched as bytes.
#include "plugins/logs/pattern.hpp"

#include <fmt/format.h>

#include <re2/re2.h>

namespace kspark::logs {

struct Pattern::Compiled {
    Compiled(const std::string& expression, const RE2::Options& options)
        : regex(expression, options) {}
    RE2 regex;
};

Pattern::Pattern(std::unique_ptr<Compiled> compiled) : compiled_(std::move(compiled)) {}
Pattern::Pattern(Pattern&&) noexcept = default;
Pattern& Pattern::operator=(Pattern&&) noexcept = default;
Pattern::~Pattern() = default;

core::Result<Pattern> Pattern::make(const std::string& expression, bool ignore_case) {
    RE2::Options options;
    options.set_case_sensitive(!ignore_case);
    options.set_log_errors(false);
    options.set_never_capture(true);
    auto compiled = std::make_unique<Compiled>(expression, options);
    if (!compiled->regex.ok())
        return core::Error{core::Code::Usage,
                           fmt::format("invalid argument \"{}\" for \"--grep\" flag: {}",
                                       expression, compiled->regex.error())};
    return Pattern(std::move(compiled));
}

bool Pattern::found_in(std::string_view text) const {
    return RE2::PartialMatch(re2::StringPiece(text.data(), text.size()), compiled_->regex);
}

} // namespace kspark::logs
