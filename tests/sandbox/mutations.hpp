// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "tests/sandbox/api.hpp"

#include <functional>
#include <string>

namespace kspark::sandbox {

/// What answers requests: `handle`, or `handle` with a mistake around it.
using Handler = std::function<Answer(Cluster&, const Request&)>;

/// A server that is wrong in one way, for the test of the contract tests; empty for an unknown
/// name.
Handler make_mutation(const std::string& name);

} // namespace kspark::sandbox
