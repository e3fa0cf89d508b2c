// SPDX-License-Identifier: Apache-2.0
// Only what ran before is given back: a spec that had failed too is no better than the new one.
#include "plugins/submit/rollback.hpp"

#include "core/spark/codec.hpp"
#include "plugins/submit/plan_text.hpp"
#include "plugins/submit/progress.hpp"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <set>

namespace kspark::submit {
namespace {

using core::Code;

void give_back(data::Json& wanted, const data::Json& before, const data::Json& after) {
    std::set<std::string> keys;
    for (const auto* object : {&before, &after})
        for (const auto& [key, value] : object->items()) keys.insert(key);
    for (const auto& key : keys) {
        const data::Json old = before.value(key, data::Json());
        const data::Json fresh = after.value(key, data::Json());
        if (old == fresh) continue;
        if (old.is_null())
            wanted.erase(key);
        else if (old.is_object() && fresh.is_object())
            give_back(wanted[key], old, fresh);
        else
            wanted[key] = old;
    }
}

bool is_due(const Track& track) {
    if (track.stage != Track::Stage::Failed || !track.written || !track.error) return false;
    const bool failed =
        track.error->code == Code::ApplicationFailed || track.error->code == Code::Timeout;
    const auto before = spark::decode_application(track.item.live);
    return failed && track.item.change.action == spark::Action::Restart && before &&
           before->phase == spark::Phase::Running;
}

std::string end_of(const Track& track) {
    if (track.stage == Track::Stage::Done)
        return fmt::format("its last running spec is back, and it runs (submission {})",
                           track.submission.substr(0, 8));
    return "its last running spec could not be given back: " +
           (track.error ? track.error->message : "interrupted");
}

} // namespace

data::Json before_change(const Item& item) {
    static const data::Json kNone = data::Json::object();
    data::Json wanted = item.desired;
    const data::Json* before = data::find(item.live, {"spec"});
    const data::Json* after = data::find(item.stored, {"spec"});
    give_back(wanted["spec"], before ? *before : kNone, after ? *after : kNone);
    return wanted;
}

void roll_back(core::Context& context, kube::Client& client, const DeployOptions& options,
               std::vector<Track>& tracks) {
    std::vector<Track*> due;
    std::vector<Item> items;
    for (auto& track : tracks) {
        if (!is_due(track)) continue;
        Item item = track.item;
        item.desired = before_change(item);
        if (auto planned = plan_again(client, options.force, item); !planned) {
            track.error->details.push_back("its last running spec could not be given back: " +
                                           planned.error().message);
            continue;
        }
        context.warn(fmt::format("{}: {}; giving it its last running spec back",
                                 item.reference.name, track.error->message));
        due.push_back(&track);
        items.push_back(std::move(item));
    }
    if (due.empty()) return;
    DeployOptions how = options;
    how.goal = spark::Goal::Running;
    how.max_failures = 0;
    Progress progress(context.streams.err, context.clock, context.color_err(), shown_names(items));
    const auto ended = Deployment(client, how, std::move(items), progress).run();
    progress.finish();
    for (std::size_t i = 0; i < due.size(); ++i) {
        due[i]->error->code = Code::ApplicationFailed;
        due[i]->error->message += "; " + end_of(ended[i]);
    }
}

} // namespace kspark::submit
