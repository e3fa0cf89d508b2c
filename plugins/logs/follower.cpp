// SPDX-License-Identifier: Apache-2.0
// Two watches, of applications and of pods, and one loop: what they see is given to the story of
// the application that it belongs to.
#include "plugins/logs/follower.hpp"

#include "core/base/text.hpp"
#include "core/output/text.hpp"
#include "core/spark/codec.hpp"
#include "core/spark/facts.hpp"
#include "core/spark/labels.hpp"
#include "core/spark/lookup.hpp"
#include "plugins/logs/story.hpp"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <set>

namespace kspark::logs {
namespace {

using namespace std::chrono_literals;
using Kind = kube::WatchEvent::Kind;

/// Up to so many applications are named in a selector; a selector has a length that servers accept.
constexpr std::size_t kNamedInSelector = 40;
constexpr core::Duration kLongestWait = 1s;

class Follower {
public:
    Follower(core::Context& context, kube::Client& client, const Options& options, Mixer& mixer,
             Filter filter, ProgressBoard* board)
        : context_(context), client_(client),
          options_(options), stage_{client, options,           mixer, {}, false, false,
                                    {},     std::move(filter), board} {}

    core::Status prepare(kube::LogQuery query, std::vector<data::Json> applications);
    core::Result<Outcome> run();

private:
    void watch_applications(const std::vector<data::Json>& found);
    void watch_pods();
    void take_application(const kube::WatchEvent& event, const kube::Resource& kind);
    void take_pod(const kube::WatchEvent& event);
    core::Result<std::set<std::string>> look_again(const spark::Application& application);
    Story* story_of(const std::string& name);
    void add(spark::Application application);
    bool finished() const;
    void failed(const core::Error& error, bool kind_may_be_absent);

