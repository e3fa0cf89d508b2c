// SPDX-License-Identifier: Apache-2.0
// The parts of --check that a cluster can add to: its schemas, and its room.
#pragma once

#include "core/cli/context.hpp"
#include "core/spark/lint.hpp"

namespace kspark::render {

/// --crd-version=cluster: what the cluster serves for the operators that the manifests are for.
core::Result<std::map<spark::Operator, data::Json>>
served_schemas(core::Context& context, const std::vector<spark::Manifest>& manifests);

/// --quota: what each application and all together ask for.
std::string needs_table(const std::vector<spark::Manifest>& manifests);

/// Adds what does not fit into the namespaces' quotas and limit ranges. Where there is no cluster,
/// or it may not be asked, that is said.
void compare_with_quota(core::Context& context, const std::vector<spark::Manifest>& manifests,
                        std::vector<spark::Finding>& findings);

} // namespace kspark::render
