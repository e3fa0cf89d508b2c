// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/base/result.hpp"

namespace kspark::core {

/// The one place where kinds of failure become exit statuses (README, "Exit statuses").
int exit_status(Code code);
/// Of several applications: the worse of two codes, in the order 70, 7, 6, 3, 4, 5, 1, 8.
Code worse(Code left, Code right);

} // namespace kspark::core
