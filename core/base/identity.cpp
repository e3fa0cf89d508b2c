// SPDX-License-Identifier: Apache-2.0
// A name to ask for, not a proof: the cluster's audit log has that.
#include "core/base/identity.hpp"

#include <unistd.h>

#include <array>

namespace kspark::core {

std::string who(const Environment& environment) {
    std::string name;
    for (const char* variable : {"GITLAB_USER_LOGIN", "GITHUB_ACTOR", "USER", "LOGNAME"})
        if (name.empty()) name = environment.value(variable);
    if (name.empty()) name = "somebody";
    std::array<char, 256> host{};
    if (gethostname(host.data(), host.size() - 1) != 0 || host[0] == '\0') return name;
    return name + "@" + host.data();
}

} // namespace kspark::core
