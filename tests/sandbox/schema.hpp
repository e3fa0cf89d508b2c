// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "tests/sandbox/answers.hpp"

#include <string>
#include <vector>

namespace kspark::sandbox {

/// The CustomResourceDefinition's schema of a kind, or null when anything goes.
const Json* schema_of(const Kind& kind);

/// "spec.foo": what the schema does not know, in the order of the real server; removed from
/// `object` (pruned).
std::vector<std::string> prune_unknown(const Json& schema, Json& object);
/// What is wrong with an object, as validation says it.
std::vector<Cause> validate(const Json& schema, const Json& object);
/// What server-side apply cannot merge: ".spec.foo: field not declared in schema".
std::vector<std::string> type_errors(const Json& schema, const Json& object);

/// The rules for names and labels, common to all kinds.
std::vector<Cause> validate_metadata(const Json& object);

} // namespace kspark::sandbox
