// SPDX-License-Identifier: Apache-2.0
// The only dlopen. The handshake is read from the outside to the inside: first the ABI number,
// which says how to read the rest, then the core's version, and only then the names; no function of
// the module is called before all of them fit. Never dlclose: messages and callbacks may live
// there.
#include "core/plugin/loader.hpp"

#include "core/version.hpp"

#include <fmt/format.h>

#include <dlfcn.h>

namespace kspark::plugin {

namespace {

core::Error refusal(const Found& found, std::string_view why) {
    return {core::Code::Failed, fmt::format("the command \"{}\" cannot be used: {}: {}", found.name,
                                            found.path.string(), why)};
}

/// dlerror()'s words without the path, which the sentence has already.
std::string load_problem(const Found& found) {
    const char* said = dlerror();
    std::string why = said == nullptr ? "it cannot be loaded" : said;
    const std::string path = found.path.string() + ": ";
    if (why.starts_with(path)) why.erase(0, path.size());
    constexpr std::string_view kCore = "libkubectl-spark-core.so.";
    if (why.starts_with(kCore))
        return fmt::format("it was built for kubectl-spark {}, this is {}",
                           why.substr(kCore.size(), why.find(':') - kCore.size()), core::kVersion);
    return why;
}

core::Result<void*> open_module(const Found& found) {
    // A constructor of the module may throw while the loader runs it.
    try {
        if (void* module = dlopen(found.path.c_str(), RTLD_NOW | RTLD_LOCAL)) return module;
    } catch (const std::exception& problem) {
        return refusal(found, fmt::format("it failed while it was loaded: {}", problem.what()));
    } catch (...) {
        return refusal(found, "it failed while it was loaded");
    }
    return refusal(found, load_problem(found));
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
    KSPARK_ASSIGN(void* module, open_module(found));
    const auto entry =
        reinterpret_cast<kubectl_spark_plugin_entry>(dlsym(module, KUBECTL_SPARK_PLUGIN_ENTRY));
    if (entry == nullptr)
        return refusal(found, "it is no module of kubectl-spark (no " KUBECTL_SPARK_PLUGIN_ENTRY
                              " in it)");
    const kubectl_spark_plugin* plugin = entry();
    if (const std::string why = misfit(plugin, found); !why.empty()) return refusal(found, why);
    return plugin;
}

} // namespace kspark::plugin
