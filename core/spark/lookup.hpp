// SPDX-License-Identifier: Apache-2.0
// Finding applications by name or selector, of one operator or both.
#pragma once

#include "core/kube/client.hpp"

namespace kspark::spark {

/// The kinds of both operators.
const std::vector<kube::Resource>& application_kinds();

/// "orders" of "orders", "sparkapp/orders", "sparkapplications.sparkoperator.k8s.io/orders".
core::Result<std::string> application_name(const std::string& word);
/// The same for all words of a command line; "sparkapplication orders payments" is two names, as it
/// is to kubectl.
core::Result<std::vector<std::string>> application_names(const std::vector<std::string>& words);

/// Lists these kinds; one that this cluster does not have, or that may not be read beside another,
/// is left out. An error when there is none.
core::Status list_applications(kube::Client& client, const std::vector<kube::Resource>& kinds,
                               const std::string& name_space, const kube::Selection& selection,
                               const std::function<core::Status(data::Json)>& item,
                               const std::vector<std::string>& drop);

/// One application; the error for an unknown name offers the nearest that there is.
core::Result<data::Json> get_application(kube::Client& client,
                                         const std::vector<kube::Resource>& kinds,
                                         const std::string& name_space, const std::string& name);

/// Names that begin with a prefix, for completion, each with its state; none when the cluster
/// cannot be asked. After "sparkapp/" the candidates begin with it, too.
std::vector<std::string> complete_applications(kube::Client& client, const std::string& name_space,
                                               const std::string& prefix);

} // namespace kspark::spark
