// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/base/result.hpp"

#include <memory>

namespace kspark::logs {

/// A regular expression that is searched for in time linear in the text, whatever both are (RE2's
/// syntax, which is Go's).
class Pattern {
public:
    Pattern(Pattern&&) noexcept;
    Pattern& operator=(Pattern&&) noexcept;
    ~Pattern();
    /// Usage: what is wrong with the expression.
    static core::Result<Pattern> make(const std::string& expression, bool ignore_case);
    bool found_in(std::string_view text) const;

private:
    struct Compiled;
    explicit Pattern(std::unique_ptr<Compiled> compiled);
    std::unique_ptr<Compiled> compiled_;
};

} // namespace kspark::logs
