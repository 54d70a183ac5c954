#!/bin/sh
# The application behind mod_auth_openidc: it has what the module puts into the environment.
page() { # STATUS TYPE BODY
  printf 'Status: %s\r\nContent-Type: %s\r\nCache-Control: no-store\r\n\r\n%s\n' "$1" "$2" "$3"
}
go() { printf 'Status: 303\r\nLocation: %s\r\n\r\n' "$1"; }
base=http://$HTTP_HOST
case $SCRIPT_NAME in
/login) go "$base/me" ;;
/me) page 200 application/json "{\"iss\":\"$OIDC_CLAIM_iss\",\"sub\":\"$OIDC_CLAIM_sub\",\"claims\":${OIDC_userinfo_json:-$OIDC_id_token_payload}}" ;;
/refresh)
  # Userinfo is called again when its interval, a second, is over: with the new token.
  sleep 2
  go "$base/callback?refresh=$base/refreshed&access_token=$OIDC_access_token"
  ;;
/refreshed)
  case $QUERY_STRING in
  *error_code=*) page 400 text/plain "refused: $QUERY_STRING" ;;
  *) page 200 text/plain refreshed ;;
  esac
  ;;
*) page 200 text/plain "signed out" ;;
esac
