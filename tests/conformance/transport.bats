#!/usr/bin/env bats
# SPDX-License-Identifier: Apache-2.0
# Points 28 to 38: the way to the server.
load helper

@test "28 proxy-url: http, https and socks5, which is told names; anything else is refused" {
  serve_tls api
  api=$port
  trust="certificate-authority: $CERTIFICATES/ca.crt"
  serve http-proxy --kind proxy
  config x "https://kube.test:$api" "token: t" "$trust, proxy-url: 'http://127.0.0.1:$port'"
  spark status
  [ "$(told http-proxy path)" = "kube.test:$api" ]
  raw >/dev/null
  serve socks --kind socks
  config x "https://kube.test:$api" "token: t" "$trust, proxy-url: 'socks5://127.0.0.1:$port'"
  spark status
  [ "$(told socks path) $(told socks "header kind")" = "kube.test:$api name" ]
  raw >/dev/null
  [ "$(told socks path) $(told socks "header kind")" = "kube.test:$api name" ]
  serve_tls https-proxy --kind proxy
  config x "https://kube.test:$api" "token: t" "$trust, proxy-url: 'https://localhost:$port'"
  spark status
  [ "$(told https-proxy path)" = "kube.test:$api" ]
  raw >/dev/null
  config x "https://kube.test:$api" "token: t" "$trust, proxy-url: 'ftp://127.0.0.1:1'"
  says 3 "invalid 'proxy-url' \"ftp://127.0.0.1:1\" for cluster \"c\": unsupported scheme \"ftp\", must be http, https, or socks5" spark status
  says 1 "unsupported scheme \"ftp\", must be http, https, or socks5" raw
}

@test "29 HTTPS_PROXY and NO_PROXY with networks, never for this machine; ALL_PROXY is not read" {
  serve_tls api
  api=$port
  serve proxy --kind proxy
  export HTTPS_PROXY=http://127.0.0.1:$port
  config x "https://kube.test:$api" "token: t"
  spark status
  raw >/dev/null
  asked=$(asked proxy)
  [ "$asked" -ge 2 ]
  config x "https://127.0.0.1:$api" "token: t"
  spark status
  raw >/dev/null
  config x https://10.1.2.3:1 "token: t"
  NO_PROXY=10.0.0.0/8 says 7 "" spark status --request-timeout=1s
  config x "https://kube.test:$api" "token: t"
  NO_PROXY=.test says 7 "" spark status --request-timeout=1s
  [ "$(asked proxy)" = "$asked" ]
  unset HTTPS_PROXY
  ALL_PROXY=http://127.0.0.1:$port says 7 "" spark status --request-timeout=1s
  [ "$(asked proxy)" = "$asked" ]
}

@test "30 a proxy is not told who asks the server, and its own password is never shown" {
  serve_tls api
  api=$port
  serve proxy --kind proxy
  config x "https://kube.test:$api" "token: secret-token" "certificate-authority: $CERTIFICATES/ca.crt, proxy-url: 'http://me:hidden-word@127.0.0.1:$port'"
  run spark status -v=9
  [ "$status" = 0 ]
  [[ $output != *hidden-word* && $output != *secret-token* ]]
  [ "$(told proxy "header authorization")" = "" ]
  [ "$(told proxy "header proxy-authorization")" = "Basic $(printf me:hidden-word | base64)" ]
  config x "https://kube.test:$api" "token: t" "proxy-url: 'http://me:hidden-word@127.0.0.1:1'"
  says 7 "127.0.0.1:1" spark status
  [[ $output != *hidden-word* ]]
}

@test "31 tls-server-name is asked for and verified, the Host header stays the server's" {
  api_as "token: t" "certificate-authority: $CERTIFICATES/ca.crt, tls-server-name: kube.test"
  spark status
  ours="$(told api sni) $(told api "header host")"
  raw >/dev/null
  [ "$ours" = "$(told api sni) $(told api "header host")" ]
  [ "$ours" = "kube.test 127.0.0.1:$port" ]
  says 7 "certificate is valid for .*, not wrong.test" spark status --tls-server-name wrong.test
  says 1 "certificate is valid for .*, not wrong.test" raw --tls-server-name wrong.test
}

