#!/usr/bin/env bats
# SPDX-License-Identifier: Apache-2.0
# Points 12 to 27: who asks, and to whom that is told.
load helper

@test "12 credentials go to servers of https only" {
  serve api
  config plain "http://127.0.0.1:$port" "token: secret" ""
  spark status
  [ "$(told api "header authorization")" = "" ]
  raw >/dev/null
  [ "$(told api "header authorization")" = "" ]
}

# Different: kubectl (1.34) sends the file's token although --token is given.
@test "13 a token is the flag's, else the file's, else the user's; a file is trimmed" {
  serve_tls api
  printf '  of-file\n\n' >token
  config x "https://127.0.0.1:$port" "token: of-user, tokenFile: $PWD/token"
  for command in spark\ status raw; do
    $command >/dev/null
    [ "$(told api "header authorization")" = "Bearer of-file" ]
  done
  spark status --token of-flag
  [ "$(told api "header authorization")" = "Bearer of-flag" ]
  rm token
  for command in spark\ status raw; do
    $command >/dev/null
    [ "$(told api "header authorization")" = "Bearer of-user" ]
  done
  config x "https://127.0.0.1:$port" "token: of-user"
  for command in spark\ status raw; do
    $command --token of-flag >/dev/null
    [ "$(told api "header authorization")" = "Bearer of-flag" ]
  done
  config x "https://127.0.0.1:$port" "tokenFile: $PWD/none"
  says 3 "$PWD/none" spark status
}

@test "14 name and password are sent, from the file and from flags; not beside a token" {
  api_as "username: me, password: 'p w'"
  spark status
  ours=$(told api "header authorization")
  raw >/dev/null
  [ "$ours" = "$(told api "header authorization")" ]
  spark status --username=you --password=pw
  [ "$(told api "header authorization")" = "Basic $(printf you:pw | base64)" ]
  config x "https://127.0.0.1:$port" "username: me, password: x, token: t"
  says 3 "more than one authentication method found for u; found \[token basicAuth\], only one is allowed" spark status
  says 1 "more than one authentication method found for u; found \[token basicAuth\], only one is allowed" raw
}

@test "15 client certificates come from files, from data and from flags, beside a token too" {
  serve_tls api --client-ca "$CERTIFICATES/ca.crt"
  config x "https://127.0.0.1:$port" "client-certificate: $CERTIFICATES/me.crt, client-key: $CERTIFICATES/me.key"
  spark status
  [ "$(told api client)" = me ]
  data="client-certificate-data: $(base64 -w0 <"$CERTIFICATES/me.crt"), client-key-data: $(base64 -w0 <"$CERTIFICATES/me.key")"
  config x "https://127.0.0.1:$port" "$data, token: t"
  spark status
  [ "$(told api client) $(told api "header authorization")" = "me Bearer t" ]
  config x "https://127.0.0.1:$port"
  spark status --client-certificate "$CERTIFICATES/me.crt" --client-key "$CERTIFICATES/me.key"
  raw --client-certificate "$CERTIFICATES/me.crt" --client-key "$CERTIFICATES/me.key" >/dev/null
  [ "$(told api client)" = me ]
  says 3 "its private key cannot be read, or belongs to another certificate" \
    spark status --client-certificate "$CERTIFICATES/me.crt" --client-key "$CERTIFICATES/you.key"
  says 3 "client-key-data or client-key must be specified" spark status --client-certificate "$CERTIFICATES/me.crt"
  says 1 "client-key-data or client-key must be specified" raw --client-certificate "$CERTIFICATES/me.crt"
}

# Different: kubectl says "tls: failed to parse private key".
@test "16 an encrypted key is refused with a sentence that says what to do; nobody is asked" {
  serve_tls api --client-ca "$CERTIFICATES/ca.crt"
  openssl pkcs8 -topk8 -in "$CERTIFICATES/me.key" -passout pass:x -out encrypted.key
  config x "https://127.0.0.1:$port" "client-certificate: $CERTIFICATES/me.crt, client-key: $PWD/encrypted.key"
  says 3 "the private key of user \"u\" is encrypted.*openssl pkey" timeout 20 "$KSPARK" status
  says 1 "" raw
}

