// SPDX-License-Identifier: Apache-2.0
// libcurl's options, each group in one place: they are set to what Go's client does, which kubectl
// is built on, and nothing is taken from libcurl's own surroundings (.netrc, proxy variables).
#include "core/http/curl_attempt.hpp"

#include "core/base/text.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cerrno>

namespace kspark::http {

using std::chrono::milliseconds;

namespace {

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

long whole_milliseconds(core::Duration time) {
    return static_cast<long>(std::chrono::ceil<milliseconds>(time).count());
}

} // namespace

CurlServer::CurlServer(Endpoint of, core::Duration connect)
    : endpoint(std::move(of)), connect_timeout(connect), address(parse_address(endpoint.server)) {
    const char* built_in = curl_version_info(CURLVERSION_NOW)->cainfo;
    authorities = endpoint.ca_pem.empty()
                      ? system_authorities(core::Environment::process(), built_in ? built_in : "")
                      : Authorities{"", endpoint.ca_pem};
    // The proxy looks names up, as Go's does: the server's name may mean nothing here.
    if (endpoint.proxy.starts_with("socks5://")) endpoint.proxy.insert(6, "h");
}

CurlAttempt::CurlAttempt(const CurlServer& server, const Exchange& exchange,
                         const std::vector<Header>& headers)
    : server_(server), exchange_(exchange), easy_(curl_easy_init()) {
    curl_easy_setopt(handle(), CURLOPT_ERRORBUFFER, error_);
    set_address();
    set_connection();
    set_tls();
    set_message(headers);
}

void CurlAttempt::append(List& list, const std::string& line) {
    list.reset(curl_slist_append(list.release(), line.c_str()));
}

void CurlAttempt::set_address() {
    CURL* easy = handle();
    const Address& address = server_.address;
    const std::string& name = server_.endpoint.tls_server_name;
    const bool renamed = address.scheme == "https" && !name.empty();
    const std::string host = renamed ? name : address.host;
    const std::string url = fmt::format("{}://{}:{}{}{}", address.scheme, host, address.port,
                                        address.prefix, exchange_.request().target);
    curl_easy_setopt(easy, CURLOPT_URL, url.c_str());
    curl_easy_setopt(easy, CURLOPT_PATH_AS_IS, 1L);
    if (!renamed) return;
    append(connect_to_, fmt::format("{}:{}:{}:{}", host, address.port, address.host, address.port));
    curl_easy_setopt(easy, CURLOPT_CONNECT_TO, connect_to_.get());
}

void CurlAttempt::set_connection() {
    CURL* easy = handle();
    const bool secure = server_.address.scheme == "https";
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
    curl_easy_setopt(easy, CURLOPT_CONNECTTIMEOUT_MS, whole_milliseconds(server_.connect_timeout));
    if (const auto left = exchange_.time_left())
        curl_easy_setopt(easy, CURLOPT_TIMEOUT_MS, std::max(whole_milliseconds(*left), 1L));
    curl_easy_setopt(easy, CURLOPT_ACCEPT_ENCODING,
                     server_.endpoint.disable_compression ? nullptr : "gzip");
    curl_easy_setopt(easy, CURLOPT_PROXY, server_.endpoint.proxy.c_str());
    curl_easy_setopt(easy, CURLOPT_NOPROXY, "");
    curl_easy_setopt(easy, CURLOPT_HEADEROPT, static_cast<long>(CURLHEADER_SEPARATE));
    curl_easy_setopt(easy, CURLOPT_SUPPRESS_CONNECT_HEADERS, 1L);
}

void CurlAttempt::set_blob(CURLoption option, const std::string& text) {
    curl_blob blob{const_cast<char*>(text.data()), text.size(), CURL_BLOB_COPY};
    if (!text.empty()) curl_easy_setopt(handle(), option, &blob);
}

void CurlAttempt::set_tls() {
    CURL* easy = handle();
    const Authorities& authorities = server_.authorities;
    const long verify = server_.endpoint.insecure_skip_tls_verify ? 0L : 1L;
    curl_easy_setopt(easy, CURLOPT_SSLVERSION, static_cast<long>(CURL_SSLVERSION_TLSv1_2));
    curl_easy_setopt(easy, CURLOPT_SSL_VERIFYPEER, verify);
    curl_easy_setopt(easy, CURLOPT_SSL_VERIFYHOST, verify * 2);
    curl_easy_setopt(easy, CURLOPT_CERTINFO, verify);
    // As in Go, a proxy of https is trusted as the server is.
    curl_easy_setopt(easy, CURLOPT_PROXY_SSL_VERIFYPEER, verify);
    curl_easy_setopt(easy, CURLOPT_PROXY_SSL_VERIFYHOST, verify * 2);
    if (!authorities.file.empty()) {
        curl_easy_setopt(easy, CURLOPT_CAINFO, authorities.file.c_str());
        curl_easy_setopt(easy, CURLOPT_PROXY_CAINFO, authorities.file.c_str());
    }
    if (!authorities.pem.empty()) {
        curl_easy_setopt(easy, CURLOPT_CAPATH, nullptr);
        curl_easy_setopt(easy, CURLOPT_PROXY_CAPATH, nullptr);
        set_blob(CURLOPT_CAINFO_BLOB, authorities.pem);
        set_blob(CURLOPT_PROXY_CAINFO_BLOB, authorities.pem);
    }
    const Credentials& credentials = exchange_.credentials();
    if (server_.address.scheme != "https" || credentials.certificate_pem.empty()) return;
    curl_easy_setopt(easy, CURLOPT_SSLCERTTYPE, "PEM");
    curl_easy_setopt(easy, CURLOPT_SSLKEYTYPE, "PEM");
    set_blob(CURLOPT_SSLCERT_BLOB, credentials.certificate_pem);
    set_blob(CURLOPT_SSLKEY_BLOB, credentials.key_pem);
}

void CurlAttempt::set_message(const std::vector<Header>& headers) {
    const Request& request = exchange_.request();
    // What libcurl would add by itself is taken away by an empty value.
    append(headers_, "Expect:");
    const bool typed = std::any_of(headers.begin(), headers.end(), [](const Header& header) {
        return core::lower(header.name) == "content-type";
    });
    if (!typed) append(headers_, "Content-Type:");
    for (const Header& header : headers)
        append(headers_,
               header.value.empty() ? header.name + ";" : header.name + ": " + header.value);
    curl_easy_setopt(handle(), CURLOPT_HTTPHEADER, headers_.get());
    if (request.method == "GET" && request.body.empty()) return;
    curl_easy_setopt(handle(), CURLOPT_CUSTOMREQUEST, request.method.c_str());
    curl_easy_setopt(handle(), CURLOPT_POSTFIELDSIZE_LARGE,
                     static_cast<curl_off_t>(request.body.size()));
    curl_easy_setopt(handle(), CURLOPT_POSTFIELDS, request.body.c_str());
}

Failure CurlAttempt::failure(CURLcode code) const {
    using Kind = Failure::Kind;
    const std::string& name = server_.endpoint.tls_server_name;
    Failure failure;
    failure.detail = error_[0] != 0 ? error_ : curl_easy_strerror(code);
    failure.tls_name = name.empty() ? server_.address.host : name;
    failure.answer_began = exchange_.answered();
    failure.names = names_of(handle());
    long proxy_status = 0, os_error = 0;
    curl_easy_getinfo(handle(), CURLINFO_HTTP_CONNECTCODE, &proxy_status);
    curl_easy_getinfo(handle(), CURLINFO_OS_ERRNO, &os_error);
    failure.proxy_status = static_cast<int>(proxy_status);
    failure.kind = kind_of(code);
    if (proxy_status >= 300) failure.kind = Kind::ProxyAnswer;
    if (code == CURLE_COULDNT_CONNECT && os_error == ECONNREFUSED) failure.kind = Kind::Refused;
    const auto left = exchange_.time_left();
    const bool time_is_up = left && *left <= milliseconds(20);
    if (failure.kind == Kind::Timeout && !time_is_up) failure.kind = Kind::ConnectTimeout;
    if (failure.kind == Kind::Cut && failure.detail.find(" alert ") != std::string::npos)
        failure.kind = Kind::Tls;
    return failure;
}

bool CurlAttempt::is_cut(CURLcode code) {
    return kind_of(code) == Failure::Kind::Cut;
}

} // namespace kspark::http
