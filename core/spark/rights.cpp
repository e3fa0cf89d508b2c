// SPDX-License-Identifier: Apache-2.0
// Asks the server what the user may do (SelfSubjectAccessReview, which every user may create). Only
// for sentences about a refusal: whether something is allowed is found out by doing it.
#include "core/spark/rights.hpp"

#include <nlohmann/json.hpp>

namespace kspark::spark {

bool may(kube::Client& client, std::string_view verb, const kube::Reference& reference) {
    static const kube::Resource kReviews{"authorization.k8s.io", "v1", "selfsubjectaccessreviews",
                                         "SelfSubjectAccessReview"};
    const data::Json review = {{"apiVersion", kReviews.api_version()},
                               {"kind", kReviews.kind},
                               {"spec",
                                {{"resourceAttributes",
                                  {{"verb", verb},
                                   {"group", reference.resource.group},
                                   {"resource", reference.resource.plural},
                                   {"namespace", reference.name_space},
                                   {"name", reference.name}}}}}};
    const auto answer = client.call(kube::create_call({kReviews}, review, kube::DryRun::No));
    return !answer || data::bool_at(*answer, {"status", "allowed"}, true);
}

} // namespace kspark::spark