    core::Context& context_;
    kube::Client& client_;
    const Options& options_;
    Stage stage_;
    std::string name_space_;
    std::map<std::string, std::unique_ptr<Story>> stories_;
    std::size_t application_watches_ = 0;
    std::size_t unsynced_ = 0;
    std::optional<core::Error> failed_;
};

Story* Follower::story_of(const std::string& name) {
    const auto found = stories_.find(name);
    return found == stories_.end() ? nullptr : found->second.get();
}

void Follower::add(spark::Application application) {
    auto& story = stories_[application.name];
    if (!story) story = std::make_unique<Story>(stage_, application);
    story->see(application);
}

void Follower::take_application(const kube::WatchEvent& event, const kube::Resource& kind) {
    if (event.kind == Kind::Synced && unsynced_ > 0) --unsynced_;
    if (event.kind == Kind::Failed) return failed(*event.error, true);
    if (event.object == nullptr) return;
    if (event.kind == Kind::Deleted) {
        if (Story* story = story_of(data::string_at(*event.object, {"metadata", "name"})))
            story->application_deleted();
        return;
    }
    data::Json object = *event.object;
    object["apiVersion"] = kind.api_version();
    object["kind"] = kind.kind;
    auto application = spark::decode_application(object);
    if (!application) return;
    if (Story* story = story_of(application->name))
        story->see(*application);
    else if (!options_.selector.empty()) {
        add(*application);
        if (unsynced_ == 0) stories_[application->name]->synced();
    }
}

void Follower::take_pod(const kube::WatchEvent& event) {
    if (event.kind == Kind::Synced && unsynced_ > 0) --unsynced_;
    if (event.kind == Kind::Failed) return failed(*event.error, false);
    if (event.object == nullptr) return;
    spark::Pod pod = spark::decode_pod(*event.object);
    pod.node_lost = pod.node_lost || has_silent_node(*event.object);
    Story* const story = story_of(pod.application);
    if (story == nullptr) return;
    if (event.kind != Kind::Deleted) return story->see(pod);
    if (!pod.containers.empty()) story->see(pod);
    story->pod_deleted(pod.uid);
}

/// What there is now, told to the stories as the watches would; the UIDs of the pods.
core::Result<std::set<std::string>> Follower::look_again(const spark::Application& application) {
    const kube::Resource& kind = spark::kind_of(application.operator_);
    const std::string name = application.name;
    const kube::Selection selection = spark::pods_of(application);
    const auto now = client_.call(kube::get_call({kind, name_space_, name}));
    if (!now && now.error().code != core::Code::NotFound) return now.error();
    if (now) take_application({Kind::Modified, &*now, nullptr}, kind);
    std::set<std::string> pods;
    KSPARK_TRY(client_.list({kube::pods(), name_space_}, selection,
                            [&](const data::Json& pod) -> core::Status {
                                pods.insert(data::string_at(pod, {"metadata", "uid"}));
                                take_pod({Kind::Modified, &pod, nullptr});
                                return {};
                            }));
    return pods;
}

void Follower::failed(const core::Error& error, bool kind_may_be_absent) {
    if (unsynced_ > 0) --unsynced_;
    const bool absent = kind_may_be_absent &&
                        (error.code == core::Code::NotFound || error.code == core::Code::Forbidden);
    if (!absent || --application_watches_ == 0) failed_ = error;
}

void Follower::watch_applications(const std::vector<data::Json>& found) {
    const auto on = [this](const kube::Resource& kind, kube::Selection selection) {
        ++application_watches_;
        ++unsynced_;
        client_.watch({kind, name_space_}, selection, [this, kind](const kube::WatchEvent& event) {
            take_application(event, kind);
        });
    };
    if (!options_.selector.empty()) {
        for (const auto& kind : spark::application_kinds()) on(kind, {options_.selector, {}});
        return;
    }
    for (const auto& kind : spark::application_kinds()) {
        std::vector<std::string> names;
        for (const data::Json& object : found)
            if (data::string_at(object, {"apiVersion"}) == kind.api_version())
                names.push_back(data::string_at(object, {"metadata", "name"}));
        if (names.size() > kNamedInSelector) on(kind, {});
        if (names.size() > kNamedInSelector) continue;
        for (const auto& name : names) on(kind, {{}, "metadata.name=" + name});
    }
}

void Follower::watch_pods() {
    std::vector<std::string> names;
    for (const auto& [name, story] : stories_)
        if (story->application().operator_ == spark::Operator::Kubeflow) names.push_back(name);
    kube::Selection selection{std::string(spark::kRoleLabel), {}};
    if (options_.selector.empty() && names.size() == stories_.size() &&
        names.size() <= kNamedInSelector)
        selection.labels =
            names.size() == 1
                ? fmt::format("{}={}", spark::kAppNameLabel, names.front())
                : fmt::format("{} in ({})", spark::kAppNameLabel, core::join(names, ","));
    if (options_.executor.empty() && !options_.all)
        selection.labels += fmt::format(",{}=driver", spark::kRoleLabel);
    ++unsynced_;
    client_.watch({kube::pods(), name_space_}, selection,
                  [this](const kube::WatchEvent& event) { take_pod(event); });
}

core::Status Follower::prepare(kube::LogQuery query, std::vector<data::Json> applications) {
    name_space_ = query.name_space;
    for (const data::Json& object : applications) {
        KSPARK_ASSIGN(spark::Application application, spark::decode_application(object));
        add(std::move(application));
    }
    stage_.several = stories_.size() > 1 || !options_.selector.empty();
    stage_.prefixes = stage_.several || options_.all || options_.executor == "all" ||
                      options_.all_containers || options_.prefix;
    stage_.note = [this](const std::string& text) {
        if (stage_.board != nullptr && context_.streams.err.is_terminal())
            return void(stage_.board->note(text));
        // Talk that cannot be written is no reason to stop.
        (void)context_.streams.err.write(output::sanitize(text) + "\n");
    };
    stage_.query = std::move(query);
    watch_applications(applications);
    watch_pods();
    return {};
}

bool Follower::finished() const {
    if (unsynced_ > 0) return false;
    for (const auto& [name, story] : stories_)
        if (!story->finished()) return false;
    return true;
}

core::Result<Outcome> Follower::run() {
    bool synced = false;
    while (!failed_) {
        if (unsynced_ == 0 && !synced) {
            synced = true;
            for (const auto& [name, story] : stories_) story->synced();
        }
        core::Duration limit = kLongestWait;
        for (const auto& [name, story] : stories_) {
            story->advance();
            if (story->asks()) story->answered(look_again(story->application()));
            if (const auto due = story->due())
                limit = std::min(limit, *due - context_.clock.monotonic());
        }
        KSPARK_TRY(stage_.mixer.flush());
        if (stage_.board != nullptr) KSPARK_TRY(stage_.board->draw());
        if (finished()) break;
        KSPARK_TRY(client_.poll(std::max(limit, core::Duration::zero())));
    }
    if (stage_.board != nullptr) KSPARK_TRY(stage_.board->finish());
    if (failed_) return *failed_;
    Outcome outcome;
    outcome.name_space = name_space_;
    outcome.found = !stories_.empty();
    for (const auto& [name, story] : stories_)
        if (story->error()) outcome.errors.push_back(*story->error());
    return outcome;
}

} // namespace

core::Result<Outcome> follow(core::Context& context, kube::Client& client, const Options& options,
                             kube::LogQuery query, std::vector<data::Json> applications,
                             Mixer& mixer, Filter filter, ProgressBoard* board) {
    Follower follower(context, client, options, mixer, std::move(filter), board);
    KSPARK_TRY(follower.prepare(std::move(query), std::move(applications)));
    return follower.run();
}

} // namespace kspark::logs
