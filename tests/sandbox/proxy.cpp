// SPDX-License-Identifier: Apache-2.0
// GET .../pods/http:NAME:4040/proxy/... and .../services/http:NAME-ui-svc:4040/proxy/...: the way
// through the API server to the web UI of a driver.
#include "core/base/text.hpp"
#include "tests/sandbox/access.hpp"
#include "tests/sandbox/api.hpp"
#include "tests/sandbox/pods.hpp"
#include "tests/sandbox/query.hpp"

#include <fmt/format.h>

namespace kspark::sandbox {

namespace {
struct Destination {
    const Kind* kind = nullptr;
    std::string name_space;
    std::string address; ///< "http:NAME:PORT", as it stands in the path
    std::string path;
    std::string name;
    std::string port;
};

std::optional<Destination> parse_proxy(const std::string& path) {
    constexpr std::string_view kRoot = "/api/v1/namespaces/";
    const std::size_t word = path.find("/proxy");
    const std::size_t end = word + 6;
    if (!path.starts_with(kRoot) || word == std::string::npos ||
        (end < path.size() && path[end] != '/'))
        return std::nullopt;
    const auto parts = core::split(path.substr(kRoot.size(), word - kRoot.size()), '/');
    if (parts.size() != 3 || (parts[1] != "pods" && parts[1] != "services")) return std::nullopt;
    Destination to{find_kind("", "v1", parts[1]), parts[0], parts[2], path.substr(end), {}, {}};
    const auto address = core::split(to.address, ':');
    to.name = address.size() == 3 ? address[1] : address[0];
    to.port = address.size() == 1 ? "" : address.back();
    return to;
}

Refusal unreachable(const std::string& why) {
    return failed(503, "ServiceUnavailable", "error trying to reach service: " + why);
}

/// The pod behind a service: that which its selector names.
ObjectPtr pod_behind(const Cluster& cluster, const Destination& to) {
    const ObjectPtr found = cluster.store.find(*to.kind, to.name_space, to.name);
    if (!found) throw not_found(*to.kind, to.name);
    if (to.kind == &pod_kind()) return found;
    const Json wanted = found->value.at("spec").value("selector", Json::object());
    for (const auto& [key, pod] : cluster.store.all(pod_kind())) {
        if (!key.starts_with(to.name_space + "/")) continue;
        bool selected = !wanted.empty();
        for (const auto& [name, value] : wanted.items())
            selected = selected && label(pod->value, name) == value;
        if (selected && pod->value.at("status").value("phase", "") == "Running") return pod;
    }
    throw failed(503, "ServiceUnavailable",
                 fmt::format("no endpoints available for service \"{}\"", to.address));
}

Answer redirect(const Request& request, const Destination& to, const std::string& path) {
    Answer answer{302, "", "text/html"};
    answer.headers["Location"] =
        fmt::format("http://{}/api/v1/namespaces/{}/{}/{}/proxy{}", request.host, to.name_space,
                    to.kind->plural, to.address, path);
    return answer;
}
} // namespace

std::optional<Answer> proxy(Cluster& cluster, const Request& request) {
    const auto to = parse_proxy(request.path);
    if (!to) return std::nullopt;
    const std::string verb = request.method == "GET" ? "get" : core::lower(request.method);
    const Action action{verb,           "",         std::string(to->kind->plural), "proxy",
                        to->name_space, to->address};
    if (!allowed(request.user, action)) throw forbidden(request.user, action);
    const ObjectPtr pod = pod_behind(cluster, *to);
    const std::string ip = pod->value.at("status").value("podIP", "");
    if (ip.empty()) throw bad_request("address not allowed");
    const ObjectPtr application = application_of(cluster, pod->value);
    const bool listening = application && is_driver(pod->value) && to->port == "4040" &&
                           pod->value.at("status").value("phase", "") == "Running" &&
                           fate_of(application->value).ui;
    if (!listening)
        throw unreachable(fmt::format("dial tcp {}:{}: connect: connection refused", ip,
                                      to->port.empty() ? "80" : to->port));
    if (to->path.empty() || to->path == "/") return redirect(request, *to, "/jobs/");
    if (to->path == "/metrics/json") return redirect(request, *to, "/metrics/json/");
    const auto page = driver_page(cluster, application->value, pod->value, to->path);
    if (!page) return Answer{404, "", "text/html;charset=utf-8"};
    return Answer{200, page->dump()};
}

} // namespace kspark::sandbox
