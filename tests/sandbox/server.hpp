// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "tests/sandbox/api.hpp"
#include "tests/sandbox/faults.hpp"
#include "tests/sandbox/mutations.hpp"
#include "tests/sandbox/tls.hpp"

#include <map>
#include <memory>
#include <string>

namespace kspark::sandbox {

/// Who can come in.
struct Identities {
    test::Identity authority;
    test::Identity server;
    std::map<std::string, std::string> user_of_token = {};
};

/// The API behind TLS on 127.0.0.1.
class Server {
public:
    Server(Cluster& cluster, Faults& faults, const Identities& identities, Handler handler);
    ~Server();

    /// 0: any free port. Returns the port, or -1.
    int bind(int port);
    /// Until stop(); streams end.
    void serve();
    void stop();

private:
    struct State;
    std::unique_ptr<State> state_;
};

} // namespace kspark::sandbox
