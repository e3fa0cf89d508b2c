// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace kspark::kube {

/// The texts of a Warning header (RFC 7234, code 299 only): `299 - "one", 299 - "two"`. What does
/// not follow the grammar, or has control characters, is left out.
std::vector<std::string> parse_warnings(std::string_view header);

} // namespace kspark::kube
