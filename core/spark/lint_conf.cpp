// SPDX-License-Identifier: Apache-2.0
// Configuration keys that the operator denies, and secrets where everybody can read them. A
// secret's value is never part of a finding.
#include "core/base/text.hpp"
#include "core/spark/lint_rules.hpp"
#include "core/spark/secrets.hpp"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <array>

namespace kspark::spark::lint {
namespace {

using data::Json;

/// Keys that the operator sets itself, with the field to write instead.
std::string_view denied_remedy(std::string_view key) {
    if (key == "spark.master" || key == "spark.kubernetes.driver.master")
        return "remove it: the operator sets it";
    if (key == "spark.kubernetes.container.image") return "write image instead";
    if (key == "spark.kubernetes.driver.container.image") return "write driver.image instead";
    if (key == "spark.kubernetes.executor.container.image") return "write executor.image instead";
    if (!key.starts_with("spark.kubernetes.authenticate.")) return {};
    if (key.ends_with("driver.serviceAccountName")) return "write driver.serviceAccount instead";
    if (key.ends_with("executor.serviceAccountName"))
        return "write executor.serviceAccount instead";
    if (key.ends_with("oauthToken") || key.ends_with("oauthTokenFile"))
        return "remove it: the operator takes care of it";
    return {};
}

bool is_placeholder(std::string_view value) {
    return value.starts_with("$") || value.find("${") != value.npos ||
           value.find("{{") != value.npos;
}

/// A value that stands for a secret rather than being one: a switch, a path, an address.
bool is_reference(std::string_view key, std::string_view value) {
    const bool number = std::ranges::all_of(value, [](char c) { return c >= '0' && c <= '9'; });
    const bool may_be_number = core::lower(key).find("pass") == std::string::npos;
    return value.empty() || value == "true" || value == "false" || (number && may_be_number) ||
           value[0] == '/' || value.find("://") != value.npos || is_placeholder(value);
}

/// "-Djavax.net.ssl.trustStorePassword=x", "... password=\"x\"", "jdbc://user:x@host".
bool holds_secret(std::string_view value) {
    const std::string lower = core::lower(value);
    for (const std::string_view word : {"password=", "secret=", "token="}) {
        const std::size_t at = lower.find(word);
        if (at == lower.npos) continue;
        std::string_view rest = value.substr(at + word.size());
        if (rest.starts_with('"') || rest.starts_with('\'')) rest.remove_prefix(1);
        if (!rest.empty() && rest[0] != ' ' && !is_placeholder(rest)) return true;
    }
    const std::size_t scheme = value.find("://");
    if (scheme == value.npos) return false;
    const std::string_view authority =
        value.substr(scheme + 3, value.find('/', scheme + 3) - scheme - 3);
    const std::size_t at = authority.find('@'), colon = authority.find(':');
    return at != authority.npos && colon < at && !is_placeholder(authority.substr(colon + 1));
}

bool is_secret(std::string_view key, const Json& value) {
    static constexpr std::array kMounts = {
        "spark.kubernetes.driver.secrets.", "spark.kubernetes.executor.secrets.",
        "spark.kubernetes.driver.secretkeyref.", "spark.kubernetes.executor.secretkeyref."};
    if (!value.is_string()) return false;
    const auto& text = value.get_ref<const std::string&>();
    if (holds_secret(text)) return true;
    const std::string lower = core::lower(key);
    for (const std::string_view prefix : kMounts)
        if (lower.starts_with(prefix)) return false;
    return names_secret(key) && lower.find("provider") == lower.npos && !is_reference(key, text);
}

void tell(const Subject& subject, const data::Path& path, std::string_view name, Report& report) {
    report.warning(
        subject, path, fmt::format("{} holds a secret that everybody who reads this can see", name),
        "keep it in a Secret and name that: driver.env with valueFrom.secretKeyRef, or envFrom");
}

void check_map(const Subject& subject, const data::Path& path, Report& report) {
    const Json* map = data::find(subject.spec(), {path.begin(), path.end()});
    if (map == nullptr || !map->is_object()) return;
    for (const auto& [key, value] : map->items()) {
        data::Path below = path;
        below.push_back(key);
        if (is_secret(key, value)) tell(subject, below, key, report);
    }
}

void check_environment(const Subject& subject, const char* role, Report& report) {
    const Json* list = data::find(subject.spec(), {role, "env"});
    if (list == nullptr || !list->is_array()) return;
    for (std::size_t i = 0; i < list->size(); ++i) {
        const std::string name = data::string_at((*list)[i], {"name"});
        const Json* value = data::find((*list)[i], {"value"});
        if (value != nullptr && is_secret(name, *value))
            tell(subject, {role, "env", std::to_string(i), "value"}, name, report);
    }
}

/// "--password=x", "-Dpassword=x", "--password" "x".
void check_arguments(const Subject& subject, const char* field, Report& report) {
    const Json* list = data::find(subject.spec(), {field});
    if (list == nullptr || !list->is_array()) return;
    std::string flag;
    for (std::size_t i = 0; i < list->size(); ++i) {
        const std::string word = (*list)[i].is_string() ? (*list)[i].get<std::string>() : "";
        const std::size_t equals = word.find('=');
        const bool has_value = equals != word.npos;
        const std::string name = has_value ? word.substr(0, equals) : flag;
        const Json value = has_value ? word.substr(equals + 1) : word;
        if (!name.empty() && is_secret(name, value))
            tell(subject, {field, std::to_string(i)}, name, report);
        flag = word.starts_with("-") && !has_value ? word : "";
    }
}

} // namespace

void denied_conf(const Subject& subject, Report& report) {
    const Json* conf = data::find(subject.spec(), {"sparkConf"});
    if (!subject.is_kubeflow || conf == nullptr || !conf->is_object()) return;
    for (const auto& [key, value] : conf->items()) {
        const std::string_view remedy = denied_remedy(key);
        if (remedy.empty()) continue;
        const std::string message = key + " is set by the operator";
        if (subject.is_current)
            report.error(subject, {"sparkConf", key}, message + ", which refuses it here",
                         std::string(remedy));
        else
            report.warning(subject, {"sparkConf", key}, message, std::string(remedy));
    }
    const std::string name_space = subject.conf("spark.kubernetes.namespace");
    if (!name_space.empty() && !subject.name_space.empty() && name_space != subject.name_space)
        report.error(subject, {"sparkConf", "spark.kubernetes.namespace"},
                     fmt::format("the namespace {} is not the application's, {}", name_space,
                                 subject.name_space),
                     "remove it");
}

void clear_secret(const Subject& subject, Report& report) {
    for (const char* map : {"sparkConf", "hadoopConf"}) check_map(subject, {map}, report);
    for (const char* role : {"driver", "executor"}) {
        check_environment(subject, role, report);
        check_map(subject, {role, "envVars"}, report);
        if (holds_secret(subject.text({role, "javaOptions"})))
            tell(subject, {role, "javaOptions"}, "javaOptions", report);
    }
    for (const char* list : {"arguments", "driverArgs"}) check_arguments(subject, list, report);
}

} // namespace kspark::spark::lint
