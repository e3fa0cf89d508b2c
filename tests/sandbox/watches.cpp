// SPDX-License-Identifier: Apache-2.0
// Watches: the history of the store from a version on, filtered. An object that leaves the
// selection is Deleted for the watcher, one that enters it is Added.
#include "tests/sandbox/api.hpp"
#include "tests/sandbox/selectors.hpp"
#include "tests/sandbox/tables.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace kspark::sandbox {

namespace {
using namespace std::chrono_literals;
constexpr auto kBookmarkInterval = 10s; // the real server takes a minute

class Watch : public Stream {
public:
    Watch(Cluster& cluster, const Target& target, const Request& request)
        : cluster_(cluster), target_(target), table_(wants_table(request.accept)),
          included_(table_ ? included_objects(request) : ""),
          bookmarks_(request.asks("allowWatchBookmarks")),
          labels_(label_selector(request.parameter("labelSelector"))),
          fields_(field_selector(*target.kind, request.parameter("fieldSelector"))) {
        if (!target.name.empty())
            fields_ = [inner = fields_, name = target.name](const Json& object) {
                return inner(object) && object.at("metadata").at("name") == name;
            };
        std::int64_t seconds =
            std::strtoll(request.parameter("timeoutSeconds").c_str(), nullptr, 10);
        if (seconds <= 0) seconds = 1800;
        end_ = cluster.clock.monotonic() + std::chrono::seconds(seconds);
        const core::Duration before_the_end = std::chrono::seconds(seconds) - 2s;
        next_bookmark_ =
            cluster.clock.monotonic() + std::min<core::Duration>(kBookmarkInterval, before_the_end);
        start(request);
    }

    std::string read() override {
        std::string out = std::move(pending_);
        pending_.clear();
        if (!cluster_.store.remembers(version_)) {
            out += error(version_);
            ended_ = true;
            return out;
        }
        const auto& history = cluster_.store.history();
        auto at = std::lower_bound(
            history.begin(), history.end(), version_ + 1,
            [](const Change& change, std::uint64_t version) { return change.version < version; });
        for (; at != history.end(); ++at) {
            version_ = at->version;
            out += event_of(*at);
        }
        const auto now = cluster_.clock.monotonic();
        if (bookmarks_ && now >= next_bookmark_) {
            out += bookmark(false);
            next_bookmark_ = now + kBookmarkInterval;
        }
        if (now >= end_) ended_ = true;
        return out;
    }

    bool ended() const override { return ended_; }

private:
    void start(const Request& request) {
        const std::string from = request.parameter("resourceVersion");
        const bool initial = request.asks("sendInitialEvents");
        if (initial && request.parameter("resourceVersionMatch") != "NotOlderThan")
            throw invalid("ListOptions", "meta.k8s.io", "",
                          {{"FieldValueForbidden",
                            "Forbidden: sendInitialEvents requires setting resourceVersionMatch to "
                            "NotOlderThan",
                            "resourceVersionMatch"}});
        const auto version = number_of(from);
        if (!version)
            throw failed(500, "",
                         fmt::format("resourceVersion: Invalid value: \"{0}\": "
                                     "strconv.ParseUint: parsing \"{0}\": invalid syntax",
                                     from));
        version_ = *version;
        if (!initial && version_ != 0) return; // one that is still to come is waited for
        version_ = cluster_.store.version();
        for (const auto& [key, object] : cluster_.store.all(*target_.kind))
            if (selects(object->value)) pending_ += line("ADDED", *object);
        if (initial) pending_ += bookmark(true);
    }

    bool selects(const Json& object) const {
        return (target_.name_space.empty() ||
                object.at("metadata").value("namespace", "") == target_.name_space) &&
               labels_(object) && fields_(object);
    }

    std::string event_of(const Change& change) {
        if (change.kind != target_.kind) return {};
        const bool after = change.type != Change::Type::Deleted && selects(change.object->value);
        const bool before = change.previous && selects(change.previous->value);
        if (after) return line(before ? "MODIFIED" : "ADDED", *change.object);
        return before ? line("DELETED", *change.object) : std::string();
    }

    std::string line(std::string_view type, const Object& object) {
        if (!table_) return fmt::format("{{\"type\":\"{}\",\"object\":{}}}\n", type, object.bytes);
        Json table = make_table(*target_.kind, {std::make_shared<Object>(object)},
                                cluster_.clock.now(), included_);
        table["metadata"] = {{"resourceVersion", std::to_string(object.version)}};
        if (columns_sent_) table["columnDefinitions"] = nullptr;
        columns_sent_ = true;
        return Json{{"type", type}, {"object", table}}.dump() + "\n";
    }

    std::string bookmark(bool initial_end) const {
        Json metadata = {{"resourceVersion", std::to_string(version_)}};
        if (initial_end) metadata["annotations"] = {{"k8s.io/initial-events-end", "true"}};
        Json object = {{"apiVersion", target_.kind->api_version()},
                       {"kind", target_.kind->kind},
                       {"metadata", metadata}};
        if (target_.kind == &pod_kind()) { // what Go writes of an empty one
            object["spec"] = {{"containers", nullptr}};
            object["status"] = Json::object();
        }
        return Json{{"type", "BOOKMARK"}, {"object", object}}.dump() + "\n";
    }

    std::string error(std::uint64_t version) const {
        return Json{{"type", "ERROR"},
                    {"object", expired(fmt::format("too old resource version: {} ({})", version,
                                                   cluster_.store.oldest()))
                                   .status}}
                   .dump() +
               "\n";
    }

    Cluster& cluster_;
    Target target_;
    bool table_;
    std::string included_;
    bool bookmarks_;
    Predicate labels_;
    Predicate fields_;
    core::Duration end_{};
    core::Duration next_bookmark_{};
    std::uint64_t version_ = 0;
    std::string pending_;
    bool columns_sent_ = false;
    bool ended_ = false;
};
} // namespace

Answer watch(Cluster& cluster, const Target& target, const Request& request) {
    return {.stream = std::make_shared<Watch>(cluster, target, request)};
}

} // namespace kspark::sandbox
