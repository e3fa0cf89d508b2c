// SPDX-License-Identifier: Apache-2.0
// The fleet as it changes. On a terminal one table is drawn again and again; in a pipe a line is
// written when the state, the executors or the verdict of an application become others, not when
// only time has passed.
#include "plugins/status/watch.hpp"

#include "core/output/live.hpp"
#include "core/spark/codec.hpp"
#include "core/spark/lookup.hpp"
#include "core/spark/stream_calls.hpp"
#include "plugins/status/fleet.hpp"
#include "plugins/status/sources.hpp"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <map>

namespace kspark::status {
namespace {

using namespace std::chrono_literals;

/// How often the pods of suspects are looked at again.
constexpr auto kConsultInterval = 5s;
/// How often the drivers are asked for their batches.
constexpr auto kStreamInterval = 10s;

class FleetWatch {
public:
    FleetWatch(core::Context& context, kube::Client& client, const Options& options,
               const Outcome& outcome)
        : context_(context), client_(client), options_(options), outcome_(outcome),
          live_(context.streams.out, context.clock, context.color_out()) {}

    core::Status run();

private:
    struct Seen {
        spark::Application application;
        std::string told;
    };
    using Key = std::pair<std::string, std::string>;

    core::Status start();
    void take(const kube::WatchEvent& event);
    core::Status refresh();
    core::Status consult(Fleet& fleet);
    void consult_streams(Fleet& fleet);
    core::Status tell_changes();
    core::Status tell(Key key, Seen& seen);
    Fleet fleet() const;
    std::string named(const Key& key) const {
        return options_.all_namespaces ? key.first + "/" + key.second : key.second;
    }

    core::Context& context_;
    kube::Client& client_;
    const Options& options_;
    const Outcome& outcome_;
    output::Live live_;
    std::map<Key, Seen> seen_;
    std::vector<Key> deleted_;
    std::vector<spark::Pod> pods_;
    std::map<Key, spark::StreamFacts> streams_;
    std::optional<core::Duration> streams_asked_;
    std::optional<core::Duration> consulted_;
    std::size_t watches_ = 0, synced_ = 0;
    std::optional<core::Error> failed_;
};

void FleetWatch::take(const kube::WatchEvent& event) {
    using Kind = kube::WatchEvent::Kind;
    if (event.kind == Kind::Synced) ++synced_;
    if (event.kind == Kind::Failed) {
        // The other operator's kind may be there all the same.
        const bool absent =
            event.error->code == core::Code::NotFound || event.error->code == core::Code::Forbidden;
        if (--watches_ == 0 || !absent) failed_ = *event.error;
    }
    if (event.object == nullptr) return;
    const Key key{data::string_at(*event.object, {"metadata", "namespace"}),
                  data::string_at(*event.object, {"metadata", "name"})};
    if (event.kind == Kind::Deleted) {
        if (seen_.erase(key) > 0) deleted_.push_back(key);
        return;
    }
    if (auto application = spark::decode_application(*event.object))
        seen_[key].application = *std::move(application);
}

core::Status FleetWatch::start() {
    KSPARK_ASSIGN(const auto names, spark::application_names(options_.names));
    for (const auto& resource : resources(options_)) {
        kube::Selection selection{options_.selector, options_.field_selector};
        const auto on = [&](const kube::Selection& chosen) {
            ++watches_;
            client_.watch({resource, outcome_.name_space}, chosen,
                          [this](const kube::WatchEvent& event) { take(event); });
        };
        if (names.empty()) on(selection);
        for (const auto& name : names) on({"", "metadata.name=" + name});
    }
    return {};
}

Fleet FleetWatch::fleet() const {
    Fleet fleet(shape_of(options_, options_.all_namespaces), client_);
    for (const auto& [key, seen] : seen_) fleet.add(seen.application);
    return fleet;
}

core::Status FleetWatch::consult(Fleet& fleet) {
    if (fleet.suspects().empty()) {
        pods_.clear();
        return {};
    }
    const core::Duration now = context_.clock.monotonic();
    if (!consulted_ || now - *consulted_ >= kConsultInterval) {
        consulted_ = now;
        auto pods = suspect_pods(client_, outcome_.name_space, fleet.suspects());
        if (!pods && pods.error().code == core::Code::Interrupted) return pods.error();
        if (pods) pods_ = *std::move(pods);
    }
    fleet.consult(pods_);
    return {};
}

void FleetWatch::consult_streams(Fleet& fleet) {
    if (!options_.progress) return;
    const core::Duration now = context_.clock.monotonic();
    const bool due = !streams_asked_ || now - *streams_asked_ >= kStreamInterval;
    std::vector<spark::StreamFacts> facts;
    if (due) {
        facts = spark::follow_up_streams(client_, fleet.streams(), options_.limits);
        streams_asked_ = now;
        streams_.clear();
    }
    for (std::size_t i = 0; i < fleet.streams().size(); ++i) {
        const Key key{fleet.streams()[i].name_space, fleet.streams()[i].name};
        if (due)
            streams_[key] = facts[i];
        else
            facts.push_back(streams_[key]);
    }
    fleet.consult_streams(facts, options_.limits);
}

core::Status FleetWatch::tell(Key key, Seen& seen) {
    spark::Facts facts;
    facts.application = seen.application;
    facts.now = client_.server_now();
    for (const auto& pod : pods_)
        if (Key{pod.name_space, pod.application} == key) facts.pods.push_back(pod);
    if (const auto stream = streams_.find(key); stream != streams_.end())
        facts.stream = stream->second;
    facts.limits = options_.limits;
    const spark::Verdict verdict = diagnose(facts);
    const std::string state = state_cell(seen.application).text;
    const std::string told =
        fmt::format("{} {} {}", state, executors_text(seen.application), verdict.id);
    if (told == seen.told) return {};
    seen.told = told;
    const std::string executors = executors_text(seen.application);
    return live_.note(fmt::format(
        "{}: {}{}{}{}{}", named(key), state, executors == "-" ? "" : ", executors ",
        executors == "-" ? "" : executors, verdict.id.empty() ? "" : ": ", verdict.sentence));
}

core::Status FleetWatch::refresh() {
    if (synced_ < watches_) return {};
    Fleet now = fleet();
    KSPARK_TRY(consult(now));
    // Before the drivers are asked: until they have answered much may have changed again.
    if (!context_.streams.out.is_terminal()) KSPARK_TRY(tell_changes());
    consult_streams(now);
    if (!context_.streams.out.is_terminal()) return tell_changes();
    deleted_.clear();
    return live_.draw(std::move(now).table());
}

core::Status FleetWatch::tell_changes() {
    for (const Key& key : deleted_) KSPARK_TRY(live_.note(named(key) + ": deleted"));
    deleted_.clear();
    for (auto& [key, seen] : seen_) KSPARK_TRY(tell(key, seen));
    return {};
}

core::Status FleetWatch::run() {
    KSPARK_TRY(start());
    for (;;) {
        if (auto moved = client_.poll(1s); !moved) {
            KSPARK_TRY(live_.finish(false));
            if (moved.error().code != core::Code::Interrupted) return moved;
            return core::Error{core::Code::Interrupted, ""};
        }
        if (failed_) return *failed_;
        KSPARK_TRY(refresh());
    }
}

} // namespace

core::Status watch(core::Context& context, kube::Client& client, const Options& options,
                   const Outcome& outcome) {
    return FleetWatch(context, client, options, outcome).run();
}

} // namespace kspark::status
