// SPDX-License-Identifier: Apache-2.0
// A server that does exactly what a test tells it, also what no real server would: cut, stay
// silent, send half a line. One thread per connection, 127.0.0.1, its own port.
#pragma once

#include "tests/support/certificates.hpp"

#include <atomic>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

struct ssl_ctx_st;
struct ssl_st;

namespace kspark::test {

struct Received {
    std::string method, target;
    std::string head; ///< as it came
    std::string body;
    std::string client; ///< common name of the client's certificate
};

/// One connection, for the script of a test.
class Peer {
public:
    Peer(int descriptor, ssl_ctx_st* tls);
    ~Peer();
    Peer(const Peer&) = delete;
    Peer& operator=(const Peer&) = delete;

    void send(std::string_view bytes);
    /// A whole answer.
    void answer(int status, std::string_view body, std::string_view headers = {});
    /// Ends the connection without a word (no TLS close_notify).
    void cut();
    /// Waits until the client has gone.
    void wait_for_end();
    bool open() const { return open_; }
    bool read(Received& request);
    int descriptor() const { return descriptor_; }

private:
    bool more(std::string& bytes);
    int descriptor_;
    ssl_st* tls_ = nullptr;
    bool open_ = true;
    std::string buffer_;
};

struct ServerTls {
    Identity identity;
    std::string client_authority_pem = {}; ///< asks for a client certificate when given
};

class Server {
public:
    using Script = std::function<void(const Received&, Peer&)>;
    explicit Server(Script script, const ServerTls* tls = nullptr);
    ~Server();

    int port() const { return port_; }
    std::string url(std::string_view scheme = "https") const;
    std::vector<Received> received() const;
    int connections() const { return connections_; }

private:
    void accept_loop();
    void serve(int descriptor);

    Script script_;
    std::shared_ptr<ssl_ctx_st> tls_;
    int listener_ = -1;
    int port_ = 0;
    std::atomic<int> connections_{0};
    mutable std::mutex mutex_;
    std::vector<Received> received_;
    std::vector<int> descriptors_;
    std::vector<std::thread> threads_;
    std::thread acceptor_;
};

/// A script for a plain Server that makes it an HTTP proxy for CONNECT to ports of this machine.
Server::Script connect_proxy();

} // namespace kspark::test
