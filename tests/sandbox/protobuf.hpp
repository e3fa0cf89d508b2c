// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "tests/sandbox/answers.hpp"

#include <optional>
#include <string_view>

namespace kspark::sandbox {

/// The SelfSubjectAccessReview that kubectl's typed client sends as protobuf, as JSON; nothing when
/// the bytes are something else.
std::optional<Json> decode_access_review(std::string_view bytes);

} // namespace kspark::sandbox
