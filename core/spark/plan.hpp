// SPDX-License-Identifier: Apache-2.0
// What an apply will do to each application, told before it is done. A pure function of what is
// there and what the server's own dry run answered.
#pragma once

#include "core/data/json.hpp"
#include "core/spark/application.hpp"

#include <string>
#include <vector>

namespace kspark::spark {

enum class Action { Create, Restart, Update, Unchanged, Prune };
std::string_view to_text(Action action); ///< "create", "restart", "in place", "unchanged", "prune"

struct FieldChange {
    data::Path path;           ///< "spec", "executor", "memory"
    std::string before, after; ///< one line each, secrets masked; empty: absent
};

struct Change {
    Action action = Action::Unchanged;
    std::string name, name_space;
    std::vector<FieldChange> fields; ///< those that cause the action come first
    std::string note = {};           ///< what the action alone does not say: "resumes"
};

/// What changes between the live object (null: not there) and the object that the server would
/// store. Restart follows the operator's event filter (kubeflow 2.5.2): any difference under spec
/// but spec.suspend and spec.timeToLiveSeconds; metadata is in place. managedFields, status and
/// server-set metadata are no change. The apache operator reads spec once per run, but for
/// applicationTolerations: other changes need the object made anew.
Change compare(const data::Json& live, const data::Json& stored);

/// The same without a server's answer: a field that the manifest does not mention stays as it is.
Change compare_declared(const data::Json& live, const data::Json& manifest);

/// The object without what the server keeps for itself: status, managedFields, uid, ...
data::Json without_server_fields(const data::Json& object);

/// The field changes of two objects, deepest difference per path; lists are compared whole. Absent
/// and empty are the same for lists and for maps of names to values.
std::vector<FieldChange> field_changes(const data::Json& before, const data::Json& after);

} // namespace kspark::spark
