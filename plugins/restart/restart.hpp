// SPDX-License-Identifier: Apache-2.0
// kubectl spark restart: runs applications anew, and never lets two runs of one overlap.
#pragma once

#include "core/cli/command.hpp"
#include "core/spark/inputs.hpp"
#include "core/spark/restart.hpp"

namespace kspark::restart {

enum class DryRun { None, Client, Server };

struct Options {
    std::vector<std::string> names;
    spark::InputOptions inputs;
    std::string selector;
    bool all = false;
    bool yes = false;
    std::string wait; ///< "running", "completed", "false"; empty: running on a terminal
    core::Duration timeout = std::chrono::minutes(10);
    int rolling = 5;
    int max_failures = 1;
    spark::Strategy strategy = spark::Strategy::Auto;
    bool force = false;
    DryRun dry_run = DryRun::None;
};

/// How it went with one application.
struct Result {
    std::string name;
    std::string text; ///< "running (submission 0a1b2c3d, 12s)"
    output::Color color = output::Color::None;
    std::optional<core::Error> error = {};
};

struct Outcome {
    std::vector<Result> results;
    std::optional<core::Code> code = {}; ///< the worst of what went wrong
};

void declare(core::Flags& flags, Options& options);
core::Result<Outcome> run(core::Context& context, const Options& options);
core::Status print(core::Context& context, const Options& options, const Outcome& outcome);
core::Command make();

} // namespace kspark::restart
