// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/cli/flags.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace kspark::core {

/// A command line in which every known flag is two words, "--long" and its value.
struct Words {
    std::vector<std::string> words; ///< up to "--"; unknown flags as they were typed
    std::vector<std::string> rest;  ///< after "--"
    bool ended = false;             ///< there was a "--"
    const Flag* awaiting = nullptr; ///< the last word is this flag and its value is missing
};
Words spell_out(const std::vector<Flag>& flags, const std::vector<std::string>& arguments);

/// The flag of that name ("-n", "--namespace", "--all_namespaces"), or nullptr.
const Flag* find_flag(const std::vector<Flag>& flags, std::string_view name);

} // namespace kspark::core
