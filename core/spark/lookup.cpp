// SPDX-License-Identifier: Apache-2.0
// Both operators use the same kind and plural in their own groups, so both groups are asked. A
// cluster without one of them answers 404, or 403 to a user who has rights for the other only.
#include "core/spark/lookup.hpp"

#include "core/base/text.hpp"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <array>
#include <optional>

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

/// Also a schedule or a server.
bool is_any_kind(const std::string& word) {
    const bool plain = word.find('/') == std::string::npos;
    return plain && (is_kind(word) || companion_of(word + "/x", {}).has_value());
}

bool may_be_absent(const core::Error& error) {
    return error.code == core::Code::NotFound || error.code == core::Code::Forbidden;
}

bool is_apache(const kube::Resource& resource) {
    return resource.group == kube::apache_applications().group;
}

kube::Resource with_version(kube::Resource kind, const std::string& api_version) {
    kind.version = api_version.substr(kind.group.size() + 1);
    return kind;
}

/// What an apache operator before its first release serves.
kube::Resource older(kube::Resource resource) {
    resource.version = "v1beta1";
    return resource;
}

/// What belongs to an operator and is no application.
core::Error no_application(const std::string& word) {
    const auto companion = companion_of(word, {});
    if (companion && companion->resource.kind == "ScheduledSparkApplication")
        return {core::Code::Usage,
                fmt::format("{0} is a schedule: what runs are the applications that it makes; "
                            "kubectl spark status {0} names them, kubectl spark submit --from {0} "
                            "makes one now",
                            word)};
    if (companion)
        return {core::Code::Usage,
                fmt::format("{} is a {}, a server and no application: kubectl spark status shows "
                            "it, the other commands are for applications",
                            word, companion->resource.kind)};
    return {core::Code::Usage,
            fmt::format("\"{}\" is no application: say NAME or sparkapp/NAME", word)};
}

/// The operator's group ("" when the word names none, or its beginning) and the name.
core::Result<std::pair<std::string, std::string>> split_word(const std::string& word) {
    const auto slash = word.find('/');
    if (slash == std::string::npos) return std::pair(std::string(), word);
    const std::string kind = core::lower(word.substr(0, slash));
    const auto dot = kind.find('.');
    if (!is_kind(kind) || slash + 1 == word.size()) return no_application(word);
    std::string group = dot == std::string::npos ? "" : kind.substr(dot + 1);
    for (const auto* version : {"v1.", "v1beta1.", "v1beta2."})
        if (group.starts_with(version)) group = group.substr(std::string_view(version).size());
    return std::pair(std::move(group), word.substr(slash + 1));
}

/// One name among several kinds.
struct Search {
    kube::Client& client;
    const std::string& name_space;
    const std::string& name;
    std::vector<data::Json> found = {};
    std::optional<core::Error> missing = {};
    int kinds_without = 0; ///< that are served and do not have the name

    core::Status ask(const std::vector<kube::Resource>& kinds) {
        std::vector<kube::Call> calls;
        for (const auto& kind : kinds) calls.push_back(kube::get_call({kind, name_space, name}));
        for (auto& object : client.call_all(calls)) {
            if (object) {
                found.push_back(*std::move(object));
                continue;
            }
            if (!may_be_absent(object.error())) return object.error();
            // A kind that is not there says less than a name that is not there.
            const bool told = object.error().code == core::Code::NotFound &&
                              object.error().message.find('"' + name + '"') != std::string::npos;
            if (!missing || told) missing = object.error();
            if (told && ++kinds_without > 1)
                missing->message = fmt::format("sparkapplications \"{}\" not found", name);
        }
        return {};
    }
};

core::Error both(const std::string& name) {
    return {core::Code::Invalid,
            fmt::format("both operators have an application \"{0}\": say {1}/{0} or {2}/{0}", name,
                        kube::kubeflow_applications().qualified_name(),
                        kube::apache_applications().qualified_name())};
}

/// The name is that of a schedule or a server: what to do with it.
std::string companion_named(kube::Client& client, const std::string& name_space,
                            const std::string& name) {
    std::vector<kube::Call> calls;
    for (const auto& kind : companion_kinds())
        calls.push_back(kube::get_call({kind, name_space, name}));
    for (const auto& object : client.call_all(calls)) {
        if (!object) continue;
        for (const auto& kind : companion_kinds())
            if (kind.kind == data::string_at(*object, {"kind"}))
                return "; " + no_application(kind.plural + "/" + name).message;
    }
    return {};
}

} // namespace

const std::vector<kube::Resource>& application_kinds() {
    static const std::vector<kube::Resource> kinds = {kube::kubeflow_applications(),
                                                      kube::apache_applications()};
    return kinds;
}

