// SPDX-License-Identifier: Apache-2.0
// The handshake is read from the outside to the inside: first the ABI number, which says how to
// read the rest, then the core's version, and only then the names; no command of the module is
// called before all of them fit.
#include "core/plugin/loader.hpp"

#include "core/base/library.hpp"
#include "core/version.hpp"

#include <fmt/format.h>

#include <fcntl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

namespace kspark::plugin {

namespace {

constexpr unsigned kRehearsalSeconds = 10;

core::Error refusal(const Found& found, std::string_view why) {
    return {core::Code::Failed, fmt::format("the command \"{}\" cannot be used: {}: {}", found.name,
                                            found.path.string(), why)};
}

/// The system's words without the path, which the sentence has already.
std::string load_problem(const Found& found, std::string why) {
    const std::string path = found.path.string() + ": ";
    if (why.starts_with(path)) why.erase(0, path.size());
    constexpr std::string_view kCore = "libkubectl-spark-core.so.";
    if (why.starts_with(kCore))
        return fmt::format("it was built for kubectl-spark {}, this is {}",
                           why.substr(kCore.size(), why.find(':') - kCore.size()), core::kVersion);
    return why;
}

/// Loads a module of the user in a child first: an exception or a crash in one of its constructors
/// cannot be survived, and would take the list of commands with it. Empty when the child lived.
std::string rehearsal_problem(const Found& found) {
    const pid_t child = fork();
    if (child < 0) return {}; // then without a rehearsal
    if (child == 0) {
        const int nowhere = open("/dev/null", O_RDWR | O_CLOEXEC);
        for (const int standard : {STDIN_FILENO, STDOUT_FILENO, STDERR_FILENO})
            dup2(nowhere, standard);
        const rlimit no_core_dump = {};
        setrlimit(RLIMIT_CORE, &no_core_dump);
        alarm(kRehearsalSeconds);
        [&]() noexcept { static_cast<void>(core::load_library(found.path).has_value()); }();
        _exit(0);
    }
    int status = 0;
    while (waitpid(child, &status, 0) < 0)
        if (errno != EINTR) return {};
    if (WIFSIGNALED(status))
        return fmt::format("it crashed while it was loaded ({})", strsignal(WTERMSIG(status)));
    return WEXITSTATUS(status) == 0 ? "" : "it ended the process while it was loaded";
}

core::Result<void*> open_module(const Found& found) {
    if (found.of_user)
        if (const std::string why = rehearsal_problem(found); !why.empty())
            return refusal(found, why);
    auto module = core::load_library(found.path);
    if (!module) return refusal(found, load_problem(found, module.error().message));
    return module;
}

/// Empty when the module fits this host.
std::string misfit(const kubectl_spark_plugin* plugin, const Found& found) {
    if (plugin == nullptr) return "it could not describe itself";
    if (plugin->abi_version != KUBECTL_SPARK_ABI_VERSION)
        return fmt::format("it has plugin ABI {}, this kubectl-spark has {}", plugin->abi_version,
                           KUBECTL_SPARK_ABI_VERSION);
    if (plugin->struct_size < sizeof(kubectl_spark_plugin)) return "its description is incomplete";
    const std::string_view version = plugin->core_version ? plugin->core_version : "nothing";
    if (version != core::kCoreId)
        return fmt::format("it was built for kubectl-spark {}, this is {}", version, core::kCoreId);
    const std::string_view name = plugin->name ? plugin->name : "";
    if (name != found.name)
        return fmt::format("it is the command \"{}\", so the file must be named {}.so", name, name);
    if (!plugin->summary || !plugin->run || !plugin->complete || !plugin->help)
        return "its description is incomplete";
    return {};
}

} // namespace

core::Result<const kubectl_spark_plugin*> load(const Found& found) {
    if (found.built_in != nullptr) return found.built_in;
    if (!found.problem.empty()) return refusal(found, found.problem);
#ifdef KSPARK_STATIC_PLUGINS // the core is in the executable, where no module finds it
    return refusal(found, "this kubectl-spark has its commands built in and loads no modules");
#endif
    KSPARK_ASSIGN(void* module, open_module(found));
    const auto entry = reinterpret_cast<kubectl_spark_plugin_entry>(
        core::find_symbol(module, KUBECTL_SPARK_PLUGIN_ENTRY));
    if (entry == nullptr)
        return refusal(found, "it is no module of kubectl-spark (no " KUBECTL_SPARK_PLUGIN_ENTRY
                              " in it)");
    const kubectl_spark_plugin* plugin = entry();
    if (const std::string why = misfit(plugin, found); !why.empty()) return refusal(found, why);
    return plugin;
}

std::string reason(const core::Error& error, const Found& found) {
    const std::string place = found.path.string() + ": ";
    const std::size_t at = error.message.find(place);
    return at == std::string::npos ? error.message : error.message.substr(at + place.size());
}

} // namespace kspark::plugin
