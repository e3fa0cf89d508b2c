// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/kube/kubeconfig.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/temporary_directory.hpp"

#include <fmt/format.h>

namespace kspark::test {

constexpr const char* kPem = "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n";
constexpr const char* kKey = "-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n";

/// Of credentials.
inline std::string kind_of(const kube::User& user) {
    if (user.exec) return "exec";
    if (!user.token.empty()) return "token";
    if (!user.username.empty()) return "basic";
    return user.certificate_pem.empty() ? "none" : "certificate";
}

/// A directory with a kubeconfig of one context "x", cluster "c" and user "u".
struct Files {
    TemporaryDirectory directory;
    kube::ConnectionFlags flags;
    core::Environment environment{{"HOME", "/nonexistent"}};

    explicit Files(const std::string& cluster = "server: https://kube:6443",
                   const std::string& user = "token: T", const std::string& context = "") {
        flags.kubeconfig = write(
            "config", fmt::format("apiVersion: v1\nkind: Config\ncurrent-context: x\n"
                                  "contexts: [{{name: x, context: {{cluster: c, user: u{}}}}}]\n"
                                  "clusters: [{{name: c, cluster: {{{}}}}}]\n"
                                  "users: [{{name: u, user: {{{}}}}}]\n",
                                  context, cluster, user));
    }
    std::string write(const std::string& name, const std::string& text) const {
        const auto path = directory.path / name;
        std::filesystem::create_directories(path.parent_path());
        REQUIRE(core::write_file(path, text));
        return path.string();
    }
    core::Result<kube::Connection> load() const {
        return kube::load_connection(flags, environment);
    }
    kube::Connection good() const {
        auto loaded = load();
        INFO((loaded ? "" : loaded.error().message));
        REQUIRE(loaded);
        return *loaded;
    }
    std::string message() const {
        const auto loaded = load();
        if (loaded) return "ok";
        CHECK(loaded.error().code == core::Code::Invalid);
        return loaded.error().message;
    }
};

} // namespace kspark::test
