// SPDX-License-Identifier: Apache-2.0
// From tracks to text: while they run and when they have ended.
#include "plugins/submit/progress.hpp"

#include "core/base/text.hpp"
#include "plugins/submit/plan_text.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace kspark::submit {
namespace {

using output::Cell;
using output::Color;
using spark::Action;
using Stage = Track::Stage;

std::string state_text(const Track& track) {
    switch (track.stage) {
    case Stage::Queued:
        return "waits for its turn";
    case Stage::NotDone:
        return "not done";
    default:
        return track.state;
    }
}

std::string note_text(const Track& track) {
    return track.stage == Stage::Failed ? track.error->message : track.note;
}

Color color_of(const Track& track) {
    if (track.stage == Stage::Failed) return Color::Red;
    if (track.stage == Stage::Done) return Color::Green;
    return track.stage == Stage::NotDone ? Color::Dim : Color::Yellow;
}

bool is_shown(const Track& track) {
    return track.item.change.action != Action::Unchanged || track.stage != Stage::Done;
}

std::string line_of(const Track& track) {
    if (track.stage == Stage::Queued || track.stage == Stage::NotDone || !is_shown(track))
        return {};
    const std::string note = note_text(track);
    if (track.state.empty() || note.empty()) return track.state + note;
    return track.state + ", " + note;
}

std::string time_text(const Track& track, core::Duration now) {
    if (track.stage == Stage::Queued || track.stage == Stage::NotDone) return {};
    return core::human_duration((track.finished() ? track.ended : now) - track.began);
}

/// "created", and for what was only asked of the operator, that it was.
std::string done_text(const Track& track) {
    switch (track.item.change.action) {
    case Action::Create:
        return "created";
    case Action::Restart:
        return track.fence ? "restarted with its changes"
                           : "changed, to be restarted by the operator";
    case Action::Update:
        return "changed in place";
    case Action::Prune:
        return "deleted";
    case Action::Unchanged:
        return "unchanged";
    }
    return {};
}

std::string arrived_text(const Track& track) {
    if (track.item.change.action == Action::Prune)
        return track.note.empty() ? "deleted" : "deleted; " + track.note;
    if (track.item.change.action == Action::Unchanged)
        return core::lower(track.state) + " (unchanged)";
    if (track.item.change.action == Action::Update && track.item.change.note.empty())
        return core::lower(track.state) + " (changed in place)";
    std::vector<std::string> facts;
    if (!track.submission.empty()) facts.push_back("submission " + track.submission.substr(0, 8));
    facts.push_back(core::human_duration(track.ended - track.began));
    return fmt::format("{} ({})", core::lower(track.state), core::join(facts, ", "));
}

std::string end_text(const Track& track, bool waited) {
    switch (track.stage) {
    case Stage::Done:
        return waited && track.rollout ? arrived_text(track) : done_text(track);
    case Stage::Failed:
        if (track.in_question) return "no answer: it may or may not be stored";
        return (track.error->code == core::Code::Timeout ? "timed out: " : "failed: ") +
               track.error->message;
    default:
        if (track.written)
            return done_text(track) + (track.state.empty() ? "" : "; last seen " + track.state);
        return track.in_question ? "no answer: it may or may not be stored" : "not done";
    }
}

} // namespace

Progress::Progress(output::Stream& stream, const core::Clock& clock, bool color,
                   std::vector<std::string> names)
    : stream_(stream), live_(stream, clock, color), names_(std::move(names)) {
    told_.resize(names_.size());
}

void Progress::progress(const std::vector<Track>& tracks, core::Duration now) {
    output::Table table;
    table.columns = {{"NAME"}, {"ACTION"}, {"STATE"}, {"TIME"}, {"NOTE", false, false, true}};
    bool anything = false;
    for (std::size_t i = 0; i < tracks.size(); ++i) {
        const Track& track = tracks[i];
        if (!is_shown(track)) continue;
        const std::string line = line_of(track);
        anything = anything || !line.empty();
        // The seconds of a grace period would be a line each.
        const std::string stable =
            track.stage == Stage::Fencing ? line.substr(0, line.find(", waiting for ")) : line;
        if (!stream_.is_terminal() && !line.empty() && stable != told_[i])
            (void)live_.note(names_[i] + ": " + line).has_value();
        told_[i] = stable;
        table.rows.push_back(
            {names_[i], Cell(std::string(spark::to_text(track.item.change.action))),
             Cell(state_text(track), color_of(track)), time_text(track, now), note_text(track)});
    }
    if (anything) (void)live_.draw(table).has_value();
}

void Progress::finish() {
    (void)live_.finish(true).has_value();
}

output::Table summary_table(const std::vector<Track>& tracks, bool waited) {
    output::Table table;
    table.columns = {{"NAME"}, {"OUTCOME", false, false, true}};
    std::vector<Item> items;
    for (const auto& track : tracks) items.push_back(track.item);
    const auto names = shown_names(items);
    for (std::size_t i = 0; i < tracks.size(); ++i) {
        const Track& track = tracks[i];
        if (!waited && track.item.change.action == Action::Unchanged) continue;
        table.rows.push_back({names[i], Cell(end_text(track, waited), color_of(track))});
    }
    return table;
}

core::Error explained_failure(const Track& track) {
    core::Error error = *track.error;
    error.message = track.item.reference.name + ": " + error.message;
    if (track.in_question)
        error.details.push_back("it may or may not be stored; submitting again is safe");
    if (!track.verdict.id.empty()) {
        if (error.message.find(track.verdict.sentence) == std::string::npos)
            error.details.push_back(track.verdict.sentence);
        for (const auto& evidence : track.verdict.evidence)
            error.details.push_back(spark::to_text(evidence));
        if (!track.verdict.remedy.empty()) error.details.push_back(track.verdict.remedy);
    }
    if (!track.log.empty()) {
        error.details.push_back("the driver's last lines:");
        for (const auto& line : track.log) error.details.push_back("  " + line);
    }
    return error;
}

} // namespace kspark::submit
