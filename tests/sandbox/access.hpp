// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "tests/sandbox/answers.hpp"

#include <string>

namespace kspark::sandbox {

/// What somebody wants to do, in the words of authorisation.
struct Action {
    std::string verb;
    std::string group = {};
    std::string resource = {};
    std::string subresource = {};
    std::string name_space = {};
    std::string name = {};
    std::string path = {}; ///< of what is no resource
};

/// admin: everything; editor: writes applications in `default` and `streams`; viewer: reads there;
/// nobody: nothing but discovery; "" (anonymous): the version.
bool allowed(const std::string& user, const Action& action);
/// The 403 of whoever is not.
Refusal forbidden(const std::string& user, const Action& action);

} // namespace kspark::sandbox
