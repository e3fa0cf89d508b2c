// SPDX-License-Identifier: Apache-2.0
// What is looked at and what is said about it: checks are pure functions over what the cluster
// answered.
#pragma once

#include "core/spark/diagnosis.hpp"
#include "plugins/doctor/ground.hpp"

#include <string>
#include <vector>

namespace kspark::doctor {

enum class Level { Ok, Unknown, Warning, Failed };
std::string_view to_text(Level level);

struct Check {
    std::string id; ///< "operator", "quota", ...
    Level level = Level::Ok;
    std::string sentence;
    std::string remedy = {}; ///< commands to paste
};

// cluster.cpp
std::vector<Check> check_crds(const Ground& ground);
std::vector<Check> check_operator(const Ground& ground);
std::vector<Check> check_webhook(const Ground& ground);
std::vector<Check> check_quota(const Ground& ground);

// accounts.cpp
std::vector<Check> check_own_rights(const Ground& ground);
std::vector<Check> check_accounts(const Ground& ground);
std::vector<Check> check_pull_secrets(const Ground& ground);

// leftovers.cpp
std::vector<Check> check_leftovers(const Ground& ground);

} // namespace kspark::doctor
