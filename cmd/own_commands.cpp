// SPDX-License-Identifier: Apache-2.0
// The commands of the executable itself are described like modules, so that dispatch, help and
// completion know one kind of command only.
#include "cmd/app.hpp"
#include "cmd/completion.hpp"
#include "cmd/plugin_list.hpp"
#include "cmd/version.hpp"
#include "core/plugin/module.hpp"

namespace kspark::app {

std::vector<const kubectl_spark_plugin*> own_commands() {
    return {plugin::Module<make_completion>::descriptor(),
            plugin::Module<make_plugin_list>::descriptor(),
            plugin::Module<make_version>::descriptor()};
}

} // namespace kspark::app
