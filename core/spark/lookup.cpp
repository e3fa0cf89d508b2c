// SPDX-License-Identifier: Apache-2.0
// Both operators use the same kind and plural in their own groups, so both groups are asked. A
// cluster without one of them answers 404, or 403 to a user who has rights for the other only.
#include "core/spark/lookup.hpp"

#include "core/base/text.hpp"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

namespace kspark::spark {
namespace {

/// What only tells a name can do without.
const std::vector<std::string> kUnneeded = {"managedFields", "spec", "status", "annotations"};

bool is_kind(std::string_view word) {
    const std::string plain = core::lower(word.substr(0, word.find('.')));
    if (plain != "sparkapp" && plain != "sparkapplication" && plain != "sparkapplications")
        return false;
    if (plain.size() == word.size()) return true;
    // "sparkapplications.v1beta2.sparkoperator.k8s.io" and without the version
    const std::string_view rest = word.substr(plain.size() + 1);
    return std::ranges::any_of(application_kinds(), [&](const kube::Resource& kind) {
        return rest == kind.group || rest == kind.version + "." + kind.group;
    });
}

bool may_be_absent(const core::Error& error) {
    return error.code == core::Code::NotFound || error.code == core::Code::Forbidden;
}

} // namespace

const std::vector<kube::Resource>& application_kinds() {
    static const std::vector<kube::Resource> kinds = {kube::kubeflow_applications(),
                                                      kube::apache_applications()};
    return kinds;
}

core::Result<std::string> application_name(const std::string& word) {
    const auto slash = word.find('/');
    if (slash == std::string::npos) return word;
    if (is_kind(std::string_view(word).substr(0, slash)) && slash + 1 < word.size())
        return word.substr(slash + 1);
    return core::Error{core::Code::Usage,
                       fmt::format("\"{}\" is no application: say NAME or sparkapp/NAME", word)};
}

core::Result<std::vector<std::string>> application_names(const std::vector<std::string>& words) {
    const bool kind_first = words.size() > 1 && is_kind(words.front());
    std::vector<std::string> names;
    for (const std::string& word : words) {
        if (kind_first && &word == &words.front()) continue;
        if (kind_first && word.find('/') != std::string::npos)
            return core::Error{core::Code::Usage,
                               "there is no need to specify a resource type as a separate argument "
                               "when passing arguments in resource/name form"};
        KSPARK_ASSIGN(names.emplace_back(), application_name(word));
    }
    return names;
}

core::Status list_applications(kube::Client& client, const std::vector<kube::Resource>& kinds,
                               const std::string& name_space, const kube::Selection& selection,
                               const std::function<core::Status(data::Json)>& item,
                               const std::vector<std::string>& drop) {
    std::optional<core::Error> first;
    bool any = false;
    for (const auto& resource : kinds) {
        const auto listed = client.list({resource, name_space}, selection, item, drop);
        any = any || listed.has_value();
        if (listed) continue;
        if (!may_be_absent(listed.error())) return listed.error();
        if (!first) first = listed.error();
    }
    if (any || !first) return {};
    return *first;
}

core::Result<data::Json> get_application(kube::Client& client,
                                         const std::vector<kube::Resource>& kinds,
                                         const std::string& name_space, const std::string& name) {
    std::optional<core::Error> first;
    for (const auto& resource : kinds) {
        auto object = client.call(kube::get_call({resource, name_space, name}));
        if (object || !may_be_absent(object.error())) return object;
        // A kind that is not there says less than a name that is not there.
        const bool told = object.error().message.find('"' + name + '"') != std::string::npos;
        if (!first || told) first = object.error();
    }
    if (first->code != core::Code::NotFound) return *first;
    std::vector<std::string> names;
    const auto collect = [&](const data::Json& item) -> core::Status {
        names.push_back(data::string_at(item, {"metadata", "name"}));
        return {};
    };
    const auto listed = list_applications(client, kinds, name_space, {}, collect, kUnneeded);
    if (listed) first->message += core::did_you_mean(name, names);
    return *first;
}

std::vector<std::string> complete_applications(kube::Client& client, const std::string& name_space,
                                               const std::string& prefix) {
    const auto slash = prefix.find('/');
    const std::string kind = slash == std::string::npos ? "" : prefix.substr(0, slash + 1);
    if (!kind.empty() && !is_kind(std::string_view(kind).substr(0, slash))) return {};
    std::vector<std::string> names;
    const auto collect = [&](const data::Json& item) -> core::Status {
        const std::string name = kind + data::string_at(item, {"metadata", "name"});
        const std::string state = data::string_at(item, {"status", "applicationState", "state"});
        if (name.starts_with(prefix)) names.push_back(state.empty() ? name : name + "\t" + state);
        return {};
    };
    const auto listed = list_applications(client, application_kinds(), name_space, {}, collect,
                                          {"managedFields", "spec", "annotations", "labels"});
    if (!listed) names.clear();
    return names;
}

} // namespace kspark::spark
