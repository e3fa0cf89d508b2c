// SPDX-License-Identifier: Apache-2.0
// The gate in front of every header value that a kubeconfig, a flag, a file or a plugin supplies.
#include "core/kube/header_value.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace kspark::kube {

core::Status check_header_value(std::string_view text, std::string_view what) {
    const auto control = [](char c) {
        const auto byte = static_cast<unsigned char>(c);
        return (byte < 0x20 && c != '\t') || byte == 0x7f;
    };
    const auto found = std::find_if(text.begin(), text.end(), control);
    if (found == text.end()) return {};
    return core::Error{core::Code::Invalid,
                       fmt::format("{} contains a {} at position {} and cannot be sent", what,
                                   *found == '\n' ? "line break" : "control character",
                                   found - text.begin() + 1)};
}

} // namespace kspark::kube
