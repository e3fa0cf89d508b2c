// SPDX-License-Identifier: Apache-2.0
// Sets of fields as metadata.managedFields writes them (FieldsV1).
#pragma once

#include "tests/sandbox/answers.hpp"

#include <set>
#include <string>
#include <vector>

namespace kspark::sandbox {

/// Elements as in FieldsV1: "f:spec", "k:{\"uid\":\"...\"}", "v:\"finalizer\"".
using FieldPath = std::vector<std::string>;
using FieldSet = std::set<FieldPath>;

FieldSet decode_fields(const Json& fields_v1);
Json encode_fields(const FieldSet& fields);
/// ".spec.driver.cores", as conflicts name it.
std::string to_text(const FieldPath& path);

/// What an applied configuration claims: its leaves, lists being leaves.
FieldSet applied_fields(const Json& object);

struct FieldChanges {
    FieldSet written; ///< added or changed; with the maps that are new themselves
    FieldSet removed;
};
FieldChanges compare_fields(const Json& before, const Json& after);

/// The value at the path, or null.
const Json* value_at(const Json& object, const FieldPath& path);
void remove_at(Json& object, const FieldPath& path);

/// The fields whose value differs between the two objects, in the order of conflicts: a level's own
/// members before those of its children.
std::vector<FieldPath> ordered(const FieldSet& fields);

} // namespace kspark::sandbox
