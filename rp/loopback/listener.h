/* One port of the loopback interface, and the first request to it that can be an answer. */
#ifndef RP_LOOPBACK_LISTENER_H
#define RP_LOOPBACK_LISTENER_H

#include <stdbool.h>
#include <stddef.h>

enum { LISTENER_QUERY_MAX = 8192 };

struct listener;

/* What became of a request: the page that the browser sees, and whether the listening ends. */
enum listener_result { LISTENER_NOT_OURS, LISTENER_REFUSED, LISTENER_SIGNED_IN };
typedef enum listener_result listener_callback(void *context, const char *query);

/* 127.0.0.1, or [::1] where that cannot be. Requests must be GET of `path` at exactly the address
 * that was bound: another Host is DNS rebinding. NULL: neither could be bound. */
struct listener *listener_new(const char *path, listener_callback *callback, void *context);
/* "http://127.0.0.1:49152", borrowed. */
const char *listener_origin(const struct listener *listener);
/* Answers requests for `timeout_ms` at most; true when a callback ended it. */
bool listener_wait(struct listener *listener, unsigned timeout_ms);
void listener_free(struct listener *listener);

#endif
