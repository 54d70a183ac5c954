/* Finding people. Everywhere only by what one must know already (a whole address, username or
 * display name), so that nobody can walk through all of them; in a project by how those begin, for
 * its members see each other anyway. */
#ifndef CORE_STORE_USER_SEARCH_H
#define CORE_STORE_USER_SEARCH_H

#include "common/db/db.h"

enum { USER_SEARCH_MOST = 10 };

struct user_found {
    str id, profile;
    str email; /* the default address; absent if the searcher may not see it */
};

struct user_search {
    str text;       /* folded */
    str project_id; /* among its members; absent: everywhere */
};

/* Inside a transaction: at most USER_SEARCH_MOST, those who have the text whole before others. An
 * address is shown to whoever gave it, and to members of the project. */
err user_search(struct tx *tx, struct arena *arena, const struct user_search *search,
                struct user_found *out, size_t *n) MUST_CHECK;

#endif
