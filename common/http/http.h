/* A request and its response, as every handler sees them; a route and its policy.
 *
 * Nothing here knows about sockets: server.h fills a request from libmicrohttpd, tests from
 * literals (test_request.h), and authz hands its own to the core store. */
#ifndef COMMON_HTTP_HTTP_H
#define COMMON_HTTP_HTTP_H

#include "common/base/form.h"
#include "common/base/str.h"

enum http_method {
    HTTP_GET = 1,
    HTTP_HEAD = 2,
    HTTP_POST = 4,
    HTTP_PUT = 8,
    HTTP_PATCH = 16,
    HTTP_DELETE = 32,
    HTTP_OPTIONS = 64,
    HTTP_NO_HEAD = 128 /* in a route: its GET does something, so that HEAD is not taken */
};

struct header {
    str name, value;
};

struct request;
struct response;
struct route;

/* Answers a request. An err is rendered by the app; see struct app. */
typedef err handler_fn(struct request *rq, struct response *rs);

enum { REQUEST_MAX_HEADERS = 100, REQUEST_MAX_ARGS = 4, REQUEST_MAX_FIELD_ERRORS = 32 };

struct field_error {
    const char *field, *rule, *message;
};

/* An exchange with another server that passes a request on while it comes, and its answer back
 * while it comes. None of these waits; what says "wait" is made good by rq->wake, which may also
 * come for nothing. */
struct transfer {
    const struct transfer_calls *calls;
};
enum { TRANSFER_WAIT = 0, TRANSFER_END = -1, TRANSFER_BROKEN = -2 };
struct transfer_calls {
    /* Takes bytes of the request's body; how many. Fewer than all: wait. */
    size_t (*put)(struct transfer *transfer, str bytes);
    void (*put_end)(struct transfer *transfer);
    /* Whether the answer begins, or there is none to come. False: wait. */
    bool (*begun)(struct transfer *transfer);
    /* Bytes of the answer's body; or one of TRANSFER_…. */
    long (*get)(struct transfer *transfer, char *to, size_t max);
    /* Gives it back, and up what is not done of it. No wake comes afterwards. */
    void (*end)(struct transfer *transfer);
};

struct request {
    struct arena *arena;
    enum http_method method; /* 0: one that we do not know (501) */
    str path;                /* as sent, percent-encoded, without the query */
    str query;               /* after '?', or absent */
    const struct header *headers;
    size_t header_count;
    str body;           /* whole, within the route's cap */
    str remote;         /* the client's address as text, after trusted proxies */
    bool secure;        /* TLS here or at a trusted proxy */
    bool trusted;       /* an in-process call of another part of this program: a service caller */
    str id;             /* request id: taken from X-Request-Id if it is plain, else made */
    int64_t now_ms;     /* when it arrived; the only clock of a handler */
    int64_t started_us; /* on the monotonic clock, for the latency; 0: when it is dispatched */

    struct request *outer; /* the request of another app whose handler passed this one on: its line
                              in the log tells of both. Absent: NULL */

    /* filled by the dispatcher */
    const struct app *app;
    const struct route *route;
    str args[REQUEST_MAX_ARGS]; /* the route's :parameters in order, percent-decoded */
    bool may_block;             /* on a worker (or in a test) */
    void *caller;               /* what app->admit found: a user, a client, a session */
    str who;                    /* for the log: the caller's id, once somebody knows it */
    str client_id;              /* the OAuth client that it is about, once that is known */
    const char *rule;           /* what a refusal broke, where the caller is told less; or NULL */
    str event;                  /* of an account: what a core store tells whoever passed the request
                                   on (core/event.h); or absent */
    struct transfer *transfer;  /* of a handler of RUN_RELAY, which started it */
    void (*wake)(void *rq);     /* on any thread: look at the transfer again. NULL: nobody
                                   would, so that none may be started */
    const struct route *inner_route; /* of what was passed on: for the log */
    err inner_error;
    struct field_error field_errors[REQUEST_MAX_FIELD_ERRORS];
    size_t field_error_count;
    str ui_locales;        /* languages that an app asks for before those of Accept-Language: BCP 47
                              tags in order of preference; or absent */
    int64_t retry_after_s; /* with E_too_many_requests and E_COOLDOWN: what to tell */
};

/* The first header of that name (any case), or absent. */
str request_header(const struct request *rq, str name);
/* Whether a header comes more than once. */
bool request_header_repeated(const struct request *rq, str name);
/* A cookie of the Cookie header, or absent. The first one of that name counts. */
str request_cookie(const struct request *rq, str name);
/* The token of `Authorization: <scheme> token`, scheme without case; absent otherwise. */
str request_authorization(const struct request *rq, str scheme);
/* The media type without parameters, as sent; compare without case. */
str request_media_type(const struct request *rq);
/* Notes a field error for the 422 answer; returns E_validation to be returned. */
err request_field_error(struct request *rq, const char *field, const char *rule,
                        const char *message);

enum { RESPONSE_MAX_HEADERS = 48 };

struct response {
    int status; /* 200 unless set */
    struct header headers[RESPONSE_MAX_HEADERS];
    size_t header_count;
    str body;                /* lives in the request's arena, or for the process */
    struct transfer *source; /* instead of body: where it comes from, piece by piece */
    int64_t length;          /* with source: of the body; -1: only its end will tell */
};

