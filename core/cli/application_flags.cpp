// SPDX-License-Identifier: Apache-2.0
// One declaration, so that what completes for one command completes for all of them.
#include "core/cli/application_flags.hpp"

#include "core/cli/context.hpp"
#include "core/spark/lookup.hpp"

namespace kspark::core {
namespace {

constexpr std::size_t kMost = 10'000;

std::vector<std::string> complete_names(Context& context, const std::string& prefix) {
    const auto client = context.client();
    const auto name_space = context.name_space();
    if (!client || !name_space) return {};
    return spark::complete_applications(**client, *name_space, prefix);
}

} // namespace

Positional& declare_names(Flags& flags, std::vector<std::string>& names) {
    Positional& positional =
        flags.positionals("NAME...", names, "applications, as NAME or sparkapp/NAME", 0, kMost);
    positional.complete = complete_names;
    return positional;
}

Positional& declare_name(Flags& flags, std::vector<std::string>& names) {
    Positional& positional =
        flags.positionals("NAME", names, "an application, as NAME or sparkapp/NAME", 1, 2);
    positional.complete = complete_names;
    return positional;
}

Flag& declare_selector(Flags& flags, std::string& selector) {
    return flags.add("-l,--selector", selector, "SELECTOR",
                     "applications with these labels: '=', '==', '!=', 'in', 'notin', KEY, !KEY "
                     "(e.g. -l team=bi,'env in (prod,test)')");
}

} // namespace kspark::core
