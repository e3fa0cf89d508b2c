// SPDX-License-Identifier: Apache-2.0
// A pod is told of by the watch, its logs by their own connections; neither waits for the other.
#include "plugins/logs/pod_reader.hpp"

#include "core/output/text.hpp"

#include <algorithm>

namespace kspark::logs {

namespace {

bool has_ended(const spark::Pod& pod) {
    return pod.phase == "Succeeded" || pod.phase == "Failed" ||
           std::ranges::any_of(pod.containers, [](const spark::ContainerState& container) {
               return container.is_main && container.state == "terminated";
           });
}

} // namespace

void Stage::mark(const std::string& sentence) const {
    // What cannot be written is seen at the next flush or draw.
    if (board != nullptr) return void(board->note(sentence));
    mixer.line(std::string(kMarker) + output::sanitize(sentence));
}

void PodReader::see(const spark::Pod& pod) {
    // A watch that comes back tells what was before a list told the end; pods do not live twice.
    if (has_ended(pod_) && !has_ended(pod)) return;
    pod_ = pod;
    for (Reading& reading : readings_)
        for (const auto& container : pod.containers)
            if (!reading.ended && container.name == reading.container &&
                container.state == "terminated")
                reading.log->container_ended();
}

void PodReader::deleted() {
    gone_ = true;
    for (Reading& reading : readings_)
        if (!reading.ended) reading.log->container_ended();
}

bool PodReader::is_read(const spark::ContainerState& container) const {
    return std::any_of(readings_.begin(), readings_.end(),
                       [&](const Reading& r) { return r.container == container.name; });
}

bool PodReader::has_news() const {
    const auto chosen = chosen_containers(pod_, stage_.options);
    return std::any_of(chosen.begin(), chosen.end(), [this](const auto& container) {
        return (container.state == "running" || container.state == "terminated") &&
               !is_read(container);
    });
}

bool PodReader::begun_all() const {
    return readings_.size() >= chosen_containers(pod_, stage_.options).size();
}

void PodReader::begin(const std::string& prefix, bool later_run) {
    for (const auto& container : chosen_containers(pod_, stage_.options)) {
        const bool started = container.state == "running" || container.state == "terminated";
        if (started && !is_read(container)) read(container.name, prefix, later_run);
    }
}

void PodReader::read(const std::string& container, const std::string& prefix, bool later_run) {
    Reading& reading = readings_.emplace_back(Reading{container});
    const bool named = !prefix.empty() && stage_.options.all_containers;
    reading.source = stage_.mixer.add(output::sanitize(named ? prefix + "/" + container : prefix));
    if (stage_.options.limit_bytes > 0) reading.bytes_left = stage_.options.limit_bytes;
    kube::LogQuery query = stage_.query;
    query.name_space = pod_.name_space;
    query.pod = pod_.name;
    query.uid = pod_.uid;
    query.container = container;
    if (later_run) query.tail.reset();
    kube::PodLog::Listener listener;
    listener.line = stage_.filter(
        [this, &reading](const kube::LogPiece& piece) {
            if (reading.bytes_left > 0) take(reading, piece);
        },
        pod_.application);
    listener.gap = [this](const kube::LogGap& gap) { stage_.mark(gap_sentence(pod_.name, gap)); };
    listener.waiting = [&reading](const std::string& reason) { reading.waiting = reason; };
    listener.ended = [this, &reading](const kube::LogEnd& end) { ended(reading, end); };
    reading.log =
        std::make_unique<kube::PodLog>(stage_.client, std::move(query), std::move(listener));
}

/// Up to --limit-bytes of it.
void PodReader::take(Reading& reading, kube::LogPiece piece) {
    if (stage_.options.limit_bytes > 0) {
        const auto left = static_cast<std::size_t>(reading.bytes_left);
        if (piece.bytes.size() + 1 > left) {
            piece.bytes = piece.bytes.substr(0, left);
            piece.ends = true;
        }
        reading.bytes_left -= static_cast<long>(piece.bytes.size()) + (piece.ends ? 1 : 0);
    }
    stage_.mixer.take(reading.source, piece);
}

void PodReader::ended(Reading& reading, const kube::LogEnd& end) {
    reading.ended = true;
    stage_.mixer.remove(reading.source);
    if (!end.whole) stage_.mark(lost_end_sentence(pod_));
    if (!end.status && !error_) error_ = end.status.error();
}

void PodReader::advance() {
    for (Reading& reading : readings_) {
        if (!reading.ended && reading.bytes_left <= 0) ended(reading, {});
        if (reading.ended)
            reading.log.reset();
        else
            reading.log->advance();
    }
}

std::optional<core::Duration> PodReader::due() const {
    std::optional<core::Duration> due;
    for (const Reading& reading : readings_)
        if (!reading.ended)
            if (const auto own = reading.log->due()) due = due ? std::min(*due, *own) : *own;
    return due;
}

bool PodReader::reading() const {
    return std::any_of(readings_.begin(), readings_.end(),
                       [](const Reading& r) { return !r.ended; });
}

bool PodReader::hears() const {
    return std::any_of(readings_.begin(), readings_.end(), [this](const Reading& r) {
        return !r.ended && r.waiting.empty() && !pod_.node_lost;
    });
}

bool PodReader::over() const {
    return (gone_ || has_ended(pod_)) && !reading();
}

std::string PodReader::waiting() const {
    for (const Reading& reading : readings_)
        if (!reading.ended && !reading.waiting.empty()) return reading.waiting;
    return {};
}

} // namespace kspark::logs
