// SPDX-License-Identifier: Apache-2.0
// What every command shares: the connection, made when it is first needed, and the voice in which
// everything that is no data reaches the terminal. Nothing is written to it that was not sanitized.
#include "core/cli/context.hpp"

#include "core/base/deadline.hpp"
#include "core/http/curl_library.hpp"
#include "core/output/text.hpp"
#include "core/version.hpp"

#include <fmt/format.h>

#include <sys/resource.h>
#ifdef __linux__
#include <sys/prctl.h>
#endif

#include <optional>

namespace kspark::core {
namespace {

using output::Color;

#if defined(__aarch64__)
constexpr const char* kMachine = "arm64";
#else
constexpr const char* kMachine = "amd64";
#endif
#ifdef __APPLE__
constexpr const char* kSystem = "darwin";
#else
constexpr const char* kSystem = "linux";
#endif

/// What a completion says whose time is up: nothing, and no files instead.
constexpr const char* kNoCandidates = ":4\n";

/// From the moment on in which the process holds a token or a key it leaves no core dump.
void forbid_core_dumps() {
#ifdef __linux__
    prctl(PR_SET_DUMPABLE, 0, 0, 0, 0);
#endif
    rlimit limit = {};
    if (getrlimit(RLIMIT_CORE, &limit) != 0) return;
    limit.rlim_cur = 0;
    setrlimit(RLIMIT_CORE, &limit);
}

/// Talk: where it cannot be written there is nobody to tell.
void say(output::Stream& stream, const std::string& text) {
    static_cast<void>(stream.write(text + "\n").has_value());
}

} // namespace

struct Context::Made {
    std::optional<kube::Connection> connection;
    std::unique_ptr<http::Transport> transport;
    std::unique_ptr<kube::Client> client;
};

Context::Context(output::Streams given, Clock& given_clock, Environment given_environment,
                 TransportMaker maker)
    : streams(given), clock(given_clock), environment(std::move(given_environment)),
      made_(std::make_unique<Made>()), maker_(std::move(maker)) {
    terminal.input_is_terminal = streams.input_is_terminal;
}

Context::~Context() = default;

Result<std::string> Context::name_space() {
    if (made_->connection) return made_->connection->name_space;
    return kube::load_namespace(connection, environment);
}

Result<const kube::Connection*> Context::connected() {
    if (!made_->connection) {
        KSPARK_ASSIGN(made_->connection, kube::load_connection(connection, environment));
    }
    return &*made_->connection;
}

Result<kube::Client*> Context::client(Duration no_answer) {
    if (made_->client) return made_->client.get();
    if (terminal.limit > Duration::zero()) end_process_after(terminal.limit, kNoCandidates);
    KSPARK_ASSIGN(const kube::Connection* to, connected());
    KSPARK_ASSIGN(made_->transport, maker_(*to, *this));
    kube::ClientOptions options;
    options.headers = kube::impersonation_headers(to->impersonation);
    if (!command.empty())
        options.headers.push_back({"Kubectl-Command", "kubectl spark " + command});
    options.request_timeout =
        to->request_timeout > Duration::zero() ? to->request_timeout : no_answer;
    options.warning = [this](std::string_view text) {
        ++server_warnings;
        say(streams.err,
            output::paint("Warning:", Color::Yellow, color_err()) + " " + output::sanitize(text));
    };
    made_->client = std::make_unique<kube::Client>(*made_->transport, clock, std::move(options));
    return made_->client.get();
}

void Context::report(const Error& error) {
    std::string text = output::paint("error:", Color::Red, color_err()) + " " +
                       output::sanitize(error.message, true);
    for (const auto& detail : error.details) text += "\n" + output::sanitize(detail, true);
    say(streams.err, text);
}

void Context::warn(std::string_view message) {
    say(streams.err, output::paint("warning:", Color::Yellow, color_err()) + " " +
                         output::sanitize(message, true));
}

bool Context::color_out() const {
    return output::use_color(color, streams.out, environment);
}

bool Context::color_err() const {
    return output::use_color(color, streams.err, environment);
}

TransportMaker curl_transport_maker() {
    return [](const kube::Connection& to,
              Context& context) -> Result<std::unique_ptr<http::Transport>> {
        forbid_core_dumps();
        http::Endpoint endpoint;
        endpoint.server = to.cluster.server;
        endpoint.tls_server_name = to.cluster.tls_server_name;
        endpoint.insecure_skip_tls_verify = to.cluster.insecure_skip_tls_verify;
        endpoint.ca_pem = to.cluster.ca_pem;
        endpoint.proxy = to.cluster.proxy_url;
        endpoint.disable_compression = to.cluster.disable_compression;
        endpoint.user_agent = fmt::format("kubectl-spark/{} ({}/{})", kVersion, kSystem, kMachine);
        http::CurlOptions options;
        options.credentials =
            kube::make_credential_source(to, context.environment, context.clock, context.terminal);
        options.verbosity = context.connection.verbosity;
        if (options.verbosity >= 6)
            options.trace = [&stream = context.streams.err](std::string_view line) {
                say(stream, output::sanitize(line, true));
            };
        return http::load_curl_transport(std::move(endpoint), std::move(options));
    };
}

} // namespace kspark::core
