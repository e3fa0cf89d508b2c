// SPDX-License-Identifier: Apache-2.0
// kubectl spark events: what operator, scheduler and kubelet said of one application and its pods.
#pragma once

#include "core/cli/command.hpp"
#include "core/output/printer.hpp"
#include "core/spark/diagnosis.hpp"

#include <memory>
#include <set>

namespace kspark::events {

struct Options {
    std::vector<std::string> names;
    bool watch = false;
    bool warnings = false; ///< those only
    std::optional<core::Duration> since;
    output::Format format;
    bool no_headers = false;
};

struct Outcome {
    output::Format format;
    std::string name;
    core::Time now{};
    std::vector<spark::Event> events;                       ///< folded
    std::shared_ptr<const std::vector<data::Json>> objects; ///< for -o json and the like
    bool watched = false;                                   ///< all was said while it ran
};

/// Whose events are wanted: the application by its UID, pods by their names.
struct Subject {
    spark::Application application;
    std::set<std::string> pods;

    bool owns(const spark::Event& event) const;
};
/// The names of pods that the status tells; those that are there come on top.
Subject subject_of(spark::Application application);

/// Whether an event is asked for.
bool wanted(const Options& options, const spark::Event& event, core::Time now);

/// Tells events as they come until the user interrupts.
core::Status follow(core::Context& context, kube::Client& client, const Options& options,
                    Subject subject);

void declare(core::Flags& flags, Options& options);
core::Result<Outcome> run(core::Context& context, const Options& options);
core::Status print(core::Context& context, const Options& options, const Outcome& outcome);
core::Command make();

} // namespace kspark::events
