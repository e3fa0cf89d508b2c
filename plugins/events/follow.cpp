// SPDX-License-Identifier: Apache-2.0
// Events and pods are watched together: an executor's events may come before anybody knows whose
// pod it is, so those of unknown pods wait until the pods' watch has told.
#include "core/base/text.hpp"
#include "core/spark/facts.hpp"
#include "core/spark/labels.hpp"
#include "core/spark/timeline.hpp"
#include "plugins/events/events.hpp"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <map>

namespace kspark::events {
namespace {

using namespace std::chrono_literals;

class Follower {
public:
    Follower(core::Context& context, kube::Client& client, const Options& options, Subject subject)
        : context_(context), client_(client), options_(options), subject_(std::move(subject)) {}

    core::Status run();

private:
    void take_pod(const kube::WatchEvent& event);
    void take_event(const kube::WatchEvent& event);
    core::Status tell();
    std::string line_of(const spark::Event& event) const;

    core::Context& context_;
    kube::Client& client_;
    const Options& options_;
    Subject subject_;
    std::map<std::string, spark::Event> waiting_; ///< by UID, not told yet
    std::map<std::string, int> told_;             ///< by UID: the count that was told
    bool synced_ = false;
    std::optional<core::Error> failed_;
};

void Follower::take_pod(const kube::WatchEvent& event) {
    // Who may not watch pods still sees the events of those that are known.
    if (event.object == nullptr) return;
    subject_.pods.insert(data::string_at(*event.object, {"metadata", "name"}));
}

void Follower::take_event(const kube::WatchEvent& event) {
    using Kind = kube::WatchEvent::Kind;
    if (event.kind == Kind::Failed) failed_ = *event.error;
    if (event.kind == Kind::Synced) synced_ = true;
    if (event.object == nullptr) return;
    const auto uid = data::string_at(*event.object, {"metadata", "uid"});
    if (event.kind == Kind::Deleted) {
        waiting_.erase(uid);
        told_.erase(uid);
        return;
    }
    waiting_[uid] = spark::decode_event(*event.object);
}

std::string Follower::line_of(const spark::Event& event) const {
    const auto color = event.type == "Warning" ? output::Color::Yellow : output::Color::None;
    return fmt::format("{}   {:<7}   {}   {}/{}   {}{}\n", core::format_time(event.last),
                       output::paint(output::sanitize(event.type), color, context_.color_out()),
                       output::sanitize(event.reason), core::lower(event.object_kind),
                       output::sanitize(event.object_name),
                       output::sanitize(spark::event_text(event)),
                       event.count > 1 ? fmt::format(" (x{})", event.count) : "");
}

core::Status Follower::tell() {
    std::vector<std::pair<spark::Event, std::string>> fresh;
    for (auto it = waiting_.begin(); it != waiting_.end();) {
        if (!subject_.owns(it->second)) {
            ++it;
            continue;
        }
        const spark::Event& event = it->second;
        if (wanted(options_, event, client_.server_now()) && told_[it->first] < event.count)
            fresh.emplace_back(event, it->first);
        it = waiting_.erase(it);
    }
    std::ranges::stable_sort(fresh, {}, [](const auto& entry) { return entry.first.last; });
    for (const auto& [event, uid] : fresh) {
        told_[uid] = event.count;
        KSPARK_TRY(context_.streams.out.write(line_of(event)));
    }
    return {};
}

core::Status Follower::run() {
    const auto& application = subject_.application;
    client_.watch({kube::pods(), application.name_space}, spark::pods_of(application),
                  [this](const kube::WatchEvent& event) { take_pod(event); });
    client_.watch({kube::events(), application.name_space}, {},
                  [this](const kube::WatchEvent& event) { take_event(event); });
    for (;;) {
        if (auto moved = client_.poll(1s); !moved)
            return moved.error().code == core::Code::Interrupted
                       ? core::Error{core::Code::Interrupted, ""}
                       : moved.error();
        if (synced_) KSPARK_TRY(tell());
        if (failed_) return *failed_;
    }
}

} // namespace

core::Status follow(core::Context& context, kube::Client& client, const Options& options,
                    Subject subject) {
    return Follower(context, client, options, std::move(subject)).run();
}

} // namespace kspark::events
