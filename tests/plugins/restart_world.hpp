// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "plugins/restart/restart.hpp"
#include "tests/plugins/played_cluster.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/temporary_directory.hpp"

namespace kspark::test {

/// The command on it, as from the command line.
struct RestartWorld {
    TemporaryDirectory directory;
    ManualClock clock;
    output::Buffer out, err;
    std::unique_ptr<PlayedCluster> made = std::make_unique<PlayedCluster>(clock);
    PlayedCluster& cluster = *made;
    core::Context context{
        {out, err, false},
        clock,
        core::Environment{{"USER", "ann"}, {"XDG_STATE_HOME", (directory.path / "state").string()}},
        [this](const kube::Connection&, core::Context&)
            -> core::Result<std::unique_ptr<http::Transport>> { return {std::move(made)}; }};

    RestartWorld() {
        const auto file = directory.path / "config";
        REQUIRE(core::write_file(file,
                                 "current-context: c\n"
                                 "contexts: [{name: c, context: {cluster: c}}]\n"
                                 "clusters: [{name: c, cluster: {server: 'https://kube'}}]\n"));
        context.connection.kubeconfig = file.string();
    }
    core::Status run(const std::vector<std::string>& arguments) {
        const auto invocation = restart::make().make();
        KSPARK_TRY(invocation->flags.parse(arguments));
        return invocation->execute(context);
    }
    /// The file in which a recreate keeps the object.
    std::filesystem::path copy() const {
        return directory.path / "state/kubectl-spark/restarts/https%3A%2F%2Fkube/default" /
               "sparkapplications.sparkoperator.k8s.io/orders.json";
    }
    std::string said() const { return out.text() + err.text(); }
    bool says(std::string_view words) const { return said().find(words) != std::string::npos; }
};

} // namespace kspark::test
