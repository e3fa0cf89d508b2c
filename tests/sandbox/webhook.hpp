// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "tests/sandbox/cluster.hpp"

namespace kspark::sandbox {

/// What the operator's webhook adds to an application before it is validated. `before` is null for
/// a new one.
void set_defaults(const Kind& kind, const Json* before, Json& object);
/// Throws what the webhook has against a valid object.
void review(const Kind& kind, const Json& object);

} // namespace kspark::sandbox
