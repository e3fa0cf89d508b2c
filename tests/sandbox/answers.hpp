// SPDX-License-Identifier: Apache-2.0
// What the API server says when it does not do what it was asked: a Status object in the words of
// the real one (recorded from Kubernetes 1.34). A Refusal is thrown where the reason is found and
// becomes the answer in one place, Api::handle.
#pragma once

#include "tests/sandbox/kinds.hpp"

#include <nlohmann/json.hpp>

#include <string>
#include <string_view>
#include <vector>

namespace kspark::sandbox {

/// Keys sorted, as the real server writes custom resources.
using Json = nlohmann::json;

struct Refusal {
    Json status;
    int code() const { return status.at("code").get<int>(); }
};

/// One entry of details.causes.
struct Cause {
    std::string reason;
    std::string message;
    std::string field;
};

Json make_status(int code, std::string_view reason, std::string_view message, Json details = {});

Refusal bad_request(std::string_view message);
Refusal not_found(const Kind& kind, std::string_view name);
/// The path itself leads nowhere.
Refusal unknown_path();
Refusal already_exists(const Kind& kind, std::string_view name);
Refusal modified(const Kind& kind, std::string_view name);
/// 422, with one sentence per cause.
Refusal invalid(std::string_view kind, std::string_view group, std::string_view name,
                const std::vector<Cause>& causes);
Refusal invalid(const Kind& kind, std::string_view name, const std::vector<Cause>& causes);
Refusal expired(std::string_view message);
Refusal failed(int code, std::string_view reason, std::string_view message, Json details = {});

} // namespace kspark::sandbox
