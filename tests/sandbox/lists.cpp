// SPDX-License-Identifier: Apache-2.0
// Lists: selection, pages, and the bytes of objects put together without parsing them again. A page
// is cut from the present state, not from that of the first page; the version told is the first's.
#include "core/base/text.hpp"
#include "tests/sandbox/api.hpp"
#include "tests/sandbox/selectors.hpp"
#include "tests/sandbox/tables.hpp"

#include <fmt/format.h>

namespace kspark::sandbox {

namespace {
struct Continue {
    std::string after; ///< key of the last object of the page before
    std::uint64_t version = 0;
};

Continue parse_continue(const Store& store, const std::string& token) {
    const auto text = core::decode_base64(token);
    const Json value = text ? Json::parse(*text, nullptr, false) : Json();
    if (!value.is_object() || !value.contains("start"))
        throw bad_request("invalid continue token: continue key is not valid");
    const auto version = value.value("rv", std::uint64_t{0});
    if (!store.remembers(version))
        throw expired("The provided continue parameter is too old to display a consistent list "
                      "result. You can start a new list without the continue parameter, or use the "
                      "continue token in this response to retrieve the remainder of the results. "
                      "Continuing with the provided token results in an inconsistent list - "
                      "objects that were created, modified, or deleted between the time the first "
                      "chunk was returned and now may show up in the list.");
    return {value.at("start").get<std::string>(), version};
}

std::string make_continue(const std::string& key, std::uint64_t version) {
    return core::encode_base64(
        Json{{"v", "meta.k8s.io/v1"}, {"rv", version}, {"start", key}}.dump());
}

void check_version(const Store& store, const Request& request) {
    const std::string wanted = request.parameter("resourceVersion");
    if (wanted.empty() || wanted == "0") return;
    if (!request.parameter("continue").empty())
        throw bad_request("specifying resource version is not allowed when using continue");
    const std::uint64_t version = std::strtoull(wanted.c_str(), nullptr, 10);
    if (version > store.version())
        throw failed(504, "Timeout",
                     fmt::format("Timeout: Too large resource version: {}, current: {}", version,
                                 store.version()),
                     {{"causes", Json::array({{{"reason", "ResourceVersionTooLarge"},
                                               {"message", "Too large resource version"}}})},
                      {"retryAfterSeconds", 1}});
}

Answer render(const Cluster& cluster, const Target& target, const Request& request,
              const std::vector<ObjectPtr>& items, const Json& metadata) {
    if (wants_table(request.accept)) {
        Json table = make_table(*target.kind, items, cluster.clock.now());
        table["metadata"] = metadata;
        return {200, table.dump()};
    }
    std::size_t size = 300;
    for (const ObjectPtr& item : items) size += item->bytes.size() + 1;
    std::string body =
        fmt::format("{{\"apiVersion\":\"{}\",\"items\":[", target.kind->api_version());
    body.reserve(size);
    for (std::size_t i = 0; i < items.size(); ++i) {
        if (i > 0) body += ',';
        body += items[i]->bytes;
    }
    body += fmt::format("],\"kind\":\"{}List\",\"metadata\":{}}}\n", target.kind->kind,
                        metadata.dump());
    return {200, std::move(body)};
}
} // namespace

Answer list(Cluster& cluster, const Target& target, const Request& request) {
    check_version(cluster.store, request);
    const Predicate labels = label_selector(request.parameter("labelSelector"));
    const Predicate fields = field_selector(*target.kind, request.parameter("fieldSelector"));
    const bool selecting =
        !request.parameter("labelSelector").empty() || !request.parameter("fieldSelector").empty();
    const std::size_t limit = std::strtoull(request.parameter("limit").c_str(), nullptr, 10);
    Continue page{"", cluster.store.version()};
    if (const std::string token = request.parameter("continue"); !token.empty())
        page = parse_continue(cluster.store, token);
    const Store::Objects& all = cluster.store.all(*target.kind);
    const std::string prefix = target.name_space.empty() ? "" : target.name_space + "/";
    auto at = page.after.empty() ? all.lower_bound(prefix) : all.upper_bound(page.after);
    std::vector<ObjectPtr> items;
    Json metadata = {{"resourceVersion", std::to_string(page.version)}};
    std::string last;
    std::size_t remaining = 0;
    for (; at != all.end() && at->first.starts_with(prefix); ++at) {
        if (selecting && !(labels(at->second->value) && fields(at->second->value))) continue;
        if (limit == 0 || items.size() < limit) {
            items.push_back(at->second);
            last = at->first;
        } else if (++remaining; selecting) {
            break;
        }
    }
    if (remaining > 0) {
        metadata["continue"] = make_continue(last, page.version);
        if (!selecting) metadata["remainingItemCount"] = remaining;
    } else if (target.kind->custom) {
        metadata["continue"] = "";
    }
    return render(cluster, target, request, items, metadata);
}

} // namespace kspark::sandbox
