#include "common/net/mail.h"

#include <curl/curl.h>
#include <errno.h>
#include <fcntl.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "common/base/clock.h"
#include "common/base/fd_ref.h"
#include "common/base/random.h"
#include "common/net/curl_trust.h"
#include "common/ops/log.h"

enum { CONNECT_TIMEOUT_MS = 10000, TIMEOUT_MS = 30000, ARENA = 64 * 1024 };

struct mailer {
    struct mailer_options options;
    struct curl_trust trust;
    struct arena *arena;
    _Atomic bool interrupted;
};

typedef CURL *curl_ref;
static void curl_ref_drop(curl_ref *curl) {
    curl_easy_cleanup(*curl);
}
typedef struct curl_slist *slist_ref;
static void slist_ref_drop(slist_ref *list) {
    curl_slist_free_all(*list);
}

static err copy_options(struct mailer *mailer, const struct mailer_options *options) {
    struct mailer_options *own = &mailer->options;
    TRY(str_dup(mailer->arena, options->smtp_url, &own->smtp_url));
    TRY(str_dup(mailer->arena, options->spool_dir, &own->spool_dir));
    TRY(str_dup(mailer->arena, options->from, &own->from));
    TRY(str_dup(mailer->arena, options->from_name, &own->from_name));
    TRY(curl_trust_load(options->ca_file, &mailer->trust));
    if (str_present(own->smtp_url))
        return OK;
    REQUIRE(mkdir(own->spool_dir.p, 0700) == 0 || errno == EEXIST, io,
            "the mail folder cannot be made");
    return OK;
}

err mailer_new(const struct mailer_options *options, struct mailer **out) {
    struct mailer *mailer = calloc(1, sizeof *mailer);
    REQUIRE(mailer, no_memory, "there is no memory for mail");
    mailer->arena = arena_new(ARENA);
    err e = mailer->arena ? copy_options(mailer, options)
                          : FAIL(no_memory, "there is no memory for mail");
    if (failed(e))
        mailer_free(mailer);
    else
        *out = mailer;
    return e;
}

void mailer_free(struct mailer *mailer) {
    if (!mailer)
        return;
    curl_trust_free(&mailer->trust);
    arena_free(mailer->arena);
    free(mailer);
}

/* Under its name only when it is whole and on the disk; a part of an earlier try is written over.
 */
