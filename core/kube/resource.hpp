// SPDX-License-Identifier: Apache-2.0
// Requests to the Kubernetes API as values: what to ask, not how it travels.
#pragma once

#include "core/data/json.hpp"
#include "core/http/transport.hpp"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace kspark::kube {

/// A kind of object and where the API server keeps it.
struct Resource {
    std::string group; ///< empty for the core group
    std::string version;
    std::string plural;
    std::string kind;

    /// "sparkapplications.sparkoperator.k8s.io", or "pods".
    std::string qualified_name() const;
    /// "sparkoperator.k8s.io/v1beta2", or "v1".
    std::string api_version() const;
};
const Resource& pods();
const Resource& events();
const Resource& namespaces();
const Resource& kubeflow_applications(); ///< sparkoperator.k8s.io/v1beta2
const Resource& apache_applications();   ///< spark.apache.org/v1

/// Empty name_space: all namespaces (list, watch) or a cluster-scoped object.
struct Reference {
    Resource resource;
    std::string name_space = {};
    std::string name = {};
};

struct Query {
    std::vector<std::pair<std::string, std::string>> parameters = {}; ///< not encoded
    Query& add(std::string name, std::string value);
};

/// One request. Idempotent ones are repeated after a connection broke.
struct Call {
    std::string method;
    std::string path; ///< encoded, without query
    Query query = {};
    std::string content_type = {};
    std::string body = {};
    std::string what = {}; ///< for messages: "getting sparkapplications \"orders\""
};

/// What the call does, for messages.
std::string what_of(const Call& call);
/// The path and the encoded query, as http::Request::target wants it.
std::string target_of(const Call& call);

/// "/apis/GROUP/VERSION/namespaces/NS/PLURAL/NAME[/SUBRESOURCE]", each segment encoded.
std::string path_of(const Reference& reference, std::string_view subresource = {});

struct Selection {
    std::string labels = {}; ///< -l, as typed
    std::string fields = {};
};

enum class DryRun : bool { No, Yes };
enum class Force : bool { No, Yes };
inline constexpr std::string_view kFieldManager = "kubectl-spark";

Call get_call(const Reference& reference);
/// Server-side apply with our field manager and strict field validation.
Call apply_call(const Reference& reference, const data::Json& object, DryRun dry_run, Force force);
Call create_call(const Reference& reference, const data::Json& object, DryRun dry_run);
/// RFC 7386. To guard it put metadata.resourceVersion or metadata.uid into the patch.
Call merge_patch_call(const Reference& reference, const data::Json& patch, DryRun dry_run);
/// Deletes in the background, only when the object still has that UID (empty: whichever).
Call delete_call(const Reference& reference, std::string_view uid, DryRun dry_run);

/// A name for metadata.name as Kubernetes wants it (RFC 1123 label or RFC 1035 label when
/// `strict`)? Empty when it is fine, else what is wrong with it: "has capital letters".
std::string name_problem(std::string_view name, bool strict);

} // namespace kspark::kube
