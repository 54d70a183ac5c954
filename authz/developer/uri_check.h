/* The answer of the redirect URI checker, made visible. */
#ifndef AUTHZ_DEVELOPER_URI_CHECK_H
#define AUTHZ_DEVELOPER_URI_CHECK_H

#include "authz/developer/developer_page.h"

/* Beside the answer `check` in `doc`, if there is one: check_want and check_have, the registered
 * URI and the one that was asked about, each as _head, _mark (the first character that differs, or
 * nothing) and _rest; and check_byte, counted from 1. */
err uri_check_mark(const struct area *area, json_t *doc) MUST_CHECK;

#endif
