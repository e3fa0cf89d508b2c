// SPDX-License-Identifier: Apache-2.0
// The only file that knows HTTP: one thread per connection, watches and followed logs as chunked
// answers that wait for the cluster to change.
#define CPPHTTPLIB_OPENSSL_SUPPORT
#include "tests/sandbox/server.hpp"

#include "tests/sandbox/access.hpp"

#include <httplib.h>

#include <poll.h>
#include <sys/socket.h>

#include <atomic>
#include <mutex>
#include <set>
#include <thread>

namespace kspark::sandbox {

namespace {
using namespace std::chrono_literals;
constexpr std::size_t kThreads = 256;

/// Whether the client has closed its side. While nothing is written, nothing else tells: a stream
/// that is silent would keep its thread for ever (httplib asks only whether it could write).
bool has_left(int socket) {
    pollfd asked{socket, POLLRDHUP, 0};
    return poll(&asked, 1, 0) > 0;
}

/// Feeds a stream to the connection until it ends, is cut, or nobody reads any more.
bool feed(Cluster& cluster, const Faults& faults, const std::atomic<bool>& stopping, int cuts,
          int socket, Stream& stream, httplib::DataSink& sink) {
    std::unique_lock lock(cluster.mutex);
    std::string bytes = stream.read();
    bool ended = stream.ended();
    if (bytes.empty() && !ended) {
        cluster.changed.wait_for(lock, 50ms);
        bytes = stream.read();
        ended = stream.ended();
    }
    lock.unlock();
    if (stopping || faults.cuts() != cuts) return false; // without the last chunk: a cut connection
    if (!bytes.empty() && !sink.write(bytes.data(), bytes.size())) return false;
    if (has_left(socket)) return false;
    if (ended) sink.done();
    return true;
}
} // namespace

struct Server::State {
    Cluster& cluster;
    Faults& faults;
    Identities identities;
    Handler handler;
    httplib::SSLServer http;
    int listener = -1;
    std::atomic<bool> stopping = false;
    std::mutex mutex;
    std::set<int> sockets; ///< of all connections that there were

    State(Cluster& c, Faults& f, const Identities& i, Handler h)
        : cluster(c), faults(f), identities(i), handler(std::move(h)),
          http([this](SSL_CTX& context) {
              return prepare_tls(&context, identities.server, identities.authority);
          }) {
        http.set_socket_options([this](int socket) {
            listener = socket;
            httplib::default_socket_options(socket);
        });
        http.new_task_queue = [] { return new httplib::ThreadPool(kThreads); };
        http.set_keep_alive_max_count(100'000);
        http.set_keep_alive_timeout(60);
        http.set_tcp_nodelay(true);
        http.set_payload_max_length(64u << 20);
        const auto serve = [this](const httplib::Request& request, httplib::Response& response) {
            // The library would compress streams without flushing them: a watch that says nothing.
            // The request is not const where it comes from.
            const_cast<httplib::Request&>(request).headers.erase("Accept-Encoding");
            serve_one(request, response);
        };
        http.Get(".*", httplib::Server::Handler(serve));
        http.Post(".*", httplib::Server::Handler(serve));
        http.Put(".*", httplib::Server::Handler(serve));
        http.Patch(".*", httplib::Server::Handler(serve));
        http.Delete(".*", httplib::Server::Handler(serve));
    }

    /// False when the token is not one of ours.
    bool identify(const httplib::Request& request, std::string& user) const {
        user = client_name(request.ssl);
        const std::string header = request.get_header_value("Authorization");
        if (header.empty()) return true;
        const auto found = identities.user_of_token.find(
            header.starts_with("Bearer ") ? header.substr(7) : std::string());
        if (found == identities.user_of_token.end()) return false;
        user = found->second;
        return true;
    }

    Answer answer_to(const httplib::Request& from) {
        Request request{from.method,
                        from.path,
                        {from.params.begin(), from.params.end()},
                        from.body,
                        from.get_header_value("Content-Type"),
                        from.get_header_value("Accept"),
                        from.get_header_value("User-Agent")};
        request.host = from.get_header_value("Host");
        if (!identify(from, request.user))
            return {401, failed(401, "Unauthorized", "Unauthorized").status.dump()};
        if (request.path == "/sandbox/faults") return faults.handle(cluster, request);
        if (const auto delay = faults.delay(); delay > 0ms) std::this_thread::sleep_for(delay);
        if (auto trouble = faults.instead_of_answer()) return *trouble;
        return handler(cluster, request);
    }

    void serve_one(const httplib::Request& from, httplib::Response& to) {
        const int cuts = faults.cuts();
        const int socket = SSL_get_fd(from.ssl);
        {
            const std::lock_guard lock(mutex);
            sockets.insert(socket);
        }
        const Answer answer = answer_to(from);
        to.status = answer.code;
        for (const auto& [name, value] : answer.headers) to.set_header(name, value);
        for (const std::string& warning : answer.warnings)
            to.headers.emplace("Warning", "299 - " + Json(warning).dump());
        if (!answer.stream) {
            to.set_content(answer.body, answer.content_type);
            return;
        }
        to.set_chunked_content_provider(
            answer.content_type,
            [this, cuts, socket, stream = answer.stream](std::size_t, httplib::DataSink& sink) {
                return feed(cluster, faults, stopping, cuts, socket, *stream, sink);
            });
    }
};

Server::Server(Cluster& cluster, Faults& faults, const Identities& identities, Handler handler)
    : state_(std::make_unique<State>(cluster, faults, identities, std::move(handler))) {}

Server::~Server() = default;

int Server::bind(int port) {
    if (port == 0)
        port = state_->http.bind_to_any_port("127.0.0.1");
    else if (!state_->http.bind_to_port("127.0.0.1", port))
        port = -1;
    // The library lets five wait to be accepted; whoever comes sixth tries again after a second.
    if (port >= 0) ::listen(state_->listener, SOMAXCONN);
    return port;
}

void Server::serve() {
    state_->http.listen_after_bind();
}

void Server::stop() {
    state_->stopping = true;
    state_->cluster.changed.notify_all();
    state_->http.stop();
    // Idle connections would keep their threads, and so the end of serve(), for a minute.
    const std::lock_guard lock(state_->mutex);
    for (const int socket : state_->sockets) shutdown(socket, SHUT_RDWR);
}

} // namespace kspark::sandbox
