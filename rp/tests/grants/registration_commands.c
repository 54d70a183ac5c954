/* A client that registers itself, and looks after its registration (RFC 7591, RFC 7592). */
#include "rp/tests/grants/tool.h"

static hk_doc *registration;

static void keep(int code, const hk_error *e, hk_doc *doc) {
    if (doc) {
        hk_doc_free(registration);
        registration = doc;
    }
    tool_tell(code, e, doc ? hk_doc_json(doc).p : "");
}

void command_register(char **word, hk_error *e) {
    hk_doc *doc;
    int code = hk_register(tool_rp, word[0], word[1], &doc, e);
    keep(code, e, doc);
}

void command_registration(char **word, hk_error *e) {
    hk_doc *doc;
    int code = hk_registration(tool_rp, hk_doc_json(registration).p, word[0], &doc, e);
    keep(code, e, doc);
}

void command_unregister(char **word, hk_error *e) {
    (void)word;
    tool_tell(hk_unregister(tool_rp, hk_doc_json(registration).p, e), e, "gone");
}

void registration_commands_end(void) {
    hk_doc_free(registration);
}
