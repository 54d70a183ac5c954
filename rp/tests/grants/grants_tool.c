/* The calls without a browser on the command line, for tests with other people's providers: reads
 * commands (commands.def), one a line, and answers each with one line: the code, then what came of
 * it.
 *
 *     grants_tool ISSUER CLIENT_ID [secret=TEXT] [key=FILE] [certificate=FILE,KEY_FILE]
 *                 [redirect_uri=URI] [scopes=TEXT] [SETTING=VALUE...]
 *
 * CLIENT_ID "-": not registered yet. */
#include <stdio.h>
#include <string.h>

#include "rp/tests/grants/tool.h"

hk_rp *tool_rp;
hk_session *tool_session;

void tool_tell_all(int code, const hk_error *e, const char *what) {
    const char *oauth = code < 0 && e->oauth[0] ? e->oauth : "-";
    printf("%s %s %s\n", hk_code_name(code), oauth, what);
    fflush(stdout);
}

void tool_tell(int code, const hk_error *e, const char *what) {
    tool_tell_all(code, e, code < 0 ? e->msg : what);
}

static const char *or_dash(hk_str text) {
    return text.p ? text.p : "-";
}

void tool_take(int code, const hk_error *e, hk_session *fresh) {
    char text[512];
    if (fresh) {
        hk_session_free(tool_session);
        tool_session = fresh;
    }
    snprintf(text, sizeof text, "%s %s %s %s", or_dash(hk_token_type(tool_session)),
             or_dash(hk_sub(tool_session)), hk_refresh_token(tool_session).p ? "refreshable" : "-",
             or_dash(hk_scope(tool_session)));
    tool_tell(code, e, text);
}

const char *tool_read_file(const char *path) {
    static char text[16384];
    FILE *file = fopen(path, "re");
    if (!file)
        return NULL;
    text[fread(text, 1, sizeof text - 1, file)] = 0;
    fclose(file);
    return text;
}

static const struct {
    const char *name;
    void (*run)(char **word, hk_error *e);
} commands[] = {
#define COMMAND(name, words) {#name, command_##name},
#include "rp/tests/grants/commands.def"
#undef COMMAND
};

static char *next_word(char **rest) {
    char *text = strsep(rest, "|");
    return text && *text && strcmp(text, "-") != 0 ? text : NULL;
}

static void obey(char *line) {
    hk_error e = HK_ERROR_INIT;
    char *word[TOOL_WORDS];
    const char *name = next_word(&line);
    for (size_t i = 0; i < TOOL_WORDS; i++)
        word[i] = next_word(&line);
    for (size_t i = 0; name && i < sizeof commands / sizeof commands[0]; i++)
        if (strcmp(commands[i].name, name) == 0)
            commands[i].run(word, &e);
}

static void set_secret(hk_cfg *cfg, char *value) {
    hk_cfg_secret(cfg, value);
}

static void set_key(hk_cfg *cfg, char *value) {
    hk_cfg_private_key(cfg, tool_read_file(value), "client", "ES256");
}

static void set_certificate(hk_cfg *cfg, char *value) {
    const char *certificate = strsep(&value, ",");
    hk_cfg_certificate(cfg, certificate, value);
}

static void set_redirect_uri(hk_cfg *cfg, char *value) {
    hk_cfg_redirect_uri(cfg, value);
}

static void set_scopes(hk_cfg *cfg, char *value) {
    hk_cfg_scopes(cfg, value);
}

static const struct {
    const char *name;
    void (*set)(hk_cfg *cfg, char *value);
} setters[] = {
    {"secret", set_secret},           {"key", set_key},
    {"certificate", set_certificate}, {"redirect_uri", set_redirect_uri},
    {"scopes", set_scopes},
};

static void set(hk_cfg *cfg, char *setting) {
    const char *name = strsep(&setting, "=");
    for (size_t i = 0; i < sizeof setters / sizeof setters[0]; i++) {
        if (strcmp(name, setters[i].name) == 0) {
            setters[i].set(cfg, setting);
            return;
        }
    }
    hk_cfg_set(cfg, name, setting);
}

static int start(int argc, char **argv) {
    hk_error e = HK_ERROR_INIT;
    hk_cfg *cfg = hk_cfg_new(argv[1], strcmp(argv[2], "-") == 0 ? NULL : argv[2]);
    hk_cfg_redirect_uri(cfg, "http://localhost:9/callback");
    hk_cfg_scopes(cfg, "openid email");
    for (int i = 3; i < argc; i++)
        set(cfg, argv[i]);
    int code = hk_rp_new(cfg, &tool_rp, &e);
    if (code)
        fprintf(stderr, "%s: %s\n", e.msg, e.fix);
    return code;
}

int main(int argc, char **argv) {
    static char line[16384];
    if (argc < 3)
        return 2;
    if (start(argc, argv))
        return 1;
    while (fgets(line, sizeof line, stdin)) {
        line[strcspn(line, "\n")] = 0;
        obey(line);
    }
    grant_commands_end();
    sign_in_commands_end();
    registration_commands_end();
    hk_session_free(tool_session);
    hk_rp_free(tool_rp);
    return 0;
}
