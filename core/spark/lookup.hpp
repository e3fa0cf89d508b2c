// SPDX-License-Identifier: Apache-2.0
// Finding applications by name or selector, of one operator or both.
#pragma once

#include "core/kube/client.hpp"
#include "core/spark/application.hpp"

#include <optional>

namespace kspark::spark {

/// The kinds of both operators.
const std::vector<kube::Resource>& application_kinds();

/// What else the operators have: schedules, Spark Connect servers, clusters.
const std::vector<kube::Resource>& companion_kinds();
/// "scheduledsparkapp/nightly" and the like; nothing for any other word.
std::optional<kube::Reference> companion_of(const std::string& word, const std::string& name_space);

/// The kind of an application that was read.
kube::Resource kind_of(const data::Json& application);
/// The kind that this operator runs.
const kube::Resource& kind_of(Operator operator_);

/// "orders" of "orders", "sparkapp/orders", "sparkapplications.sparkoperator.k8s.io/orders".
core::Result<std::string> application_name(const std::string& word);
/// Whether the words are "sparkapp" or the like and no more: to a command that lists, all of them.
bool is_kind_alone(const std::vector<std::string>& words);
/// The same for all words of a command line; "sparkapplication orders payments" is two names, as it
/// is to kubectl.
core::Result<std::vector<std::string>> application_names(const std::vector<std::string>& words);
/// These words as get_application() takes them, each with its kind where one was said.
core::Result<std::vector<std::string>> application_words(const std::vector<std::string>& words);

/// Lists these kinds; one that this cluster does not have, or that may not be read beside another,
/// is left out. An error when there is none.
core::Status list_applications(kube::Client& client, const std::vector<kube::Resource>& kinds,
                               const std::string& name_space, const kube::Selection& selection,
                               const std::function<core::Status(data::Json)>& item,
                               const std::vector<std::string>& drop);

/// One application, by a word as application_name() takes it; the error for an unknown name offers
/// the nearest that there is, and a name that both operators have needs its group.
core::Result<data::Json> get_application(kube::Client& client,
                                         const std::vector<kube::Resource>& kinds,
                                         const std::string& name_space, const std::string& word);

/// Names that begin with a prefix, for completion, each with its state; none when the cluster
/// cannot be asked. After "sparkapp/" the candidates begin with it, too.
std::vector<std::string> complete_applications(kube::Client& client, const std::string& name_space,
                                               const std::string& prefix);

} // namespace kspark::spark
