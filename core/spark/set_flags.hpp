// SPDX-License-Identifier: Apache-2.0
// helm's --set syntax: "a.b=c,d[0]=e,f={x,y}", with "\," and "\." escaped. One thing more than
// helm: streams[NAME] finds a stream by its name, which can never be mistaken for an index, since
// names begin with a letter.
#pragma once

#include "core/base/result.hpp"
#include "core/data/json.hpp"

#include <functional>
#include <string>
#include <string_view>
#include <vector>

namespace kspark::spark {

struct Step {
    std::string name; ///< of a member, or what stands between brackets
    bool index = false;
};

/// Makes a value of the text behind "=".
using ReadValue = std::function<core::Result<data::Json>(const std::string&)>;
/// --set: true, false, null and whole numbers (no leading zero) are themselves, the rest is text.
data::Json typed_scalar(const std::string& text);

/// Applies "a.b=c,..." to a tree, in place. `flag` is for messages ("--set"). Gives the paths that
/// were written.
core::Result<std::vector<data::Path>> apply_set(data::Json& tree, std::string_view flag,
                                                const std::string& text, const ReadValue& read);

} // namespace kspark::spark
