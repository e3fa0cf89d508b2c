// SPDX-License-Identifier: Apache-2.0
// What the cluster answered to everything that a doctor asks, as far as the user may ask.
#pragma once

#include "core/kube/client.hpp"
#include "core/spark/diagnosis.hpp"

#include <map>
#include <memory>
#include <optional>

namespace kspark::doctor {

/// What came of one question; cheap to copy.
class Answer {
public:
    Answer(data::Json json);
    Answer(core::Error error) : error_(std::move(error)) {}
    Answer(core::Result<data::Json> result);

    explicit operator bool() const { return json_ != nullptr; }
    const data::Json& operator*() const { return *json_; }
    const core::Error& error() const { return error_; }

private:
    std::shared_ptr<const data::Json> json_;
    core::Error error_;
};

/// One right of the user.
struct Right {
    std::string verb, group, resource, subresource;
    std::string purpose; ///< "submit"
    std::optional<bool> allowed = {};
};

struct Ground {
    std::string name_space;
    std::vector<std::string> accounts; ///< service accounts that drivers use
    core::Time now{};

    Answer kubeflow_group, apache_group; ///< /apis/GROUP
    Answer webhooks_validating, webhooks_mutating;
    Answer trial; ///< a dry run of creating an application
    spark::OperatorFacts operators;
    Answer applications, apache_applications;
    Answer quotas, limits;
    Answer service_accounts, roles, role_bindings, cluster_roles, cluster_role_bindings;
    Answer pods, services, config_maps;
    std::vector<Right> rights;
    /// Pull secrets that applications and accounts name: there or not; nothing: not known.
    std::map<std::string, std::optional<bool>> pull_secrets = {};
};

/// Asks all of it, many questions at a time.
core::Result<Ground> survey(kube::Client& client, const std::string& name_space,
                            const std::string& service_account);

/// The items of a list; none when it could not be read.
const data::Json& items_of(const Answer& answer);

} // namespace kspark::doctor
