#include "core/mails.h"

#include "common/base/json_put.h"
#include "common/base/json_read.h"
#include "common/base/random.h"
#include "common/text/sentence.h"
#include "core/mail_layout.h"
#include "core/mail_texts.h"
#include "core/person_text.h"

enum { MAX_SEALED = 16 * 1024, ID_BYTES = 16, DAY_MS = 24 * 60 * MINUTE_MS };

static const str aad = S_INIT("outbox");

static const struct mail_row_of_kind {
    const char *name;
    enum outbox_class class;
    int64_t life_ms;
    enum mail_text subject, lead, button, hint, note;
} kinds[] = {
#define MAIL(kind, class, life_ms, button, hint, note)                                             \
    [MAIL_##kind] = {#kind,                                                                        \
                     OUTBOX_##class,                                                               \
                     (life_ms),                                                                    \
                     MAIL_TEXT_##kind##_subject,                                                   \
                     MAIL_TEXT_##kind##_lead,                                                      \
                     MAIL_TEXT_##button,                                                           \
                     MAIL_TEXT_##hint,                                                             \
                     MAIL_TEXT_##note},
#include "core/mails.def"
#undef MAIL
};

/* --- what waits ------------------------------------------------------------------------------- */

static enum language language_for(const struct request *rq, const struct mail_values *values) {
    enum language language;
    return language_find(values->locale, &language) ? language : language_of(rq);
}

static err seal_values(struct request *rq, enum mail_kind kind, str to,
                       const struct mail_values *values, str *sealed) {
    struct json_put j = json_put_begin(rq->arena, MAX_SEALED);
    str id, project, person, text;
    TRY(random_hex(rq->arena, STR_ABSENT, ID_BYTES, &id));
    TRY(person_text_tame(rq->arena, values->project, &project));
    TRY(person_text_tame(rq->arena, values->person, &person));
    json_put_open(&j, '{');
    json_put_str(&j, "id", id);
    json_put_str(&j, "kind", str_from(kinds[kind].name));
    json_put_str(&j, "language", language_tag(language_for(rq, values)));
    json_put_str(&j, "to", to);
    json_put_str(&j, "code", values->code);
    json_put_str(&j, "link", values->link);
    json_put_str(&j, "address", values->address);
    json_put_str(&j, "project", project);
    json_put_str(&j, "person", person);
    json_put_close(&j, '}');
    TRY(json_put_done(&j, &text));
    return seal(&core_of(rq)->seal_key, aad, text, rq->arena, sealed);
}

static err hash_recipient(struct request *rq, enum outbox_class class, str to, str *out) {
    static const char *const purposes[OUTBOX_CLASSES] = {[OUTBOX_ASKED] = "mail asked for",
                                                         [OUTBOX_TOLD] = "mail told",
                                                         [OUTBOX_NOTICE] = "mail notice"};
    return core_keyed_hash(core_of(rq), rq->arena, purposes[class], to, out);
}

static err hash_cause(struct request *rq, enum mail_kind kind, str to, str cause, str *out) {
    str text;
    *out = STR_ABSENT;
    if (!str_present(cause))
        return OK;
    TRY(STR_JOIN(rq->arena, &text, str_from(kinds[kind].name), S(" "), to, S(" "), cause));
    return core_keyed_hash(core_of(rq), rq->arena, "mail cause", text, out);
}

err mails_write(struct request *rq, enum mail_kind kind, str to, const struct mail_values *values,
                struct outbox_mail *out) {
    static const struct mail_values nothing;
    const struct mail_row_of_kind *row = &kinds[kind];
    if (!values)
        values = &nothing;
    *out = (struct outbox_mail){
        .class = row->class,
        .now_ms = rq->now_ms,
        .expires_ms = rq->now_ms + row->life_ms,
        .cause_until_ms = rq->now_ms + (values->cause_ms ? values->cause_ms : row->life_ms)};
    TRY(hash_recipient(rq, row->class, to, &out->recipient));
    TRY(hash_cause(rq, kind, to, values->cause, &out->cause));
    return seal_values(rq, kind, to, values, &out->sealed);
}

/* --- what goes out ---------------------------------------------------------------------------- */

static const struct mail_row_of_kind *find_kind(str name) {
    for (size_t i = 0; i < MAIL_KINDS; i++)
        if (str_eq(name, str_from(kinds[i].name)))
            return &kinds[i];
    return NULL;
}

/* A sentence of the mail; absent where the kind has none. */
struct wording {
    struct arena *arena;
    enum language language;
    struct template_scope numbers;
};

static err say(const struct wording *in, enum mail_text key, str *out) {
    const struct template_value sentence = mail_texts_value("", in->language, key);
    *out = STR_ABSENT;
    return key == MAIL_TEXT_NONE ? OK : sentence_fill(in->arena, &sentence, &in->numbers, out);
}

static err say_all(const struct wording *in, const struct mail_row_of_kind *kind,
                   struct mail_layout *out) {
    const struct {
        enum mail_text key;
        str *to;
    } sentences[] = {{kind->subject, &out->subject},
                     {MAIL_TEXT_hello, &out->hello},
                     {kind->lead, &out->lead},
                     {MAIL_TEXT_project_label, &out->rows[0].label},
                     {MAIL_TEXT_person_label, &out->rows[1].label},
                     {MAIL_TEXT_address_label, &out->rows[2].label},
                     {kind->button, &out->button},
                     {MAIL_TEXT_link_label, &out->link_label},
                     {kind->hint, &out->hint},
                     {kind->note, &out->note},
                     {MAIL_TEXT_footer, &out->footer}};
    for (size_t i = 0; i < sizeof sentences / sizeof sentences[0]; i++)
        TRY(say(in, sentences[i].key, sentences[i].to));
    return OK;
}

static err number(struct arena *arena, int64_t n, str *out) {
    return str_printf(arena, out, "%lld", (long long)n);
}

static err lay_out(struct arena *arena, const json_t *doc, struct mail_layout *out) {
    const struct mail_row_of_kind *kind = find_kind(json_read_str(doc, "kind"));
    bool known = language_find(json_read_str(doc, "language"), &out->language);
    REQUIRE(kind && known, bad_request, "a waiting mail is of no kind that there is");
    struct template_value numbers[] = {{.name = "minutes"}, {.name = "days"}};
    const struct wording wording = {arena, out->language, {numbers, 2, NULL}};
    TRY(number(arena, kind->life_ms / MINUTE_MS, &numbers[0].text));
    TRY(number(arena, kind->life_ms / DAY_MS, &numbers[1].text));
    out->rows[0].value = json_read_str(doc, "project");
    out->rows[1].value = json_read_str(doc, "person");
    out->rows[2].value = json_read_str(doc, "address");
    out->code = json_read_str(doc, "code");
    out->link = json_read_str(doc, "link");
    return say_all(&wording, kind, out);
}

static err compose(struct arena *arena, const json_t *doc, struct mail *out) {
    struct mail_layout layout = {.language = 0};
    TRY(lay_out(arena, doc, &layout));
    TRY(str_dup(arena, json_read_str(doc, "id"), &out->id));
    TRY(str_dup(arena, json_read_str(doc, "to"), &out->to));
    out->subject = layout.subject;
    TRY(mail_layout_text(arena, &layout, &out->text));
    return mail_layout_html(arena, &layout, &out->html);
}

err mails_open(const struct core *core, struct arena *arena, str sealed, struct mail *out) {
    AUTO(json_ref) doc = NULL;
    str text;
    TRY(seal_open(&core->seal_key, aad, sealed, arena, &text));
    TRY(json_read_object(text, &doc));
    return compose(arena, doc, out);
}
