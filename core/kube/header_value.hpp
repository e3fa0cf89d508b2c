// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/base/result.hpp"

#include <string_view>

namespace kspark::kube {

/// An error when the text has a control character and so must not become the value of a header: the
/// transport would send it as it is. The text itself, perhaps a secret, is not in the message.
core::Status check_header_value(std::string_view text, std::string_view what);

} // namespace kspark::kube
