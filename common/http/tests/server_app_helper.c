#include "server_app_helper.h"

#include <pthread.h>

#include "common/base/json_put.h"

static struct {
    pthread_mutex_t lock;
    pthread_cond_t change;
    int inside;
    bool open;
} gate = {PTHREAD_MUTEX_INITIALIZER, PTHREAD_COND_INITIALIZER, 0, true};

void server_app_close_gate(void) {
    pthread_mutex_lock(&gate.lock);
    gate.open = false;
    pthread_mutex_unlock(&gate.lock);
}

void server_app_open_gate(void) {
    pthread_mutex_lock(&gate.lock);
    gate.open = true;
    pthread_cond_broadcast(&gate.change);
    pthread_mutex_unlock(&gate.lock);
}

void server_app_wait_inside(int n) {
    pthread_mutex_lock(&gate.lock);
    while (gate.inside < n)
        pthread_cond_wait(&gate.change, &gate.lock);
    pthread_mutex_unlock(&gate.lock);
}

static err reply(struct request *rq, struct response *rs) {
    (void)rq;
    response_json(rs, 200, S("{\"ok\":true}"));
    return OK;
}

static err pass_gate(struct request *rq, struct response *rs) {
    pthread_mutex_lock(&gate.lock);
    gate.inside++;
    pthread_cond_broadcast(&gate.change);
    while (!gate.open)
        pthread_cond_wait(&gate.change, &gate.lock);
    gate.inside--;
    pthread_mutex_unlock(&gate.lock);
    return reply(rq, rs);
}

/* Takes all the memory that a request may have. */
static err greedy(struct request *rq, struct response *rs) {
    (void)rs;
    for (size_t n = 1024 * 1024; n > 0; n /= 2)
        while (arena_alloc(rq->arena, n))
            ;
    str more;
    return str_dup(rq->arena, S("more"), &more);
}

/* An empty header, and one as long as the query. */
static err long_header(struct request *rq, struct response *rs) {
    response_header(rs, "X-Empty", S(""));
    response_header(rs, "X-Long", rq->query);
    return reply(rq, rs);
}

static err first(struct request *rq, struct response *rs) {
    if (str_eq(rq->query, S("wait")))
        TRY(may_block(rq));
    response_json(rs, 200, rq->may_block ? S("\"worker\"") : S("\"loop\""));
    return OK;
}

static err echo(struct request *rq, struct response *rs) {
    response_json(rs, 200, rq->body.n ? rq->body : S("nothing"));
    return OK;
}

static err who(struct request *rq, struct response *rs) {
    str json;
    struct json_put j = json_put_begin(rq->arena, 64 * 1024);
    json_put_open(&j, '{');
    json_put_str(&j, "remote", rq->remote);
    json_put_str(&j, "id", rq->id);
    json_put_bool(&j, "secure", rq->secure);
    json_put_str(&j, "query", rq->query);
    json_put_str(&j, "cookie", request_cookie(rq, S("c")));
    json_put_str(&j, "x", request_header(rq, S("X")));
    json_put_close(&j, '}');
    TRY(json_put_done(&j, &json));
    response_json(rs, 200, json);
    return OK;
}

static const struct route routes[] = {
    {.methods = HTTP_GET, .path = "/inline", .handler = reply},
    {.methods = HTTP_GET, .path = "/who", .handler = who},
    {.methods = HTTP_GET, .path = "/greedy", .handler = greedy},
    {.methods = HTTP_GET, .path = "/long-header", .handler = long_header},
    {.methods = HTTP_GET, .path = "/first", .handler = first, .run = RUN_INLINE_FIRST},
    {.methods = HTTP_POST, .path = "/echo", .handler = echo, .body = BODY_ANY, .body_cap = 1024},
    {.methods = HTTP_POST, .path = "/json", .handler = echo, .body = BODY_JSON, .body_cap = 100},
    {.methods = HTTP_GET, .path = "/work", .handler = reply, .run = RUN_WORKER},
    {.methods = HTTP_POST,
     .path = "/work",
     .handler = echo,
     .body = BODY_ANY,
     .body_cap = 65536,
     .run = RUN_WORKER},
    {.methods = HTTP_GET, .path = "/gate", .handler = pass_gate, .run = RUN_WORKER},
};

const struct app server_app = {
    .name = "test", .routes = routes, .n = sizeof routes / sizeof *routes};

struct server_options server_app_options(void) {
    return (struct server_options){
        .listen = S("127.0.0.1:0"), .event_loops = 2, .workers = 4, .queue_max = 256};
}
