// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/base/time.hpp"
#include "tests/sandbox/store.hpp"

#include <string>
#include <vector>

namespace kspark::sandbox {

/// The client would rather have rows and columns, as `kubectl get` does.
bool wants_table(const std::string& accept);
/// A meta.k8s.io/v1 Table of objects of one kind. `include` is the request's parameter
/// includeObject: what each row has of its object ("Object", "None", or the metadata).
Json make_table(const Kind& kind, const std::vector<ObjectPtr>& objects, core::Time now,
                const std::string& include);

} // namespace kspark::sandbox