const std::vector<kube::Resource>& companion_kinds() {
    static const std::vector<kube::Resource> kinds = {
        {"sparkoperator.k8s.io", "v1beta2", "scheduledsparkapplications",
         "ScheduledSparkApplication"},
        {"sparkoperator.k8s.io", "v1alpha1", "sparkconnects", "SparkConnect"},
        {"spark.apache.org", "v1", "sparkclusters", "SparkCluster"}};
    return kinds;
}

std::optional<kube::Reference> companion_of(const std::string& word,
                                            const std::string& name_space) {
    constexpr std::array<std::string_view, 3> kShort = {"scheduledsparkapp", "sparkconn",
                                                        "sparkcluster"};
    const auto slash = word.find('/');
    if (slash == std::string::npos || slash + 1 == word.size()) return std::nullopt;
    const std::string whole = core::lower(word.substr(0, slash));
    const std::string kind = whole.substr(0, whole.find('.'));
    for (std::size_t i = 0; i < kShort.size(); ++i) {
        const auto& resource = companion_kinds()[i];
        if (kind == kShort[i] || kind == resource.plural || kind == core::lower(resource.kind))
            return kube::Reference{resource, name_space, word.substr(slash + 1)};
    }
    return std::nullopt;
}

kube::Resource kind_of(const data::Json& application) {
    const std::string version = data::string_at(application, {"apiVersion"});
    for (const auto& kind : application_kinds())
        if (version.starts_with(kind.group + "/")) return with_version(kind, version);
    return application_kinds().front();
}

const kube::Resource& kind_of(Operator operator_) {
    return operator_ == Operator::Apache ? kube::apache_applications()
                                         : kube::kubeflow_applications();
}

core::Result<std::string> application_name(const std::string& word) {
    KSPARK_ASSIGN(const auto parts, split_word(word));
    return parts.second;
}

bool is_kind_alone(const std::vector<std::string>& words) {
    return words.size() == 1 && is_kind(words.front());
}

core::Result<std::vector<std::string>> application_words(const std::vector<std::string>& words) {
    if (std::ranges::find(words, "") != words.end())
        return core::Error{core::Code::Usage, "resource name may not be empty"};
    if (words.empty() || !is_any_kind(words.front())) return words;
    if (words.size() == 1)
        return core::Error{core::Code::Usage,
                           fmt::format("resource(s) were provided, but no name was specified: "
                                       "{0} NAME or {0}/NAME",
                                       words.front())};
    std::vector<std::string> result;
    for (const std::string& word : words) {
        if (&word == &words.front()) continue;
        if (word.find('/') != std::string::npos)
            return core::Error{core::Code::Usage,
                               "there is no need to specify a resource type as a separate argument "
                               "when passing arguments in resource/name form"};
        result.push_back(words.front() + "/" + word);
    }
    return result;
}

core::Result<std::vector<std::string>> application_names(const std::vector<std::string>& words) {
    KSPARK_ASSIGN(auto names, application_words(words));
    for (std::string& name : names) {
        KSPARK_ASSIGN(name, application_name(std::string(name)));
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
        auto listed = client.list({resource, name_space}, selection, item, drop);
        if (!listed && listed.error().code == core::Code::NotFound && is_apache(resource))
            listed = client.list({older(resource), name_space}, selection, item, drop);
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
                                         const std::string& name_space, const std::string& word) {
    KSPARK_ASSIGN(const auto parts, split_word(word));
    const auto& [group, name] = parts;
    Search search{client, name_space, name};
    std::vector<kube::Resource> among;
    for (const auto& kind : kinds)
        if (kind.group.starts_with(group)) among.push_back(kind);
    if (among.empty())
        return core::Error{core::Code::Usage,
                           fmt::format("{} is of another operator than --operator says", word)};
    KSPARK_TRY(search.ask(among));
    if (search.found.empty() && is_apache(among.back()))
        KSPARK_TRY(search.ask({older(among.back())}));
    if (search.found.size() == 1) return std::move(search.found.front());
    if (search.found.size() > 1) return both(name);
    if (search.missing->code != core::Code::NotFound) return *search.missing;
    if (const auto companion = companion_named(client, name_space, name); !companion.empty()) {
        search.missing->message += companion;
        return *search.missing;
    }
    std::vector<std::string> names;
    const auto collect = [&](const data::Json& item) -> core::Status {
        names.push_back(data::string_at(item, {"metadata", "name"}));
        return {};
    };
    const auto listed = list_applications(client, kinds, name_space, {}, collect, kUnneeded);
    if (listed) search.missing->message += core::did_you_mean(name, names);
    return *search.missing;
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
