#!/usr/bin/env bash
# HitKey's documented walk with curl, verbatim but for the base URL: log in, get a code with the
# Bearer token, exchange it with JSON, ask userinfo, refresh. Usage: walk.sh BASE_URL EMAIL PASSWORD
set -euo pipefail
BASE=$1 EMAIL=$2 PASSWORD=$3
REDIRECT_URI=https://yourapp.example/callback

# field NAME: a member of the JSON object on standard input, fails if it is not there.
field() { python3 -c 'import json,sys; print(json.load(sys.stdin)[sys.argv[1]])' "$1"; }
check() { [ "$2" = "$3" ] || { echo "$1: '$2' instead of '$3'" >&2; exit 1; }; }

# 1. Log in
login=$(curl -sS --fail-with-body -X POST "$BASE/auth/login" \
  -H 'Content-Type: application/json' \
  -d "{\"email\": \"$EMAIL\", \"password\": \"$PASSWORD\"}")
TOKEN=$(field token <<<"$login")
check type "$(field type <<<"$login")" bearer
[[ $TOKEN == hitkey_* ]] || { echo 'the API token does not start with hitkey_' >&2; exit 1; }

# 2. Create an OAuth client
made=$(curl -sS --fail-with-body -X POST "$BASE/oauth/clients" \
  -H "Authorization: Bearer $TOKEN" \
  -H 'Content-Type: application/json' \
  -d "{\"name\": \"My App\", \"redirect_uri\": \"$REDIRECT_URI\"}")
CLIENT_ID=$(field client_id <<<"$made")
CLIENT_SECRET=$(field client_secret <<<"$made")
[[ $CLIENT_ID =~ ^[0-9a-f]{32}$ && $CLIENT_SECRET =~ ^[0-9a-f]{64}$ ]] || { echo "$made" >&2; exit 1; }

# 3. Get an authorization code
answer=$(curl -sS --fail-with-body -G "$BASE/oauth/authorize" \
  -H "Authorization: Bearer $TOKEN" \
  --data-urlencode "client_id=$CLIENT_ID" \
  --data-urlencode "redirect_uri=$REDIRECT_URI" \
  --data-urlencode 'response_type=code' \
  --data-urlencode 'state=random_state_string')
REDIRECT_URL=$(field redirect_url <<<"$answer")
[[ $REDIRECT_URL == "$REDIRECT_URI"\?* ]] || { echo "$REDIRECT_URL" >&2; exit 1; }
read -r CODE STATE < <(python3 -c 'import sys,urllib.parse as u
q = u.parse_qs(u.urlparse(sys.argv[1]).query); print(q["code"][0], q["state"][0])' "$REDIRECT_URL")
check state "$STATE" random_state_string

# 4. Exchange the code
exchange() {
  curl -sS -X POST "$BASE/oauth/token" \
    -H 'Content-Type: application/json' \
    -d "{
      \"grant_type\": \"authorization_code\",
      \"code\": \"$CODE\",
      \"client_id\": \"$CLIENT_ID\",
      \"client_secret\": \"$CLIENT_SECRET\",
      \"redirect_uri\": \"$REDIRECT_URI\"
    }"
}
tokens=$(exchange)
ACCESS_TOKEN=$(field access_token <<<"$tokens")
REFRESH_TOKEN=$(field refresh_token <<<"$tokens")
check token_type "$(field token_type <<<"$tokens")" Bearer
check expires_in "$(field expires_in <<<"$tokens")" 3600
[[ $ACCESS_TOKEN == eyJ* && $(field id_token <<<"$tokens") == eyJ* ]]

# 5. Who is it?
claims=$(curl -sS --fail-with-body "$BASE/oauth/userinfo" -H "Authorization: Bearer $ACCESS_TOKEN")
check email "$(field email <<<"$claims")" "$EMAIL"
check id "$(field id <<<"$claims")" "$(field sub <<<"$claims")"

# 6. Refresh: the same refresh token stays
refreshed=$(curl -sS --fail-with-body -X POST "$BASE/oauth/token" \
  -H 'Content-Type: application/json' \
  -d "{
    \"grant_type\": \"refresh_token\",
    \"refresh_token\": \"$REFRESH_TOKEN\",
    \"client_id\": \"$CLIENT_ID\",
    \"client_secret\": \"$CLIENT_SECRET\"
  }")
check refresh_token "$(field refresh_token <<<"$refreshed")" "$REFRESH_TOKEN"
curl -sS --fail-with-body -o /dev/null "$BASE/oauth/userinfo" \
  -H "Authorization: Bearer $(field access_token <<<"$refreshed")"

# 7. The code is used up, and using it again ended what it gave
again=$(exchange)
check code "$(field code <<<"$again")" invalid_grant
check error "$(field error <<<"$again")" 'Invalid or expired authorization code'
status=$(curl -sS -o /dev/null -w '%{http_code}' "$BASE/oauth/userinfo" -H "Authorization: Bearer $ACCESS_TOKEN")
check 'userinfo after reuse' "$status" 401

# 8. The list of clients never shows a secret
clients=$(curl -sS --fail-with-body "$BASE/oauth/clients" -H "Authorization: Bearer $TOKEN")
[[ $clients != *"$CLIENT_SECRET"* && $clients == *"$CLIENT_ID"* && $clients != *ecret* ]]
echo 'the documented walk works'
