// SPDX-License-Identifier: Apache-2.0
// The only file that sees libcurl. A transfer is an easy handle of one multi handle; heads and
// bodies are handed over from libcurl's callbacks, so that a slow reader slows the sender, and ends
// after them. What a handler starts or cancels takes effect when libcurl has returned.
#include "core/http/curl_transport.hpp"

#include "core/base/interrupt.hpp"
#include "core/base/text.hpp"
#include "core/http/exchange.hpp"
#include "core/http/failure.hpp"

#include <curl/curl.h>
#include <fmt/format.h>

#include <algorithm>
#include <cerrno>
#include <cstdlib>
#include <map>
#include <mutex>
#include <optional>

namespace kspark::http {
namespace {

using core::Code;
using core::Duration;
using core::Error;
using std::chrono::milliseconds;

Duration now() {
    return std::chrono::steady_clock::now().time_since_epoch();
}

struct FreeEasy {
    void operator()(CURL* handle) const { curl_easy_cleanup(handle); }
};
struct FreeMulti {
    void operator()(CURLM* handle) const { curl_multi_cleanup(handle); }
};
struct FreeList {
    void operator()(curl_slist* list) const { curl_slist_free_all(list); }
};
using List = std::unique_ptr<curl_slist, FreeList>;

void append(List& list, const std::string& line) {
    list.reset(curl_slist_append(list.release(), line.c_str()));
}

/// libcurl as this program wants it, once: Go knows no SSLKEYLOGFILE, libcurl would write the
/// connection's secrets to it.
void initialise() {
    static std::once_flag once;
    std::call_once(once, [] {
        unsetenv("SSLKEYLOGFILE");
        curl_global_init(CURL_GLOBAL_DEFAULT);
    });
}

Failure::Kind kind_of(CURLcode code) {
    using Kind = Failure::Kind;
    switch (code) {
    case CURLE_COULDNT_RESOLVE_HOST:
        return Kind::Resolve;
    case CURLE_COULDNT_RESOLVE_PROXY:
        return Kind::ResolveProxy;
    case CURLE_OPERATION_TIMEDOUT:
        return Kind::Timeout;
    case CURLE_PEER_FAILED_VERIFICATION:
    case CURLE_SSL_CONNECT_ERROR:
    case CURLE_SSL_ISSUER_ERROR:
        return Kind::Tls;
    case CURLE_SSL_CERTPROBLEM:
        return Kind::Identity;
    case CURLE_SSL_CACERT_BADFILE:
        return Kind::Authorities;
    case CURLE_RECV_ERROR:
    case CURLE_SEND_ERROR:
    case CURLE_GOT_NOTHING:
    case CURLE_PARTIAL_FILE:
    case CURLE_HTTP2:
    case CURLE_HTTP2_STREAM:
        return Kind::Cut;
    default:
        return Kind::Other;
    }
}

/// What the server's certificate is valid for, when the handshake came that far.
std::string names_of(CURL* easy) {
    curl_certinfo* info = nullptr;
    curl_easy_getinfo(easy, CURLINFO_CERTINFO, &info);
    constexpr std::string_view kTitle = "X509v3 Subject Alternative Name:";
    for (const curl_slist* line = info && info->num_of_certs > 0 ? info->certinfo[0] : nullptr;
         line; line = line->next)
        if (const std::string_view text = line->data; text.starts_with(kTitle))
            return certificate_names(text.substr(kTitle.size()));
    return {};
}

class CurlTransport;

struct Transfer {
    CurlTransport* owner = nullptr;
    TransferId id = 0;
    Exchange exchange;
    // Of the present attempt.
    std::unique_ptr<CURL, FreeEasy> easy = nullptr;
    List headers = nullptr, connect_to = nullptr;
    char error[CURL_ERROR_SIZE] = "";
};

class CurlTransport : public Transport {
public:
    CurlTransport(Endpoint endpoint, CurlOptions options);
    ~CurlTransport() override;
    TransferId start(Request request, Handler handler) override;
    void cancel(TransferId id) override;
    core::Status poll(Duration limit) override;

private:
    void launch_due();
    core::Status launch(Transfer& transfer);
    void configure(Transfer& transfer);
    void configure_tls(Transfer& transfer);
    void configure_message(Transfer& transfer);
    void perform();
    void finish(Transfer& transfer, CURLcode code);
    Failure failure_of(const Transfer& transfer, CURLcode code) const;
    Error failure(const Transfer& transfer, Failure failure) const;
    void end(TransferId id, core::Status status);
    void stop(Transfer& transfer);
    void wait(Duration limit);
    Duration next_due(Duration limit) const;

