// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace kspark::sandbox {

/// One kind of object that the server stores, as discovery tells it.
struct Kind {
    std::string_view group; ///< "" for the core group
    std::string_view version;
    std::string_view plural;
    std::string_view kind;
    std::string_view short_name = {};
    bool namespaced = true;
    bool custom = false; ///< from a CustomResourceDefinition: no strategic merge patch

    std::string api_version() const;
    /// "sparkapplications.sparkoperator.k8s.io", "pods": as messages name the resource.
    std::string resource() const;
    /// "SparkApplication.sparkoperator.k8s.io", "Pod": as validation names it.
    std::string qualified_kind() const;
    std::string singular() const;
};

const std::vector<Kind>& kinds();
/// Null when there is no such resource.
const Kind* find_kind(std::string_view group, std::string_view version, std::string_view plural);

const Kind& application_kind();
const Kind& pod_kind();
const Kind& event_kind();
const Kind& namespace_kind();
const Kind& service_kind();

} // namespace kspark::sandbox
