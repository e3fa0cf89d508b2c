// SPDX-License-Identifier: Apache-2.0
// Certificates minted while the test runs: none that could expire lie in the repository.
#pragma once

#include <string>
#include <vector>

namespace kspark::test {

struct Identity {
    std::string certificate_pem, key_pem;
};

Identity make_authority(const std::string& name);

struct Subject {
    std::string common_name = "kube";
    /// "DNS:kube.test", "IP:127.0.0.1".
    std::vector<std::string> names = {"DNS:localhost", "IP:127.0.0.1"};
    long valid_from = -3600; ///< seconds from now
    long valid_to = 3600;
};
Identity issue(const Identity& authority, const Subject& subject);

} // namespace kspark::test
