// SPDX-License-Identifier: Apache-2.0
// Interrupted or failed, an application whose fence is closed is down: then the last word is how to
// bring it back.
#include "plugins/restart/rolling.hpp"

#include "core/base/interrupt.hpp"
#include "core/base/system.hpp"
#include "core/base/text.hpp"
#include "core/output/live.hpp"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <memory>

namespace kspark::restart {
namespace {

using namespace std::chrono_literals;
using core::Code;
using output::Cell;
using output::Color;
using Stage = spark::Restart::Stage;

constexpr core::Duration kPause = 500ms;

struct Slot {
    std::string name;
    std::unique_ptr<spark::Restart> restart; ///< none: its turn has not come
    std::size_t told = 0;                    ///< of restart->told()
    std::string line;                        ///< the last that was printed
};

class Rolling {
public:
    Rolling(core::Context& context, kube::Client& client, const std::vector<Target>& targets,
            const RollingOptions& options)
        : context_(context), client_(client), targets_(targets), options_(options),
          live_(context.streams.err, context.clock, context.color_err()) {
        for (const auto& target : targets) slots_.push_back({target.reference.name, {}, 0, {}});
    }

    std::vector<Result> run();

private:
    bool stopped() const;
    void admit();
    void show();
    void note(Slot& slot);
    Result result_of(const Slot& slot) const;
    std::vector<std::string> what_next(const Slot& slot) const;
    core::Duration now() const { return client_.clock().monotonic(); }

    core::Context& context_;
    kube::Client& client_;
    const std::vector<Target>& targets_;
    const RollingOptions& options_;
    output::Live live_;
    std::vector<Slot> slots_;
};

bool is_under_way(const Slot& slot) {
    return slot.restart && !slot.restart->finished();
}

std::string line_of(const spark::Restart& restart) {
    if (restart.stage() == Stage::Failed) return restart.error()->message;
    if (restart.note().empty()) return restart.state();
    return restart.state() + ", " + restart.note();
}

Color color_of(const spark::Restart& restart) {
    if (restart.stage() == Stage::Done) return Color::Green;
    return restart.stage() == Stage::Failed ? Color::Red : Color::Yellow;
}

bool Rolling::stopped() const {
    const auto failures = std::ranges::count_if(slots_, [](const Slot& slot) {
        return slot.restart && slot.restart->stage() == Stage::Failed;
    });
    return core::interrupted() || (options_.max_failures > 0 && failures >= options_.max_failures);
}

void Rolling::admit() {
    auto under_way = std::ranges::count_if(slots_, is_under_way);
    for (std::size_t i = 0; i < slots_.size() && under_way < options_.at_once && !stopped(); ++i) {
        if (slots_[i].restart) continue;
        auto how = options_.each;
        how.keepsake =
            spark::Keepsake(context_.environment, options_.server, targets_[i].reference);
        slots_[i].restart =
            std::make_unique<spark::Restart>(client_, targets_[i].reference, std::move(how));
        ++under_way;
    }
}

void Rolling::note(Slot& slot) {
    if (!slot.restart) return;
    const auto& told = slot.restart->told();
    for (; slot.told < told.size(); ++slot.told)
        (void)live_.note(slot.name + ": " + told[slot.told]).has_value();
    // The seconds of a grace period would be a line each.
    std::string line = line_of(*slot.restart);
    const std::string stable = line.substr(0, line.find(", waiting for "));
    if (stable != slot.line && !context_.streams.err.is_terminal())
        (void)live_.note(slot.name + ": " + line).has_value();
    slot.line = stable;
}

void Rolling::show() {
    output::Table table;
    table.columns = {{"NAME"}, {"STATE"}, {"TIME"}, {"NOTE", false, false, true}};
    for (auto& slot : slots_) {
        note(slot);
        if (!slot.restart) {
            table.rows.push_back({slot.name, "waits for its turn", "", ""});
            continue;
        }
        const auto& restart = *slot.restart;
        const auto end = restart.finished() ? restart.ended() : now();
        table.rows.push_back({slot.name, Cell(restart.state(), color_of(restart)),
                              core::human_duration(end - restart.began()),
                              restart.error() ? restart.error()->message : restart.note()});
    }
    (void)live_.draw(table).has_value();
}

std::vector<Result> Rolling::run() {
    while (true) {
        admit();
        for (auto& slot : slots_)
            if (is_under_way(slot) && !core::interrupted()) slot.restart->turn();
        show();
        if (core::interrupted()) break;
        if (std::ranges::none_of(slots_, is_under_way)) {
            if (stopped() || std::ranges::all_of(slots_, [](auto& s) { return !!s.restart; }))
                break;
            continue;
        }
        if (!client_.poll(kPause)) break;
    }
    (void)live_.finish(true).has_value();
    std::vector<Result> results;
    for (const auto& slot : slots_) results.push_back(result_of(slot));
    return results;
}

/// How to go on with an application that is down.
std::vector<std::string> Rolling::what_next(const Slot& slot) const {
    std::vector<std::string> lines;
    if (slot.restart->is_half_done())
        lines.push_back(fmt::format("it is down until the restart is finished: kubectl spark "
                                    "restart {} -n {}",
                                    slot.name, slot.restart->reference().name_space));
    if (slot.restart->is_gone())
        lines.push_back(fmt::format("it was deleted and is not created again yet; its copy: {}",
                                    slot.restart->keepsake().path().string()));
    return lines;
}

Result Rolling::result_of(const Slot& slot) const {
    Result result{slot.name, "not restarted", Color::Dim, {}};
    if (!slot.restart) return result;
    const auto& restart = *slot.restart;
    result.color = color_of(restart);
    const auto took = core::human_duration(restart.ended() - restart.began());
    if (restart.stage() == Stage::Done) {
        result.text = restart.submission().empty()
                          ? "restarted, not waited for (--wait)"
                          : fmt::format("{} (submission {}, {})", core::lower(restart.state()),
                                        restart.submission().substr(0, 8), took);
        return result;
    }
    result.error = restart.error();
    if (restart.stage() == Stage::Failed) {
        result.text = (result.error->code == Code::Timeout ? "timed out: " : "failed: ") +
                      result.error->message;
    } else {
        result.text = restart.is_half_done() ? "half done" : "last seen " + restart.state();
        result.error = core::Error{Code::Interrupted, "interrupted, " + result.text};
    }
    std::ranges::move(what_next(slot), std::back_inserter(result.error->details));
    return result;
}

} // namespace

std::vector<Result> restart_all(core::Context& context, kube::Client& client,
                                const std::vector<Target>& targets, const RollingOptions& options) {
    return Rolling(context, client, targets, options).run();
}

} // namespace kspark::restart
