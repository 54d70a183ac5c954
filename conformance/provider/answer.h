/* Answers of the provider, as the listener takes them. The caller owns them. */
#ifndef CONFORMANCE_PROVIDER_ANSWER_H
#define CONFORMANCE_PROVIDER_ANSWER_H

#include <jansson.h>

/* Takes the value. */
json_t *answer_json(int status, json_t *value);
json_t *answer_text(int status, const char *type, const char *body);
/* 303 (RFC 9700 4.12). */
json_t *answer_redirect(const char *url);
/* A page that posts the parameters there by itself (OAuth 2.0 Form Post Response Mode). */
json_t *answer_form_post(const char *url, json_t *parameters);
/* A page with a frame, which goes on to `next` (OpenID Connect Front-Channel Logout 1.0). */
json_t *answer_frame(const char *frame, const char *next);
/* {"error", "error_description"} (RFC 6749 5.2). */
json_t *answer_error(int status, const char *error, const char *description);

#endif
