// SPDX-License-Identifier: Apache-2.0
// How users come in. JSON is YAML, so that the files need no writer of their own.
#include "tests/sandbox/kubeconfigs.hpp"

#include "core/base/system.hpp"
#include "core/base/text.hpp"

#include <fmt/format.h>

#include <random>

namespace kspark::sandbox {

namespace {
constexpr long kYear = 365L * 24 * 3600;

std::string new_token() {
    std::random_device random;
    return fmt::format("{:08x}{:08x}{:08x}{:08x}", random(), random(), random(), random());
}

std::string kubeconfig(int port, const test::Identity& authority, const std::string& user,
                       const Json& credentials) {
    return Json{{"apiVersion", "v1"},
                {"kind", "Config"},
                {"clusters", Json::array({{{"name", "sandbox"},
                                           {"cluster",
                                            {{"server", fmt::format("https://127.0.0.1:{}", port)},
                                             {"certificate-authority-data",
                                              core::encode_base64(authority.certificate_pem)}}}}})},
                {"users", Json::array({{{"name", user}, {"user", credentials}}})},
                {"contexts",
                 Json::array(
                     {{{"name", "sandbox"},
                       {"context",
                        {{"cluster", "sandbox"}, {"user", user}, {"namespace", "default"}}}}})},
                {"current-context", "sandbox"}}
               .dump(2) +
           "\n";
}
} // namespace

Identities make_identities() {
    Identities identities;
    identities.authority = test::make_authority("kubectl-spark-sandbox");
    identities.server =
        test::issue(identities.authority,
                    {"localhost", {"DNS:localhost", "IP:127.0.0.1", "IP:::1"}, -3600, kYear});
    for (const auto* user : {"editor", "viewer", "nobody"})
        identities.user_of_token[new_token()] = user;
    return identities;
}

core::Status write_kubeconfigs(const std::filesystem::path& directory, int port,
                               const Identities& identities) {
    for (const auto& [token, user] : identities.user_of_token)
        KSPARK_TRY(core::write_file(
            directory / (user + ".kubeconfig"),
            kubeconfig(port, identities.authority, user, {{"token", token}}), 0600));
    const test::Identity admin = test::issue(identities.authority, {"admin", {}, -3600, kYear});
    return core::write_file(
        directory / "kubeconfig",
        kubeconfig(port, identities.authority, "admin",
                   {{"client-certificate-data", core::encode_base64(admin.certificate_pem)},
                    {"client-key-data", core::encode_base64(admin.key_pem)}}),
        0600);
}

} // namespace kspark::sandbox
