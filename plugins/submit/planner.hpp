// SPDX-License-Identifier: Apache-2.0
// Which application will be created, restarted, changed in place, left alone or removed: from what
// is in the cluster and what the server itself says it would store.
#pragma once

#include "core/kube/client.hpp"
#include "core/spark/manifest.hpp"
#include "core/spark/plan.hpp"

#include <optional>

namespace kspark::submit {

/// One application of the plan.
struct Item {
    kube::Reference reference;
    data::Json desired; ///< the user's object, namespace filled in; null when it is pruned
    data::Json live;    ///< what is in the cluster; null: nothing
    data::Json stored;  ///< what the server would store, or has stored; null when it is pruned
    spark::Change change;
    bool asked = true; ///< false: the cluster was not asked (--dry-run=client)
    std::optional<core::Error> refused = {}; ///< the server's answer to the dry run
};

struct PlanOptions {
    std::string name_space = {};   ///< of objects that name none
    bool name_space_given = false; ///< by -n: then objects may name no other
    kube::Force force = kube::Force::No;
    bool prune = false;
    int max_prune = 1;
};

/// The items of the inputs, cluster not asked. Invalid when an object is no Spark application, or
/// names another namespace than -n (in kubectl's words).
core::Result<std::vector<Item>> make_items(const spark::Inputs& inputs, const PlanOptions& options);

/// Gets what is there and asks for server dry runs, all at once; adds the applications to prune.
core::Status make_plan(kube::Client& client, const spark::Inputs& inputs,
                       const PlanOptions& options, std::vector<Item>& items);

/// One item again: compares with what is there now. Used when somebody else wrote in between.
core::Status plan_again(kube::Client& client, kube::Force force, Item& item);

/// A conflict of field owners, as a person needs it; other errors as they are.
core::Error explained(core::Error error);
/// The 409 of server-side apply for fields that somebody else owns.
bool is_ownership_conflict(const core::Error& error);

} // namespace kspark::submit
