// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/base/time.hpp"
#include "tests/sandbox/api.hpp"
#include "tests/sandbox/store.hpp"

#include <string>
#include <vector>

namespace kspark::sandbox {

/// The client would rather have rows and columns, as `kubectl get` does.
bool wants_table(const std::string& accept);
/// The parameter includeObject of a request for a table: what each row has of its object. Throws a
/// Refusal when it is none of "Object", "None", "Metadata" and nothing (the metadata, too).
std::string included_objects(const Request& request);
/// A meta.k8s.io/v1 Table of objects of one kind; `include` as above.
Json make_table(const Kind& kind, const std::vector<ObjectPtr>& objects, core::Time now,
                const std::string& include);

} // namespace kspark::sandbox