@test "32 the authority of the kubeconfig is the only one that is trusted; what is wrong is said in kubectl's words" {
  serve_tls api
  openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -keyout other.key -out other.crt -days 2 -subj /CN=other 2>/dev/null
  config x "https://127.0.0.1:$port" "token: t" "certificate-authority: $PWD/other.crt"
  sentence="tls: failed to verify certificate: x509: certificate signed by unknown authority"
  SSL_CERT_FILE=$CERTIFICATES/ca.crt says 7 "$sentence" spark status
  SSL_CERT_FILE=$CERTIFICATES/ca.crt says 1 "$sentence" raw
  config x "https://127.0.0.1:$port" "token: t" ""
  says 7 "$sentence" spark status
  SSL_CERT_FILE=$CERTIFICATES/ca.crt spark status
  SSL_CERT_FILE=$CERTIFICATES/ca.crt raw >/dev/null
  says 3 "specifying a root certificates file with the insecure flag is not allowed" \
    spark status --insecure-skip-tls-verify --certificate-authority "$CERTIFICATES/ca.crt"
  serve plain
  config x "https://127.0.0.1:$port" "token: t"
  says 7 "tls: first record does not look like a TLS handshake|server gave HTTP response to HTTPS client" spark status
  config x https://127.0.0.1:1 "token: t"
  says 7 "The connection to the server 127.0.0.1:1 was refused - did you specify the right host or port?" spark status
  says 1 "The connection to the server 127.0.0.1:1 was refused - did you specify the right host or port?" raw
}

# Different: kubectl follows redirects, and sends the token again, to any host.
@test "33 redirects are never followed: the token stays with its server" {
  serve elsewhere
  elsewhere=$port
  api_as "token: secret-token"
  answer api "{\"status\": 302, \"headers\": {\"Location\": \"http://127.0.0.1:$elsewhere/x\"}}"
  run spark status -v=9
  [ "$status" != 0 ]
  [[ $output == *"127.0.0.1:$elsewhere"* && $output != *secret-token* ]]
  [ "$(asked elsewhere)" = 0 ]
}

@test "34 --request-timeout takes seconds, a number or a time with a unit" {
  api_as "token: t"
  for time in 0 5 5s 1m 1h30m; do
    spark status --request-timeout=$time
    raw --request-timeout=$time >/dev/null
  done
  sentence="Invalid timeout value. Timeout must be a single integer in seconds, or an integer followed by a corresponding time unit \(e.g. 1s \| 2m \| 3h\)"
  says 2 "$sentence" spark status --request-timeout=soon
  says 1 "$sentence" raw --request-timeout=soon
  python3 -c 'import socket, time; s = socket.create_server(("127.0.0.1", 0)); print(s.getsockname()[1], flush=True); time.sleep(60)' >silent 3>&- &
  servers+=($!)
  until [ -s silent ]; do sleep 0.1; done
  begin=$SECONDS
  says 5 "within 1s" spark status --server "http://127.0.0.1:$(cat silent)" --request-timeout=1s
  [ $((SECONDS - begin)) -lt 10 ]
}

@test "35 an answer is asked for again only when the server says when" {
  api_as "token: t"
  for asking in spark\ status raw; do
    answer api '{"status": 429, "times": 1, "headers": {"Retry-After": "1"}, "body": "{}"}'
    $asking >/dev/null
    answer api '{"status": 503, "times": 1, "headers": {"Retry-After": "1"}, "body": "{}"}'
    $asking >/dev/null
    before=$(asked api)
    answer api "$(refusal 500 "" no 1)"
    run $asking
    [ "$status" = 1 ]
    [ "$(asked api)" = $((before + 1)) ]
  done
}

@test "36 answers may be compressed, unless --disable-compression" {
  api_as "token: t"
  spark status
  [ "$(told api "header accept-encoding")" = gzip ]
  spark status --disable-compression
  [ "$(told api "header accept-encoding")" = "" ]
  raw >/dev/null
  [ "$(told api "header accept-encoding")" = gzip ]
}

@test "37 the server is told which program and which command asks" {
  api_as "token: t"
  spark status
  [[ $(told api "header user-agent") =~ ^kubectl-spark/[0-9.]+.*\ \((linux|darwin)/(amd64|arm64)\)$ ]]
  [ "$(told api "header kubectl-command")" = "kubectl spark status" ]
}

@test "38 warnings of the server are shown once, on stderr; --warnings-as-errors makes them fail" {
  api_as "token: t"
  answer api '{"status": 200, "headers": {"Warning": "299 - \"old API\""}, "body": {"kind": "List", "apiVersion": "v1", "items": []}}'
  spark status 2>err
  [ "$(grep -c '^Warning: old API$' err)" = 1 ]
  raw 2>theirs >/dev/null
  grep -qx "$(grep Warning err)" theirs
  says 1 "error: 1 warning received" spark status --warnings-as-errors
  says 1 "1 warning received" raw --warnings-as-errors
}
