// SPDX-License-Identifier: Apache-2.0
// Where a status comes from: lists of applications of one operator or both, and single ones by
// name.
#pragma once

#include "plugins/status/fleet.hpp"
#include "plugins/status/status.hpp"

namespace kspark::status {

/// What the flags say about the columns.
Fleet::Shape shape_of(const Options& options, bool name_spaces);

/// The kinds of applications that are asked for.
std::vector<kube::Resource> resources(const Options& options);

/// Lists a kind; one that this cluster does not have, or that may not be read beside another, is
/// left out. An error when there is none.
core::Status list_applications(kube::Client& client, const Options& options,
                               const std::string& name_space, const kube::Selection& selection,
                               const std::function<core::Status(data::Json)>& item,
                               const std::vector<std::string>& drop);

/// The pods of the suspects of a fleet, or none when they may not be read.
core::Result<std::vector<spark::Pod>> suspect_pods(kube::Client& client,
                                                   const std::string& name_space,
                                                   const std::vector<spark::Application>& suspects);

} // namespace kspark::status
