// SPDX-License-Identifier: Apache-2.0
// `logs`, run as from the command line against a cluster in memory.
#pragma once

#include "plugins/logs/logs.hpp"
#include "tests/plugins/logs_cluster.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/temporary_directory.hpp"

#include <fmt/format.h>

namespace kspark::test {

/// What is printed, in the time that its reader takes.
struct Reader : output::Buffer {
    Reader(ManualClock& its_clock, bool terminal) : Buffer(terminal), clock(its_clock) {}
    core::Status write(std::string_view bytes) override {
        clock.advance(takes);
        return Buffer::write(bytes);
    }
    ManualClock& clock;
    core::Duration takes{};
};

/// The command, run as from the command line.
struct LogsWorld {
    TemporaryDirectory directory;
    ManualClock clock;
    Reader out;
    output::Buffer err;
    std::unique_ptr<FakeCluster> made;
    FakeCluster& cluster;
    core::Context context;

    explicit LogsWorld(unsigned seed = 1, bool terminal = false)
        : out(clock, terminal), made(std::make_unique<FakeCluster>(clock, seed)), cluster(*made),
          context({out, err, terminal}, clock, core::Environment(),
                  [this](const kube::Connection&,
                         core::Context&) -> core::Result<std::unique_ptr<http::Transport>> {
                      return {std::move(made)};
                  }) {
        const auto file = directory.path / "config";
        REQUIRE(core::write_file(
            file, "current-context: c\n"
                  "contexts: [{name: c, context: {cluster: c, namespace: streams}}]\n"
                  "clusters: [{name: c, cluster: {server: 'https://kube'}}]\n"));
        context.connection.kubeconfig = file.string();
    }

    core::Status run(const std::vector<std::string>& arguments) {
        logs::Options options;
        core::Flags flags;
        logs::declare(flags, options);
        KSPARK_TRY(flags.parse(arguments));
        auto outcome = logs::run(context, options);
        if (!outcome) return outcome.error();
        return logs::print(context, options, *outcome);
    }
    /// What was printed without our own lines.
    std::string log() const {
        std::string text;
        for (const std::string& line : core::split(out.text(), '\n'))
            if (!line.starts_with("=== kubectl-spark: ")) text += line + "\n";
        if (!text.empty()) text.pop_back();
        return text;
    }
    std::vector<std::string> markers() const {
        std::vector<std::string> found;
        for (const std::string& line : core::split(out.text(), '\n'))
            if (line.starts_with("=== kubectl-spark: ")) found.push_back(line.substr(19));
        return found;
    }
    bool says(const std::string& words) const {
        return err.text().find(words) != std::string::npos;
    }
};

} // namespace kspark::test
