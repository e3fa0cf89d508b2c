// SPDX-License-Identifier: Apache-2.0
#include "tests/http/server.hpp"

#include <fmt/format.h>
#include <openssl/pem.h>
#include <openssl/ssl.h>

#include <arpa/inet.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <csignal>
#include <stdexcept>

namespace kspark::test {
namespace {

sockaddr_in local(int port) {
    sockaddr_in address = {};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    address.sin_port = htons(static_cast<std::uint16_t>(port));
    return address;
}

X509* read_certificate(const std::string& pem) {
    BIO* bio = BIO_new_mem_buf(pem.data(), static_cast<int>(pem.size()));
    X509* certificate = PEM_read_bio_X509(bio, nullptr, nullptr, nullptr);
    BIO_free(bio);
    return certificate;
}

std::shared_ptr<SSL_CTX> make_context(const ServerTls& tls) {
    std::shared_ptr<SSL_CTX> context(SSL_CTX_new(TLS_server_method()), SSL_CTX_free);
    X509* certificate = read_certificate(tls.identity.certificate_pem);
    SSL_CTX_use_certificate(context.get(), certificate);
    X509_free(certificate);
    BIO* bio =
        BIO_new_mem_buf(tls.identity.key_pem.data(), static_cast<int>(tls.identity.key_pem.size()));
    EVP_PKEY* key = PEM_read_bio_PrivateKey(bio, nullptr, nullptr, nullptr);
    BIO_free(bio);
    SSL_CTX_use_PrivateKey(context.get(), key);
    EVP_PKEY_free(key);
    if (!tls.client_authority_pem.empty()) {
        X509* authority = read_certificate(tls.client_authority_pem);
        X509_STORE_add_cert(SSL_CTX_get_cert_store(context.get()), authority);
        X509_free(authority);
        SSL_CTX_set_verify(context.get(), SSL_VERIFY_PEER | SSL_VERIFY_FAIL_IF_NO_PEER_CERT,
                           nullptr);
    }
    return context;
}

std::string client_of(SSL* tls) {
    X509* certificate = SSL_get1_peer_certificate(tls);
    if (certificate == nullptr) return {};
    char name[256] = "";
    X509_NAME_get_text_by_NID(X509_get_subject_name(certificate), NID_commonName, name,
                              sizeof name);
    X509_free(certificate);
    return name;
}

void relay(int a, int b) {
    pollfd ends[2] = {{a, POLLIN, 0}, {b, POLLIN, 0}};
    char bytes[16384];
    while (poll(ends, 2, 10000) > 0)
        for (int i = 0; i < 2; ++i) {
            if (ends[i].revents == 0) continue;
            const ssize_t size = recv(ends[i].fd, bytes, sizeof bytes, 0);
            if (size <= 0) return;
            if (send(ends[1 - i].fd, bytes, static_cast<std::size_t>(size), MSG_NOSIGNAL) < 0)
                return;
        }
}

} // namespace

Peer::Peer(int descriptor, SSL_CTX* tls) : descriptor_(descriptor) {
    if (tls == nullptr) return;
    tls_ = SSL_new(tls);
    SSL_set_fd(tls_, descriptor);
    open_ = SSL_accept(tls_) == 1;
}

Peer::~Peer() {
    if (tls_ != nullptr && open_) SSL_shutdown(tls_);
    if (tls_ != nullptr) SSL_free(tls_);
}

void Peer::send(std::string_view bytes) {
    while (open_ && !bytes.empty()) {
        const auto sent = tls_ != nullptr
                              ? SSL_write(tls_, bytes.data(), static_cast<int>(bytes.size()))
                              : ::send(descriptor_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
        if (sent <= 0) open_ = false;
        if (sent > 0) bytes.remove_prefix(static_cast<std::size_t>(sent));
    }
}

void Peer::answer(int status, std::string_view body, std::string_view headers) {
    send(fmt::format("HTTP/1.1 {} Words\r\nContent-Length: {}\r\n{}\r\n{}", status, body.size(),
                     headers, body));
}

void Peer::cut() {
    open_ = false;
    shutdown(descriptor_, SHUT_RDWR);
}

void Peer::wait_for_end() {
    std::string ignored;
    while (more(ignored)) {
    }
    open_ = false;
}

bool Peer::more(std::string& bytes) {
    char piece[16384];
    const auto size = tls_ != nullptr ? SSL_read(tls_, piece, sizeof piece)
                                      : recv(descriptor_, piece, sizeof piece, 0);
    if (size <= 0) return false;
    bytes.append(piece, static_cast<std::size_t>(size));
    return true;
}

bool Peer::read(Received& request) {
    request = {};
    std::size_t end = 0;
    while ((end = buffer_.find("\r\n\r\n")) == std::string::npos)
        if (tls_ == nullptr && buffer_.starts_with('\x16')) {
            request.method = "TLS"; // a ClientHello at a port that knows no TLS
            buffer_.clear();
            return true;
        } else if (!open_ || !more(buffer_)) {
            return false;
        }
    request.head = buffer_.substr(0, end + 2);
    buffer_.erase(0, end + 4);
    const auto blank = request.head.find(' ');
    request.method = request.head.substr(0, blank);
    request.target = request.head.substr(blank + 1, request.head.find(' ', blank + 1) - blank - 1);
    const auto length = request.head.find("Content-Length: ");
    const std::size_t size =
        length == std::string::npos ? 0 : std::stoul(request.head.substr(length + 16));
    while (buffer_.size() < size)
        if (!more(buffer_)) return false;
    request.body = buffer_.substr(0, size);
    buffer_.erase(0, size);
    if (tls_ != nullptr) request.client = client_of(tls_);
    return true;
}

Server::Server(Script script, const ServerTls* tls) : script_(std::move(script)) {
    signal(SIGPIPE, SIG_IGN);
    if (tls != nullptr) tls_ = make_context(*tls);
    listener_ = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    sockaddr_in address = local(0);
    socklen_t size = sizeof address;
    if (bind(listener_, reinterpret_cast<sockaddr*>(&address), size) != 0 ||
        listen(listener_, 64) != 0)
        throw std::runtime_error("no socket to listen on");
    getsockname(listener_, reinterpret_cast<sockaddr*>(&address), &size);
    port_ = ntohs(address.sin_port);
    acceptor_ = std::thread([this] { accept_loop(); });
}

Server::~Server() {
    shutdown(listener_, SHUT_RDWR);
    acceptor_.join();
    close(listener_);
    for (const int descriptor : descriptors_) shutdown(descriptor, SHUT_RDWR);
    for (std::thread& thread : threads_) thread.join();
    for (const int descriptor : descriptors_) close(descriptor);
}

std::string Server::url(std::string_view scheme) const {
    return fmt::format("{}://127.0.0.1:{}", scheme, port_);
}

std::vector<Received> Server::received() const {
    const std::lock_guard lock(mutex_);
    return received_;
}

void Server::accept_loop() {
    for (int descriptor = 0; (descriptor = accept(listener_, nullptr, nullptr)) >= 0;) {
        ++connections_;
        descriptors_.push_back(descriptor);
        threads_.emplace_back([this, descriptor] { serve(descriptor); });
    }
}

void Server::serve(int descriptor) {
    {
        Peer peer(descriptor, tls_.get());
        for (Received request; peer.open() && peer.read(request);) {
            {
                const std::lock_guard lock(mutex_);
                received_.push_back(request);
            }
            script_(request, peer);
        }
    }
    shutdown(descriptor, SHUT_RDWR);
}

Server::Script connect_proxy() {
    return [](const Received& request, Peer& peer) {
        if (request.method != "CONNECT") return peer.answer(405, "");
        const int port = std::stoi(request.target.substr(request.target.rfind(':') + 1));
        const int upstream = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
        sockaddr_in address = local(port);
        if (connect(upstream, reinterpret_cast<sockaddr*>(&address), sizeof address) == 0) {
            peer.send("HTTP/1.1 200 Connection established\r\n\r\n");
            relay(peer.descriptor(), upstream);
        }
        close(upstream);
        peer.cut();
    };
}

} // namespace kspark::test
