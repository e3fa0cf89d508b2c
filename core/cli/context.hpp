// SPDX-License-Identifier: Apache-2.0
// What a command gets to work with. Nothing is made before it is asked for: --help and render never
// open a kubeconfig.
#pragma once

#include "core/base/system.hpp"
#include "core/kube/client.hpp"
#include "core/kube/credentials.hpp"
#include "core/kube/kubeconfig.hpp"
#include "core/output/printer.hpp"
#include "core/output/streams.hpp"

#include <memory>
#include <string>

namespace kspark::core {

class Context;
class Flags;

/// Makes the transport of a connection; tests give a fake.
using TransportMaker =
    std::function<Result<std::unique_ptr<http::Transport>>(const kube::Connection&, Context&)>;

/// The API server itself gives up after a minute.
inline constexpr Duration kNoAnswer = std::chrono::minutes(1);

class Context {
public:
    Context(output::Streams streams, Clock& clock, Environment environment, TransportMaker maker);
    ~Context();

    output::Streams streams;
    Clock& clock;
    Environment environment;
    std::string program = "kubectl spark"; ///< how the user called us, for help
    std::string command;                   ///< the command that runs, told to the server
    kube::ConnectionFlags connection;
    kube::Terminal terminal;
    output::ColorMode color = output::ColorMode::Auto;
    bool warnings_as_errors = false;
    std::size_t server_warnings = 0; ///< told so far

    /// -n, else the kubeconfig's. Works without a cluster.
    Result<std::string> name_space();
    Result<const kube::Connection*> connected();
    /// An answer that does not come within `no_answer` is an error; --request-timeout wins.
    Result<kube::Client*> client(Duration no_answer = kNoAnswer);

    /// "error: ...", "warning: ..." on stderr, sanitized, coloured on a terminal.
    void report(const Error& error);
    void warn(std::string_view message);
    bool color_out() const;
    bool color_err() const;

private:
    struct Made;
    std::unique_ptr<Made> made_;
    TransportMaker maker_;
};

/// The maker for real life: libcurl.
TransportMaker curl_transport_maker();

/// Declares kubectl's connection flags, --color and -v as global flags.
void declare_global(Flags& flags, Context& context);

} // namespace kspark::core