@test "17 a credential plugin is run without a shell and told exactly what kubectl tells it" {
  serve_tls api
  plugin token '{"token": "of-plugin"}'
  cat >args <<S
#!/bin/sh
printf '%s|' "\$@" "\$EXTRA" >>"$PWD/args.seen"
exec "$PWD/token"
S
  chmod 755 args
  user="exec: {command: ./args, args: ['a b', '\$HOME'], env: [{name: EXTRA, value: 'x;y'}], provideClusterInfo: true,
    interactiveMode: IfAvailable, apiVersion: client.authentication.k8s.io/v1}"
  cluster="certificate-authority: $CERTIFICATES/ca.crt, extensions: [{name: client.authentication.k8s.io/exec,
    extension: {audience: me, size: 1}}]"
  config x "https://127.0.0.1:$port" "$user" "$cluster"
  spark status
  [ "$(told api "header authorization")" = "Bearer of-plugin" ]
  [ "$(cat args.seen)" = "a b|\$HOME|x;y|" ]
  mv token.info ours
  raw >/dev/null
  diff ours token.info
  config x "https://127.0.0.1:$port" "$(exec_user "$PWD/token")"
  spark status
  mv token.info ours
  raw >/dev/null
  diff ours token.info
}

@test "18 plugins speak v1 or v1beta1, the one that is configured" {
  serve_tls api
  plugin token '{"token": "beta"}' v1beta1
  config x "https://127.0.0.1:$port" "$(exec_user "$PWD/token" v1beta1)"
  spark status
  [ "$(told api "header authorization")" = "Bearer beta" ]
  config x "https://127.0.0.1:$port" "$(exec_user "$PWD/token" v1)"
  sentence="configured to use API version client.authentication.k8s.io/v1, plugin returned version client.authentication.k8s.io/v1beta1"
  says 1 "$sentence" spark status
  says 1 "$sentence" raw
  config x "https://127.0.0.1:$port" "$(exec_user "$PWD/token" v1alpha1)"
  says 3 'exec plugin: invalid apiVersion "client.authentication.k8s.io/v1alpha1"' spark status
  says 1 'exec plugin: invalid apiVersion "client.authentication.k8s.io/v1alpha1"' raw
}

@test "19 interactiveMode: v1 must say it; Always needs a terminal; without one the plugin gets no input" {
  serve_tls api
  plugin token '{"token": "t"}'
  config x "https://127.0.0.1:$port" "exec: {command: $PWD/token, apiVersion: client.authentication.k8s.io/v1}"
  says 3 "interactiveMode must be specified for u to use exec authentication plugin" spark status
  says 1 "interactiveMode must be specified for u to use exec authentication plugin" raw
  config x "https://127.0.0.1:$port" "$(exec_user "$PWD/token" v1 "interactiveMode: Always")"
  says 1 "cannot support interactive mode: standard input is not a terminal" spark status </dev/null
  says 1 "cannot support interactive mode: standard input is not a terminal" raw </dev/null
  [ ! -e token.runs ]
  config x "https://127.0.0.1:$port" "$(exec_user "$PWD/token" v1 "interactiveMode: IfAvailable")"
  spark status </dev/null
  [[ $(cat token.info) == *'"interactive":false'* ]]
}

@test "20 what goes wrong with a plugin is said in kubectl's words, installHint included" {
  api_as "$(exec_user not-there v1 "interactiveMode: Never, installHint: get it at example.com")"
  for asking in spark\ status raw; do
    says 1 "exec: executable not-there not found" $asking
    [[ $output == *"client-go credential plugin that is not installed"* && $output == *"get it at example.com"* ]]
  done
  printf '#!/bin/sh\nexit 7\n' >seven
  chmod 755 seven
  config x "https://127.0.0.1:$port" "$(exec_user "$PWD/seven")"
  says 1 "seven failed with exit code 7" spark status
  says 1 "seven failed with exit code 7" raw
  plugin empty '{}'
  config x "https://127.0.0.1:$port" "$(exec_user "$PWD/empty")"
  says 1 "exec plugin didn't return a token or cert/key pair" spark status
  says 1 "exec plugin didn't return a token or cert/key pair" raw
  plugin half '{"clientCertificateData": "x"}'
  config x "https://127.0.0.1:$port" "$(exec_user "$PWD/half")"
  says 1 "exec plugin returned only certificate or key, not both" spark status
  says 1 "exec plugin returned only certificate or key, not both" raw
}

# Different: kubectl gives the first 401 back and uses the new credentials for the next request only.
@test "21 one run of the plugin serves all requests; after a 401 it runs again once and the request is repeated" {
  serve_tls api
  plugin token '{"token": "t$(wc -l <token.runs)"}'
  sed -i "s/'J'/J/" token # a new token each time; the same one again would be refused again
  config x "https://127.0.0.1:$port" "$(exec_user "$PWD/token")"
  spark status
  [ "$(asked api)" -gt 1 ] && [ "$(wc -l <token.runs)" = 1 ]
  answer api "$(refusal 401 Unauthorized "" 1)"
  spark status
  [ "$(wc -l <token.runs)" = 3 ]
  answer api "$(refusal 401 Unauthorized)"
  says 6 "You must be logged in to the server" spark status
  [ "$(wc -l <token.runs)" = 5 ]
}

