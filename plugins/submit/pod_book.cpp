// SPDX-License-Identifier: Apache-2.0
// A request for each application every second takes longer than the second when there are many.
#include "plugins/submit/pod_book.hpp"

#include "core/base/text.hpp"
#include "core/spark/facts.hpp"
#include "core/spark/labels.hpp"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

namespace kspark::submit {
namespace {

/// A selector has a length that servers accept.
constexpr std::size_t kNamedInSelector = 40;

using Pods = core::Result<std::vector<spark::Pod>>;

} // namespace

void PodBook::read(const std::vector<kube::Reference>& applications) {
    std::map<std::string, std::vector<kube::Reference>> waiting; // by kind and namespace
    for (const auto& application : applications) {
        kube::Reference kind = application;
        kind.name.clear();
        auto& some = waiting[kube::path_of(kind)];
        some.push_back(application);
        if (some.size() == kNamedInSelector) read_some(std::exchange(some, {}));
    }
    for (auto& [kind, some] : waiting)
        if (!some.empty()) read_some(std::move(some));
}

void PodBook::read_some(std::vector<kube::Reference> applications) {
    const auto& first = applications.front();
    std::map<std::string, std::vector<spark::Pod>> found;
    std::vector<std::string> names;
    for (const auto& application : applications) names.push_back(application.name);
    const auto listed = client_.list(
        {kube::pods(), first.name_space, {}},
        {fmt::format("{} in ({})", spark::app_name_label(first.resource), core::join(names, ",")),
         {}},
        [&](const data::Json& object) -> core::Status {
            auto pod = spark::decode_pod(object);
            found[pod.application].push_back(std::move(pod));
            return {};
        });
    for (const auto& application : applications)
        pods_.insert_or_assign(kube::path_of(application),
                               listed ? Pods(std::move(found[application.name]))
                                      : Pods(listed.error()));
}

const Pods& PodBook::of(const kube::Reference& application) const {
    return pods_.at(kube::path_of(application));
}

} // namespace kspark::submit
