// SPDX-License-Identifier: Apache-2.0
// kubectl-spark-sandbox: an API server in memory that plays the Spark operator, for the demo and
// for tests. It is not a cluster: nothing runs in it.
#include "core/base/interrupt.hpp"
#include "core/base/system.hpp"
#include "core/base/time.hpp"
#include "tests/sandbox/kubeconfigs.hpp"
#include "tests/sandbox/scenery.hpp"
#include "tests/sandbox/server.hpp"
#include "tests/sandbox/simulation.hpp"

#include <unistd.h>

#include <cstdio>
#include <cstdlib>
#include <string>
#include <thread>

namespace kspark::sandbox {

namespace {
using namespace std::chrono_literals;

struct Options {
    std::filesystem::path directory;
    int port = 0;
    double speed = 1;
    int preload = 0;
    Handler handler = handle;
};

constexpr const char* kUsage =
    "usage: kubectl-spark-sandbox --dir DIR [--port 0] [--speed 1] [--preload N]\n"
    "       [--mutation NAME]   is wrong in one way, for the test of the contract tests\n";

bool parse(int argc, char** argv, Options& options) {
    for (int i = 1; i + 1 < argc; i += 2) {
        const std::string flag = argv[i];
        const char* value = argv[i + 1];
        if (flag == "--dir")
            options.directory = value;
        else if (flag == "--port")
            options.port = std::atoi(value);
        else if (flag == "--speed")
            options.speed = std::atof(value);
        else if (flag == "--preload")
            options.preload = std::atoi(value);
        else if (flag == "--mutation")
            options.handler = make_mutation(value);
        else
            return false;
    }
    return argc % 2 == 1 && !options.directory.empty() && options.speed > 0 && options.handler;
}

/// Plays the operator and the kubelet until the end.
void simulate(Cluster& cluster, Simulation& simulation) {
    std::unique_lock lock(cluster.mutex);
    while (!core::interrupted()) {
        const core::Duration idle = simulation.step();
        if (simulation.behind()) continue;
        cluster.changed.wait_for(lock, std::min<core::Duration>(idle, 100ms));
    }
}

/// Serves, and goes away for a while when a fault says so.
int serve(Cluster& cluster, Faults& faults, const Identities& identities, const Options& options) {
    int port = options.port;
    bool announced = false;
    while (!core::interrupted()) {
        Server server(cluster, faults, identities, options.handler);
        port = server.bind(port);
        if (port < 0) {
            std::fprintf(stderr, "error: cannot listen on 127.0.0.1:%d\n", options.port);
            return 1;
        }
        std::thread listener([&] { server.serve(); });
        std::this_thread::sleep_for(20ms);
        if (!announced) {
            const auto written = write_kubeconfigs(options.directory, port, identities);
            if (!written) std::fprintf(stderr, "error: %s\n", written.error().message.c_str());
            announced = true;
        }
        std::chrono::milliseconds away = 0ms;
        while (!core::interrupted() && (away = faults.take_refusal()) == 0ms)
            std::this_thread::sleep_for(20ms);
        server.stop();
        listener.join();
        for (auto left = away; left > 0ms && !core::interrupted(); left -= 20ms)
            std::this_thread::sleep_for(20ms);
    }
    return 0;
}

int run(const Options& options) {
    core::install_interrupt_handler();
    std::filesystem::create_directories(options.directory);
    Cluster cluster(core::system_clock());
    Simulation simulation(cluster, options.speed);
    build_scenery(cluster, options.preload);
    std::printf("this is a sandbox, not a cluster: KUBECONFIG=%s\n",
                (options.directory / "kubeconfig").c_str());
    std::fflush(stdout);
    if (auto written = core::write_file(options.directory / "pid", std::to_string(getpid()) + "\n");
        !written) {
        std::fprintf(stderr, "error: %s\n", written.error().message.c_str());
        return 1;
    }
    Faults faults;
    std::thread simulating([&] { simulate(cluster, simulation); });
    const int status = serve(cluster, faults, make_identities(), options);
    core::set_interrupted(true);
    simulating.join();
    return status;
}
} // namespace

} // namespace kspark::sandbox

int main(int argc, char** argv) {
    kspark::sandbox::Options options;
    if (!kspark::sandbox::parse(argc, argv, options)) {
        std::fputs(kspark::sandbox::kUsage, stderr);
        return 2;
    }
    return kspark::sandbox::run(options);
}
