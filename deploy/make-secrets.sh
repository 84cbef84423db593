#!/bin/sh
# Makes the secrets of docker-compose.yml, once: random, and readable by the containers' users inside a folder that only you can enter.
set -eu
cd "$(dirname "$0")/.."
mkdir -p secrets
chmod 700 secrets
random() { head -c 48 /dev/urandom | base64 | tr -d '+/=\n' | cut -c 1-48; }
make() { [ -s "secrets/$1" ] || printf '%s' "$2" >"secrets/$1"; chmod 444 "secrets/$1"; }
make database_password "$(random)"
make application_password "$(random)"
make valkey_password "$(random)"
make shifen_secret "$(random)"
make metrics_token "$(random)"
make owner_database_url "postgresql://shifen:$(cat secrets/database_password)@postgres:5432/shifen?sslmode=disable"
make database_url "postgresql://shifen_app:$(cat secrets/application_password)@postgres:5432/shifen?sslmode=disable"
make redis_url "redis://:$(cat secrets/valkey_password)@valkey:6379/0"
[ -s secrets/tls.pem ] || echo "Put the certificate and its key, one after the other, into secrets/tls.pem. 请把证书与私钥依次写入 secrets/tls.pem。" >&2
