// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/cli/command.hpp"
#include "core/output/printer.hpp"
#include "core/spark/manifest.hpp"
#include "plugins/submit/deployment.hpp"

namespace kspark::submit {

enum class DryRun { None, Client, Server };
/// Whether findings of the offline checks refuse, warn or are not looked for.
enum class Validate { Strict, Warn, Ignore };

struct Options {
    spark::InputOptions inputs;
    std::string chart; ///< a directory: helm makes the manifests
    std::string from;  ///< a schedule, instead of files
    DryRun dry_run = DryRun::None;
    Validate validate = Validate::Strict;
    bool diff = false;
    bool exit_code = false;
    std::optional<spark::Goal> wait;
    core::Duration timeout = std::chrono::minutes(10);
    int parallel = 0; ///< 0: creates all at once, restarts by kRestartsAtOnce
    int max_failures = 1;
    bool prune = false;
    int max_prune = 1;
    bool force_conflicts = false;
    bool rollback_on_failure = false;
    bool no_preflight = false;
    bool probe_image = false;
    output::Format format;
};

/// What was planned, and what came of it. The plan's lines are out when this is made.
struct Outcome {
    std::vector<Track> tracks;
    bool deployed = false;               ///< false: only the plan was asked for
    std::optional<core::Code> code = {}; ///< the worst of what went wrong
};

void declare(core::Flags& flags, Options& options);
core::Result<Outcome> run(core::Context& context, const Options& options);
core::Status print(core::Context& context, const Options& options, const Outcome& outcome);
core::Command make();

} // namespace kspark::submit
