// SPDX-License-Identifier: Apache-2.0
// What a module is made of: KSPARK_PLUGIN(kspark::hello::make) gives it the one symbol that the
// host looks for. spark_add_plugin() generates the file with that line.
#pragma once

#include "core/cli/command.hpp"
#include "core/plugin/abi.h"
#include "core/version.hpp"

namespace kspark::plugin {

using Maker = core::Command (*)();

/// Calls into a module; an exception ends here and is reported as a bug of that command (70).
int guarded(const char* name, kubectl_spark_context* context,
            const std::function<int(core::Context&)>& call) noexcept;
int write_help(const core::Command& command, core::Context& context);

inline kubectl_spark_context* opaque(core::Context& context) {
    return reinterpret_cast<kubectl_spark_context*>(&context);
}

template <Maker make>
struct Module {
    /// Made when first asked for, so that a module has nothing to construct while it is loaded.
    static const core::Command& command() {
        static const core::Command made = make();
        return made;
    }

    static int run(kubectl_spark_context* context, int argc, const char* const* argv) noexcept {
        return guarded(command().name.c_str(), context, [&](core::Context& the) {
            return core::run_command(command(), the, {argv, argv + argc});
        });
    }
    static int complete(kubectl_spark_context* context, int argc,
                        const char* const* argv) noexcept {
        return guarded(command().name.c_str(), context, [&](core::Context& the) {
            return core::complete_command(command(), the, {argv, argv + argc});
        });
    }
    static int help(kubectl_spark_context* context) noexcept {
        return guarded(command().name.c_str(), context,
                       [&](core::Context& the) { return write_help(command(), the); });
    }

    /// nullptr when `make` throws.
    static const kubectl_spark_plugin* descriptor() noexcept try {
        static const kubectl_spark_plugin made{KUBECTL_SPARK_ABI_VERSION,
                                               sizeof(kubectl_spark_plugin),
                                               core::kCoreId,
                                               command().name.c_str(),
                                               command().summary.c_str(),
                                               run,
                                               complete,
                                               help};
        return &made;
    } catch (...) {
        return nullptr;
    }
};

} // namespace kspark::plugin

#define KSPARK_PLUGIN(make)                                                                        \
    extern "C" __attribute__((visibility("default"))) const kubectl_spark_plugin*                  \
    kubectl_spark_plugin_v1() {                                                                    \
        return kspark::plugin::Module<make>::descriptor();                                         \
    }