@test "22 client certificates of a plugin are used, after a 401 a new one on a new connection" {
  serve_tls api --client-ca "$CERTIFICATES/ca.crt"
  lines() { awk '{printf "%s\\n", $0}' "$1"; }
  pair() { echo "{\"clientCertificateData\": \"$(lines "$CERTIFICATES/$1.crt")\", \"clientKeyData\": \"$(lines "$CERTIFICATES/$1.key")\"}"; }
  plugin certificate "$(pair me)"
  config x "https://127.0.0.1:$port" "$(exec_user "$PWD/certificate")"
  spark status
  [ "$(told api client)" = me ]
  raw >/dev/null
  [ "$(told api client)" = me ]
  plugin renewed "$(pair you)"
  printf '#!/bin/sh\n[ -e %s/renew ] && exec %s/renewed\n>%s/renew\nexec %s/certificate\n' "$PWD" "$PWD" "$PWD" "$PWD" >in-turn
  chmod 755 in-turn
  config x "https://127.0.0.1:$port" "$(exec_user "$PWD/in-turn")"
  before=$(asked api)
  answer api "$(refusal 401 Unauthorized "" 1)"
  spark status
  tail -n +$((before + 1)) api/requests | grep -o '"client": "[a-z]*"' | uniq | diff - <(printf '"client": "me"\n"client": "you"\n')
}

@test "23 a token, a password or a certificate that is given keeps the plugin from running" {
  serve_tls api
  plugin token '{"token": "of-plugin"}'
  config x "https://127.0.0.1:$port" "$(exec_user "$PWD/token")"
  spark status --token given
  [ "$(told api "header authorization")" = "Bearer given" ]
  raw --token given >/dev/null
  [ ! -e token.runs ]
}

# Different: kubectl still has oidc, and asks the issuer for a new token; a plugin does that today.
@test "24 auth-provider is refused with the name of the plugin to use instead" {
  for pair in gcp:gke-gcloud-auth-plugin azure:kubelogin oidc:oidc-login; do
    config x https://127.0.0.1:1 "auth-provider: {name: ${pair%%:*}, config: {id-token: secret-token}}"
    says 3 "auth-provider \"${pair%%:*}\".*${pair#*:}" spark status
    [[ $output != *secret-token* ]]
  done
  config x https://127.0.0.1:1 "auth-provider: {name: gcp}"
  says 1 "gke-gcloud-auth-plugin" raw
}

# Different: kubectl asks for a name and a password, on stdout.
@test "25 a user that the kubeconfig does not define is an error, nobody is asked" {
  config x https://127.0.0.1:1
  sed -i 's/user: u,/user: nope,/' x
  says 3 'user "nope" was not found for context "x"' timeout 20 "$KSPARK" status </dev/null
}

@test "26 --as, --as-group, --as-uid and their like of the kubeconfig; none of them without a user" {
  api_as "token: t"
  flags=(--as me --as-group 'a,b' --as-group c --as-uid 7)
  heads() { for head in user group uid extra-team; do told api "header impersonate-$head"; done; }
  spark status "${flags[@]}" --as-user-extra team=bi
  [ "$(heads | tr '\n' ' ')" = "me a,b c 7 bi " ]
  spark status "${flags[@]}"
  ours=$(heads)
  raw "${flags[@]}" >/dev/null
  [ "$ours" = "$(heads)" ]
  config x "https://127.0.0.1:$port" "token: t, as: them, as-groups: [g], as-user-extra: {team: [bi, ml]}"
  spark status
  ours=$(heads)
  raw >/dev/null
  [ "$ours" = "$(heads)" ]
  says 3 "without impersonating a user" spark status --as '' --as-group g --kubeconfig <(sed 's/as: them, //' x)
}

@test "27 no core dump while a secret is in memory" {
  serve_tls api
  answer api '{"status": 429, "headers": {"Retry-After": "30"}, "body": "{}"}'
  config x "https://127.0.0.1:$port" "token: secret"
  ulimit -c unlimited 2>/dev/null || ulimit -S -c "$(ulimit -H -c)"
  "$KSPARK" status 2>/dev/null 3>&- &
  pid=$!
  for _ in $(seq 100); do [ -e api/requests ] && break; sleep 0.1; done
  # What may not be dumped belongs to root, and has no dump by its limits either.
  limits=$(cat /proc/$pid/limits)
  kill -ABRT $pid
  wait $pid || true
  [[ $limits =~ "Max core file size "\ +0 ]]
  [ -z "$(find . -name 'core*')" ]
}