/* Name is a literal. A value with CR, LF or NUL is a bug of ours: asserts. */
void response_header(struct response *rs, const char *name, str value);
/* The first header of that name (any case), or absent. */
str response_header_get(const struct response *rs, str name);
/* Replaces earlier ones of that name. */
void response_header_set(struct response *rs, const char *name, str value);
void response_json(struct response *rs, int status, str json);
/* 303 See Other. */
void response_redirect(struct response *rs, str location);

/* --- routes --------------------------------------------------------------------------------- */
enum caller { /* who may call; the app's admit() proves it and sets rq->caller */
              CALLER_ANYONE,
              CALLER_API_BEARER,  /* Authorization: Bearer hitkey_… */
              CALLER_OAUTH_TOKEN, /* an OAuth access token */
              CALLER_BROWSER,     /* a form of ours: same-origin, CSRF-bound */
              CALLER_SERVICE /* another part of HitKey: in process, or with the service credential
                              */
};

enum body { /* a bit mask of accepted media types */
            BODY_NONE = 0,
            BODY_FORM = 1,
            BODY_JSON = 2,
            BODY_ANY = 4,     /* passed on, not read */
            BODY_OPTIONAL = 8 /* an absent body is fine (no Content-Type needed) */
};

enum run {
    RUN_INLINE, /* on the event loop: must not block */
    RUN_WORKER,
    RUN_INLINE_FIRST, /* on the event loop; if it returns E_defer, again from the start on a worker
                       */
    RUN_RELAY /* on the event loop when the head is there: it may start a transfer that takes the
                 body as it comes, and returns E_defer; it is called again when the answer begins.
                 If it defers without one: when the body is there, on a worker */
};

enum cache { CACHE_NO_STORE, CACHE_5_MINUTES, CACHE_IMMUTABLE, CACHE_AS_SET };

enum cors {
    CORS_NONE,
    CORS_ANY /* any origin, no credentials: metadata, token, userinfo */
};

enum dialect {                /* how errors look */
               DIALECT_API,   /* {"error","code"} and the 422 array */
               DIALECT_OAUTH, /* RFC 6749 5.2 JSON, WWW-Authenticate */
               DIALECT_PAGE   /* an HTML page */
};

struct route {
    unsigned methods; /* HTTP_… bits; HTTP_GET allows HEAD unless HTTP_NO_HEAD is there */
    const char *path; /* "/oauth/clients/:client_id"; a last part of one star matches the rest */
    handler_fn *handler;
    enum caller caller;
    unsigned body;
    size_t body_cap; /* bytes */
    enum dialect dialect;
    enum cors cors;
    enum cache cache;
    enum run run;
    int rate;                        /* requests per minute and address; 0: no limit */
    const struct field_table *takes; /* the members of a JSON body (fields.h), or NULL */
};

/* A table of routes and what belongs to it. */
struct app {
    const char *name;
    const struct route *routes;
    size_t n;
    str base;                         /* "/id": what the paths of outside begin with; absent:
                                         nothing. Paths without it are taken too */
    void *world;                      /* the app's own state, const after start */
    err (*admit)(struct request *rq); /* proves route->caller */
    /* An err as an answer. rq->route is NULL if no path matched; on 405 it is a row of that path.
     */
    void (*render)(struct request *rq, err e, struct response *rs);
    void (*finish)(struct request *rq,
                   struct response *rs); /* headers of every answer; may be NULL */
    struct rate_limiter *limiter;        /* NULL: no limits */
};

/* --- the dispatcher --------------------------------------------------------------------------- */
/* Finds the route and its :args. E_not_found; E_method_not_allowed with *allow for the Allow
 * header ("GET, HEAD, POST"). A trailing slash is optional on every path. */
err route_find(const struct app *app, struct request *rq, str *allow) MUST_CHECK;
/* Runs everything: finds, enforces the policy, calls the handler, renders an err, adds the headers
 * of the policy, logs and counts. rs is complete afterwards. The server calls it in two steps. */
void dispatch(const struct app *app, struct request *rq, struct response *rs);
/* The first step, which needs only the head: route, rate limit, body type and declared length.
 * False: the request is answered, rs is complete. */
bool dispatch_begin(const struct app *app, struct request *rq, struct response *rs);
/* The second: body cap, caller, handler. False: the handler deferred. Call it again on a worker
 * with rq->may_block; where it has just started rq->transfer: when the answer begins. */
bool dispatch_found(struct request *rq, struct response *rs);
/* Answers with an error of the server's own (overload, a body past its cap) instead. */
void dispatch_refuse(struct request *rq, err e, struct response *rs);
/* For handlers of RUN_INLINE_FIRST and RUN_RELAY: TRY(may_block(rq)); before the first thing that
 * waits. */
err may_block(const struct request *rq) MUST_CHECK;

/* {"error","code"}, or the 422 array; Retry-After where it belongs. */
void render_api_error(struct request *rq, err e, struct response *rs);
/* RFC 6749 5.2: {"error","error_description"}; WWW-Authenticate on 401 as RFC 6750 3 and 9110 ask.
 */
void render_oauth_error(struct request *rq, err e, struct response *rs);

#endif
