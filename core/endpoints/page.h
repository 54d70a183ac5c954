/* A long list, a page at a time: a JSON array of at most 100 rows, fewer where they are long.
 * `?after=<id of the last row>` asks for those behind it; a Link header says that there are any
 * (RFC 8288). */
#ifndef CORE_ENDPOINTS_PAGE_H
#define CORE_ENDPOINTS_PAGE_H

#include "common/base/json_put.h"
#include "common/db/db.h"
#include "common/http/http.h"

struct page {
    struct json_put j;
    struct arena *scratch; /* of one row */
    int64_t now_ms;
    str after; /* of the request, or absent */
    str last;  /* the id of the row written last */
    bool more;
};
/* Writes one row with page->scratch, and tells its id, which may live there. */
typedef err page_put_fn(struct page *page, struct db_rows *rows, str *id);

/* Reads `after`, opens the array. */
err page_begin(struct request *rq, struct page *out) MUST_CHECK;
/* Writes the rows, as many as there is room for. */
err page_fill(struct request *rq, struct page *page, struct db_rows *rows,
              page_put_fn *put) MUST_CHECK;
err page_end(struct request *rq, struct response *rs, struct page *page) MUST_CHECK;

/* AUTO(page_ref) page: the scratch arena goes at the end of the scope. */
typedef struct page page_ref;
void page_ref_drop(page_ref *page);

#endif
