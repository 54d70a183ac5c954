/* What the commands of grants_tool share: the client and what came of the last ones. Each command
 * takes its words ("-" came as NULL, as those that are missing) and answers with one line. */
#ifndef RP_TESTS_GRANTS_TOOL_H
#define RP_TESTS_GRANTS_TOOL_H

#include "rp/include/hitkey_rp.h"

enum { TOOL_WORDS = 5 };

extern hk_rp *tool_rp;
extern hk_session *tool_session;

/* The code, the server's error code or "-", and `what`; for a failure its message instead. */
void tool_tell(int code, const hk_error *e, const char *what);
/* The same with `what` for failures too. */
void tool_tell_all(int code, const hk_error *e, const char *what);
/* The new session takes the old one's place and is told: type, sub, refreshable, scope. */
void tool_take(int code, const hk_error *e, hk_session *fresh);
/* A file's text, which the next call overwrites; NULL: there is none. */
const char *tool_read_file(const char *path);

void grant_commands_end(void);
void sign_in_commands_end(void);
void registration_commands_end(void);

#define COMMAND(name, words) void command_##name(char **word, hk_error *e);
#include "rp/tests/grants/commands.def"
#undef COMMAND

#endif
