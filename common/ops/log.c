#include "common/ops/log.h"

#include <assert.h>
#include <stdatomic.h>
#include <unistd.h>

#include "common/base/clock.h"
#include "common/base/json_put.h"
#include "common/base/utf8.h"

enum { LINE_MAX_BYTES = 4096, ARENA_BYTES = 32768 };

static _Atomic int level_now = LOG_INFO, format_now = LOG_JSON, fd_now = STDERR_FILENO;

static const char *const level_names[] = {"debug", "info", "warn", "error", "off"};

void log_setup(enum log_level level, enum log_format format, int fd) {
    atomic_store(&level_now, (int)level);
    atomic_store(&format_now, (int)format);
    atomic_store(&fd_now, fd);
}

bool log_on(enum log_level level) {
    return (int)level >= atomic_load(&level_now);
}

/* Fields that would outgrow the line are left out. */
static bool fits(const struct buf *line, const struct log_field *field) {
    size_t worst = strlen(field->name) + 6 * field->text.n + 40;
    return line->n + worst < LINE_MAX_BYTES;
}

/* RFC 8259 8.1: JSON is UTF-8. A reader must not lose the line over a stray byte. */
static str utf8_of(struct arena *arena, str text) {
    if (utf8_valid(text))
        return text;
    struct buf buf = buf_in(arena, LINE_MAX_BYTES);
    for (size_t i = 0; i < text.n; i++)
        buf_add_c(&buf, (unsigned char)text.p[i] < 0x80 ? text.p[i] : '?');
    return str_of(buf.p, buf.n);
}

static void put_json(struct json_put *j, const struct log_field *fields, size_t n) {
    for (size_t i = 0; i < n; i++) {
        if (!fits(&j->buf, &fields[i]))
            continue;
        if (fields[i].is_number)
            json_put_int(j, fields[i].name, fields[i].number);
        else
            json_put_str(j, fields[i].name, utf8_of(j->buf.arena, fields[i].text));
    }
}

struct entry {
    str time;
    enum log_level level;
    const char *event;
    const struct log_field *fields;
    size_t n;
};

static err json_line(struct arena *arena, const struct entry *entry, str *out) {
    struct json_put j = json_put_begin(arena, LINE_MAX_BYTES);
    json_put_open(&j, '{');
    json_put_str(&j, "time", entry->time);
    json_put_str(&j, "level", str_from(level_names[entry->level]));
    json_put_str(&j, "event", str_from(entry->event));
    put_json(&j, entry->fields, entry->n);
    json_put_close(&j, '}');
    return json_put_done(&j, out);
}

static bool is_word(str text) {
    for (size_t i = 0; i < text.n; i++)
        if (text.p[i] == ' ' || text.p[i] == '"' || text.p[i] == '=')
            return false;
    return text.n > 0;
}

/* Control characters and quotes as '?': a line stays one line, a value stays within its quotes. */
static void add_plain(struct buf *line, str text) {
    str quote = is_word(text) ? S("") : S("\"");
    buf_add(line, quote);
    for (size_t i = 0; i < text.n; i++) {
        unsigned char c = (unsigned char)text.p[i];
        bool plain = c >= 0x20 && c != 0x7f && c != '"';
        buf_add_c(line, plain ? text.p[i] : '?');
    }
    buf_add(line, quote);
}

static err text_line(struct arena *arena, const struct entry *entry, str *out) {
    struct buf line = buf_in(arena, LINE_MAX_BYTES);
    buf_addf(&line, "%.*s %-5s %s", STR_FMT(entry->time), level_names[entry->level], entry->event);
    const struct log_field *fields = entry->fields;
    for (size_t i = 0; i < entry->n; i++) {
        bool absent = !fields[i].is_number && !str_present(fields[i].text);
        if (absent || !fits(&line, &fields[i]))
            continue;
        buf_addf(&line, " %s=", fields[i].name);
        if (fields[i].is_number)
            buf_addf(&line, "%lld", (long long)fields[i].number);
        else
            add_plain(&line, fields[i].text);
    }
    return buf_str(&line, out);
}

static err write_line(struct arena *arena, struct entry *entry) {
    str line;
    TRY(clock_iso8601(arena, clock_now_ms(), &entry->time));
    TRY(atomic_load(&format_now) == LOG_JSON ? json_line(arena, entry, &line)
                                             : text_line(arena, entry, &line));
    TRY(STR_JOIN(arena, &line, line, S("\n")));
    ssize_t written = write(atomic_load(&fd_now), line.p, line.n);
    REQUIRE(written == (ssize_t)line.n, io, "the log could not be written");
    return OK;
}

/* The line's own members: a second one of the name would be another value for some readers. */
static bool is_own_member(const char *name) {
    return strcmp(name, "time") == 0 || strcmp(name, "level") == 0 || strcmp(name, "event") == 0;
}

void log_write(enum log_level level, const char *event, const struct log_field *fields, size_t n) {
    for (size_t i = 0; i < n; i++)
        assert(!is_own_member(fields[i].name));
    if (!log_on(level))
        return;
    struct arena *arena = arena_new(ARENA_BYTES);
    if (!arena)
        return;
    struct entry entry = {.level = level, .event = event, .fields = fields, .n = n};
    err lost = write_line(arena, &entry);
    (void)lost; /* there is nobody left to tell */
    arena_free(arena);
}

void log_err(enum log_level level, const char *event, err e) {
    LOG(level, event, LOG_STR("code", str_from(err_name(e.code))), LOG_STR("why", str_from(e.why)),
        LOG_STR("at", str_from(e.at)));
}