    static std::size_t on_header(char* data, std::size_t, std::size_t size, void* transfer);
    static std::size_t on_data(char* data, std::size_t, std::size_t size, void* transfer);

    Endpoint endpoint_;
    Duration connect_timeout_;
    Address address_;
    Surroundings around_;
    Authorities authorities_;
    std::unique_ptr<CURLM, FreeMulti> multi_;
    std::map<TransferId, std::unique_ptr<Transfer>> transfers_;
    TransferId last_id_ = 0;
    bool polling_ = false;
    bool happened_ = false;
};

CurlTransport::CurlTransport(Endpoint endpoint, CurlOptions options)
    : endpoint_(std::move(endpoint)), connect_timeout_(options.connect_timeout),
      address_(parse_address(endpoint_.server)), around_{std::move(options.credentials),
                                                         {std::move(options.trace),
                                                          options.verbosity}} {
    initialise();
    multi_.reset(curl_multi_init());
    const char* built_in = curl_version_info(CURLVERSION_NOW)->cainfo;
    authorities_ = endpoint_.ca_pem.empty()
                       ? system_authorities(core::Environment::process(), built_in ? built_in : "")
                       : Authorities{"", endpoint_.ca_pem};
    // The proxy looks names up, as Go's does: the server's name may mean nothing here.
    if (endpoint_.proxy.starts_with("socks5://")) endpoint_.proxy.insert(6, "h");
}

CurlTransport::~CurlTransport() {
    for (auto& [id, transfer] : transfers_) stop(*transfer);
}

TransferId CurlTransport::start(Request request, Handler handler) {
    std::string url = endpoint_.server + request.target;
    auto transfer = std::make_unique<Transfer>(
        Transfer{this, ++last_id_,
                 Exchange(around_, std::move(request), std::move(handler), std::move(url))});
    transfers_.emplace(last_id_, std::move(transfer));
    return last_id_;
}

void CurlTransport::cancel(TransferId id) {
    const auto found = transfers_.find(id);
    if (found == transfers_.end()) return;
    found->second->exchange.cancel();
    if (polling_) return; // libcurl may be using it: removed when it has returned
    stop(*found->second);
    transfers_.erase(found);
}

core::Status CurlTransport::poll(Duration limit) {
    if (polling_) return Error{Code::Internal, "a handler of a transfer polled the transport"};
    polling_ = true;
    happened_ = false;
    core::Status status;
    for (const Duration until = now() + limit;;) {
        if (core::interrupted()) {
            status = Error{Code::Interrupted, "interrupted"};
            break;
        }
        launch_due();
        perform();
        if (happened_ || now() >= until) break;
        wait(next_due(until - now()));
    }
    polling_ = false;
    return status;
}

Duration CurlTransport::next_due(Duration limit) const {
    for (const auto& [id, transfer] : transfers_)
        if (!transfer->easy)
            limit = std::clamp(transfer->exchange.due() - now(), Duration::zero(),
                               std::max(limit, Duration::zero()));
    return limit;
}

void CurlTransport::wait(Duration limit) {
    curl_waitfd interrupt{core::interrupt_descriptor(), CURL_WAIT_POLLIN, 0};
    const auto rounded = std::chrono::ceil<milliseconds>(limit);
    const auto timeout = std::clamp(rounded, milliseconds(0), milliseconds(std::chrono::hours(1)));
    curl_multi_poll(multi_.get(), &interrupt, interrupt.fd >= 0 ? 1 : 0,
                    static_cast<int>(timeout.count()), nullptr);
}

void CurlTransport::launch_due() {
    std::vector<Transfer*> due;
    for (const auto& [id, transfer] : transfers_)
        if (!transfer->easy && transfer->exchange.due() <= now()) due.push_back(transfer.get());
    for (Transfer* transfer : due) {
        if (transfer->exchange.cancelled()) continue;
        if (auto launched = launch(*transfer); !launched) end(transfer->id, std::move(launched));
    }
}

core::Status CurlTransport::launch(Transfer& transfer) {
    KSPARK_TRY(transfer.exchange.begin());
    if (const auto left = transfer.exchange.time_left(); left && *left <= Duration::zero())
        return failure(transfer, {Failure::Kind::Timeout});
    transfer.easy.reset(curl_easy_init());
    configure(transfer);
    curl_multi_add_handle(multi_.get(), transfer.easy.get());
    return {};
}

void CurlTransport::configure(Transfer& transfer) {
    CURL* easy = transfer.easy.get();
    const bool secure = address_.scheme == "https";
    const bool renamed = secure && !endpoint_.tls_server_name.empty();
    const std::string host = renamed ? endpoint_.tls_server_name : address_.host;
    const std::string url = fmt::format("{}://{}:{}{}{}", address_.scheme, host, address_.port,
                                        address_.prefix, transfer.exchange.request().target);
    curl_easy_setopt(easy, CURLOPT_URL, url.c_str());
    curl_easy_setopt(easy, CURLOPT_PATH_AS_IS, 1L);
    curl_easy_setopt(easy, CURLOPT_PRIVATE, &transfer);
    curl_easy_setopt(easy, CURLOPT_ERRORBUFFER, transfer.error);
    curl_easy_setopt(easy, CURLOPT_NOSIGNAL, 1L);
    curl_easy_setopt(easy, CURLOPT_PROTOCOLS_STR, "http,https");
    curl_easy_setopt(easy, CURLOPT_REDIR_PROTOCOLS_STR, "https");
    curl_easy_setopt(easy, CURLOPT_FOLLOWLOCATION, 0L);
    curl_easy_setopt(easy, CURLOPT_MAXREDIRS, 0L);
    curl_easy_setopt(easy, CURLOPT_UNRESTRICTED_AUTH, 0L);
    curl_easy_setopt(easy, CURLOPT_NETRC, static_cast<long>(CURL_NETRC_IGNORED));
    curl_easy_setopt(easy, CURLOPT_HTTP_VERSION, static_cast<long>(CURL_HTTP_VERSION_2TLS));
    curl_easy_setopt(easy, CURLOPT_PIPEWAIT, secure ? 1L : 0L);
    curl_easy_setopt(easy, CURLOPT_TCP_KEEPALIVE, 1L);
    curl_easy_setopt(easy, CURLOPT_TCP_KEEPIDLE, 30L);
    curl_easy_setopt(easy, CURLOPT_TCP_KEEPINTVL, 30L);
    const auto connect = std::chrono::ceil<milliseconds>(connect_timeout_).count();
    curl_easy_setopt(easy, CURLOPT_CONNECTTIMEOUT_MS, static_cast<long>(connect));
    if (const auto left = transfer.exchange.time_left()) {
        const auto rounded = std::chrono::ceil<milliseconds>(*left).count();
        curl_easy_setopt(easy, CURLOPT_TIMEOUT_MS, static_cast<long>(std::max(rounded, {1})));
    }
    curl_easy_setopt(easy, CURLOPT_ACCEPT_ENCODING,
                     endpoint_.disable_compression ? nullptr : "gzip");
    curl_easy_setopt(easy, CURLOPT_PROXY, endpoint_.proxy.c_str());
    curl_easy_setopt(easy, CURLOPT_NOPROXY, "");
    curl_easy_setopt(easy, CURLOPT_HEADEROPT, static_cast<long>(CURLHEADER_SEPARATE));
    curl_easy_setopt(easy, CURLOPT_SUPPRESS_CONNECT_HEADERS, 1L);
    curl_easy_setopt(easy, CURLOPT_HEADERFUNCTION, on_header);
    curl_easy_setopt(easy, CURLOPT_HEADERDATA, &transfer);
    curl_easy_setopt(easy, CURLOPT_WRITEFUNCTION, on_data);
    curl_easy_setopt(easy, CURLOPT_WRITEDATA, &transfer);
    if (renamed) {
        transfer.connect_to.reset();
        append(transfer.connect_to,
               fmt::format("{}:{}:{}:{}", host, address_.port, address_.host, address_.port));
        curl_easy_setopt(easy, CURLOPT_CONNECT_TO, transfer.connect_to.get());
    }
    configure_tls(transfer);
    configure_message(transfer);
}

void CurlTransport::configure_tls(Transfer& transfer) {
    CURL* easy = transfer.easy.get();
    const auto set_blob = [easy](CURLoption option, std::string text) {
        curl_blob blob{text.data(), text.size(), CURL_BLOB_COPY};
        if (!text.empty()) curl_easy_setopt(easy, option, &blob);
    };
    const long verify = endpoint_.insecure_skip_tls_verify ? 0L : 1L;
    curl_easy_setopt(easy, CURLOPT_SSLVERSION, static_cast<long>(CURL_SSLVERSION_TLSv1_2));
    curl_easy_setopt(easy, CURLOPT_SSL_VERIFYPEER, verify);
    curl_easy_setopt(easy, CURLOPT_SSL_VERIFYHOST, verify * 2);
    curl_easy_setopt(easy, CURLOPT_CERTINFO, verify);
    // As in Go, a proxy of https is trusted as the server is.
    curl_easy_setopt(easy, CURLOPT_PROXY_SSL_VERIFYPEER, verify);
    curl_easy_setopt(easy, CURLOPT_PROXY_SSL_VERIFYHOST, verify * 2);
    if (!authorities_.file.empty()) {
        curl_easy_setopt(easy, CURLOPT_CAINFO, authorities_.file.c_str());
        curl_easy_setopt(easy, CURLOPT_PROXY_CAINFO, authorities_.file.c_str());
    }
    if (!authorities_.pem.empty()) {
        curl_easy_setopt(easy, CURLOPT_CAPATH, nullptr);
        curl_easy_setopt(easy, CURLOPT_PROXY_CAPATH, nullptr);
        set_blob(CURLOPT_CAINFO_BLOB, authorities_.pem);
        set_blob(CURLOPT_PROXY_CAINFO_BLOB, authorities_.pem);
    }
    if (address_.scheme != "https" || transfer.exchange.credentials().certificate_pem.empty())
        return;
    curl_easy_setopt(easy, CURLOPT_SSLCERTTYPE, "PEM");
    curl_easy_setopt(easy, CURLOPT_SSLKEYTYPE, "PEM");
    set_blob(CURLOPT_SSLCERT_BLOB, transfer.exchange.credentials().certificate_pem);
    set_blob(CURLOPT_SSLKEY_BLOB, transfer.exchange.credentials().key_pem);
}

void CurlTransport::configure_message(Transfer& transfer) {
    CURL* easy = transfer.easy.get();
    const Exchange& exchange = transfer.exchange;
    const Request& request = exchange.request();
    const auto headers = headers_to_send(request, endpoint_, address_, exchange.credentials());
    transfer.headers.reset();
    // What libcurl would add by itself is taken away by an empty value.
    append(transfer.headers, "Expect:");
    const bool typed = std::any_of(headers.begin(), headers.end(), [](const Header& header) {
        return core::lower(header.name) == "content-type";
    });
    if (!typed) append(transfer.headers, "Content-Type:");
    for (const Header& header : headers)
        append(transfer.headers,
               header.value.empty() ? header.name + ";" : header.name + ": " + header.value);
    curl_easy_setopt(easy, CURLOPT_HTTPHEADER, transfer.headers.get());
    if (request.method != "GET" || !request.body.empty()) {
        curl_easy_setopt(easy, CURLOPT_CUSTOMREQUEST, request.method.c_str());
        curl_easy_setopt(easy, CURLOPT_POSTFIELDSIZE_LARGE,
                         static_cast<curl_off_t>(request.body.size()));
        curl_easy_setopt(easy, CURLOPT_POSTFIELDS, request.body.c_str());
    }
    around_.tracer.request(request.method, exchange.url(), headers, request.body);
}

void CurlTransport::perform() {
    int count = 0;
    curl_multi_perform(multi_.get(), &count);
    while (const CURLMsg* message = curl_multi_info_read(multi_.get(), &count)) {
        const CURLcode code = message->data.result;
        Transfer* transfer = nullptr;
        curl_easy_getinfo(message->easy_handle, CURLINFO_PRIVATE, &transfer);
        if (!transfer->exchange.cancelled()) finish(*transfer, code);
    }
    for (auto i = transfers_.begin(); i != transfers_.end();) {
        if (i->second->exchange.cancelled()) stop(*i->second);
        i = i->second->exchange.cancelled() ? transfers_.erase(i) : std::next(i);
    }
}

void CurlTransport::finish(Transfer& transfer, CURLcode code) {
    core::Status status;
    if (code != CURLE_OK) status = failure(transfer, failure_of(transfer, code));
    const bool broke = kind_of(code) == Failure::Kind::Cut && !transfer.exchange.answered();
    stop(transfer);
    if (transfer.exchange.repeats(status, broke)) return;
    transfer.exchange.conclude(status);
    end(transfer.id, std::move(status));
}

Failure CurlTransport::failure_of(const Transfer& transfer, CURLcode code) const {
    using Kind = Failure::Kind;
    CURL* easy = transfer.easy.get();
    Failure failure;
    failure.detail = transfer.error[0] != 0 ? transfer.error : curl_easy_strerror(code);
    failure.tls_name =
        endpoint_.tls_server_name.empty() ? address_.host : endpoint_.tls_server_name;
    failure.answer_began = transfer.exchange.answered();
    failure.names = names_of(easy);
    long proxy_status = 0, os_error = 0;
    curl_easy_getinfo(easy, CURLINFO_HTTP_CONNECTCODE, &proxy_status);
    curl_easy_getinfo(easy, CURLINFO_OS_ERRNO, &os_error);
    failure.proxy_status = static_cast<int>(proxy_status);
    failure.kind = kind_of(code);
    if (proxy_status >= 300) failure.kind = Kind::ProxyAnswer;
    if (code == CURLE_COULDNT_CONNECT && os_error == ECONNREFUSED) failure.kind = Kind::Refused;
    const auto left = transfer.exchange.time_left();
    const bool time_is_up = left && *left <= milliseconds(20);
    if (failure.kind == Kind::Timeout && !time_is_up) failure.kind = Kind::ConnectTimeout;
    if (failure.kind == Kind::Cut && failure.detail.find(" alert ") != std::string::npos)
        failure.kind = Kind::Tls;
    return failure;
}

Error CurlTransport::failure(const Transfer& transfer, Failure failure) const {
    const Request& request = transfer.exchange.request();
    failure.timeout = request.timeout;
    return failure_error(failure, address_, endpoint_.proxy, request.method, request.target);
}

void CurlTransport::end(TransferId id, core::Status status) {
    happened_ = true;
    const auto node = transfers_.extract(id);
    node.mapped()->exchange.tell_done(std::move(status));
}

void CurlTransport::stop(Transfer& transfer) {
    if (transfer.easy) curl_multi_remove_handle(multi_.get(), transfer.easy.get());
    transfer.easy.reset();
}

std::size_t CurlTransport::on_header(char* data, std::size_t, std::size_t size, void* user) {
    Transfer& transfer = *static_cast<Transfer*>(user);
    const bool wanted = transfer.exchange.take_line({data, size});
    if (transfer.exchange.handed_on()) transfer.owner->happened_ = true;
    return wanted ? size : 0;
}

std::size_t CurlTransport::on_data(char* data, std::size_t, std::size_t size, void* user) {
    Transfer& transfer = *static_cast<Transfer*>(user);
    if (transfer.exchange.handed_on()) transfer.owner->happened_ = true;
    return transfer.exchange.take_data({data, size}) ? size : 0;
}

} // namespace

std::unique_ptr<Transport> make_curl_transport(Endpoint endpoint, CurlOptions options) {
    return std::make_unique<CurlTransport>(std::move(endpoint), std::move(options));
}

} // namespace kspark::http
