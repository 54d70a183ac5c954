#include "rp/engine/doc.h"

#include "common/base/json_read.h"

enum { OVERHEAD = 64 * 1024 };

static err fill(hk_doc *doc, json_t *json, str text) {
    doc->json = json_incref(json);
    if (str_present(text))
        return str_dup(doc->arena, text, &doc->text);
    return json_read_dump(doc->arena, json, &doc->text);
}

err doc_new(const struct memory *memory, json_t *json, str text, hk_doc **out) {
    size_t known = str_present(text) ? text.n : (size_t)1 << 24;
    struct arena *arena = arena_new_in(memory, OVERHEAD + 4 * known);
    hk_doc *doc = arena ? ARENA_NEW(arena, struct hk_doc) : NULL;
    if (!doc) {
        arena_free(arena);
        return FAIL(no_memory, "there is no memory for an answer");
    }
    doc->arena = arena;
    err e = fill(doc, json, text);
    if (failed(e))
        hk_doc_free(doc);
    else
        *out = doc;
    return e;
}

hk_str hk_doc_json(const hk_doc *doc) {
    return doc ? hk_str_of(doc->text) : (hk_str){NULL, 0};
}

hk_str hk_doc_str(const hk_doc *doc, const char *member) {
    bool there = doc && doc->json && member;
    return there ? hk_str_of(json_read_str(doc->json, member)) : (hk_str){NULL, 0};
}

int hk_doc_int(const hk_doc *doc, const char *member, int64_t *out) {
    bool there = doc && doc->json && member && out && json_read_int(doc->json, member, out);
    return there ? HK_OK : HK_E_ARG;
}

int hk_doc_true(const hk_doc *doc, const char *member) {
    return doc && doc->json && member && json_read_true(doc->json, member);
}

void hk_doc_free(hk_doc *doc) {
    if (!doc)
        return;
    json_decref(doc->json);
    arena_free(doc->arena);
}