static err spool(const struct mailer *mailer, struct arena *arena, str id, str text) {
    str path, temporary;
    str dir = mailer->options.spool_dir;
    TRY(STR_JOIN(arena, &path, dir, S("/"), id, S(".eml")));
    TRY(STR_JOIN(arena, &temporary, dir, S("/."), id, S(".part")));
    AUTO(fd_ref) folder = open(dir.p, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    AUTO(fd_ref)
    file = open(temporary.p, O_WRONLY | O_CREAT | O_TRUNC | O_NOFOLLOW | O_CLOEXEC, 0600);
    bool done = folder >= 0 && file >= 0 && write(file, text.p, text.n) == (ssize_t)text.n &&
                fsync(file) == 0 && rename(temporary.p, path.p) == 0 && fsync(folder) == 0;
    REQUIRE(done, io, "a mail cannot be written to the mail folder");
    return OK;
}

/* --- SMTP ------------------------------------------------------------------------------------- */

/* How far a conversation came. */
enum stage { STAGE_CONNECT, STAGE_SENDER, STAGE_RECIPIENT, STAGE_DATA };

struct upload {
    struct mailer *mailer;
    str rest;
    enum stage stage;
};

/* Told of each command that libcurl sends. */
static int watch(CURL *curl, curl_infotype type, char *data, size_t size, void *user) {
    static const str commands[] = {[STAGE_SENDER] = S_INIT("MAIL FROM:"),
                                   [STAGE_RECIPIENT] = S_INIT("RCPT TO:"),
                                   [STAGE_DATA] = S_INIT("DATA\r\n")};
    struct upload *upload = user;
    (void)curl;
    for (size_t i = STAGE_SENDER; type == CURLINFO_HEADER_OUT && i <= STAGE_DATA; i++)
        if (str_starts(str_of(data, size), commands[i]))
            upload->stage = (enum stage)i;
    return 0;
}

static int go_on(void *user, curl_off_t all_down, curl_off_t down, curl_off_t all_up,
                 curl_off_t up) {
    const struct upload *upload = user;
    (void)all_down, (void)down, (void)all_up, (void)up;
    return atomic_load(&upload->mailer->interrupted);
}

/* RFC 5321 4.2.1: 5yz of the recipient or the text is for good, and so is a mail that is too large
 * (RFC 1870 6.1: 552 to MAIL). What the server has against the sender or the password is not the
 * mail's fault. */
static bool is_for_good(enum stage stage, long reply) {
    if (stage == STAGE_SENDER)
        return reply == 552;
    return stage >= STAGE_RECIPIENT && reply >= 500 && reply <= 599;
}

static size_t read_upload(char *to, size_t size, size_t n, void *user) {
    struct upload *upload = user;
    str part = str_head(upload->rest, size * n);
    if (part.n)
        memcpy(to, part.p, part.n);
    upload->rest = str_from_pos(upload->rest, part.n);
    return part.n;
}

static void set_up(CURL *curl, struct mailer *mailer, struct curl_slist *to,
                   struct upload *upload) {
    /* RFC 8314: TLS is used wherever the server has it; a password never goes without. */
    bool password = str_find(mailer->options.smtp_url, '@') < mailer->options.smtp_url.n;
    curl_easy_setopt(curl, CURLOPT_URL, mailer->options.smtp_url.p);
    curl_easy_setopt(curl, CURLOPT_PROTOCOLS_STR, "smtp,smtps");
    curl_easy_setopt(curl, CURLOPT_USE_SSL, (long)(password ? CURLUSESSL_ALL : CURLUSESSL_TRY));
    curl_easy_setopt(curl, CURLOPT_MAIL_FROM, mailer->options.from.p);
    curl_easy_setopt(curl, CURLOPT_MAIL_RCPT, to);
    curl_easy_setopt(curl, CURLOPT_UPLOAD, 1L);
    curl_easy_setopt(curl, CURLOPT_READFUNCTION, read_upload);
    curl_easy_setopt(curl, CURLOPT_READDATA, upload);
    curl_easy_setopt(curl, CURLOPT_CONNECTTIMEOUT_MS, (long)CONNECT_TIMEOUT_MS);
    curl_easy_setopt(curl, CURLOPT_TIMEOUT_MS, (long)TIMEOUT_MS);
    curl_easy_setopt(curl, CURLOPT_NOSIGNAL, 1L);
    curl_easy_setopt(curl, CURLOPT_VERBOSE, 1L); /* for watch() alone: it writes nothing */
    curl_easy_setopt(curl, CURLOPT_DEBUGFUNCTION, watch);
    curl_easy_setopt(curl, CURLOPT_DEBUGDATA, upload);
    curl_easy_setopt(curl, CURLOPT_NOPROGRESS, 0L);
    curl_easy_setopt(curl, CURLOPT_XFERINFOFUNCTION, go_on);
    curl_easy_setopt(curl, CURLOPT_XFERINFODATA, upload);
    curl_trust_apply(&mailer->trust, curl);
}

static err send_smtp(struct mailer *mailer, struct arena *arena, str to, str text) {
    const char *address;
    TRY(str_to_c(arena, to, &address));
    struct upload upload = {.mailer = mailer, .rest = text};
    AUTO(curl_ref) curl = curl_easy_init();
    AUTO(slist_ref) recipients = curl_slist_append(NULL, address);
    REQUIRE(curl && recipients, no_memory, "there is no memory to send a mail");
    set_up(curl, mailer, recipients, &upload);
    CURLcode code = curl_easy_perform(curl);
    if (code == CURLE_OK)
        return OK;
    long reply = 0;
    curl_easy_getinfo(curl, CURLINFO_RESPONSE_CODE, &reply);
    LOG(LOG_WARN, "mail not sent", LOG_STR("problem", str_from(curl_easy_strerror(code))),
        LOG_INT("reply", reply));
    REQUIRE(!is_for_good(upload.stage, reply), bad_request,
            "the mail server refuses a mail for good");
    return FAIL(io, "the mail server did not take a mail");
}

err mailer_send(struct mailer *mailer, struct arena *arena, const struct mail *mail) {
    str id = mail->id, text;
    if (!str_present(id))
        TRY(random_hex(arena, STR_ABSENT, 16, &id));
    TRY(mail_compose(arena, &mailer->options, mail, clock_now_ms(), id, &text));
    return str_present(mailer->options.smtp_url) ? send_smtp(mailer, arena, mail->to, text)
                                                 : spool(mailer, arena, id, text);
}

void mailer_interrupt(struct mailer *mailer) {
    atomic_store(&mailer->interrupted, true);
}
