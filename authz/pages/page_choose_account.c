#include "authz/pages/page.h"

enum { ACCOUNT_VALUES = 3 };

/* One row of the list: its three values, and the scope that holds them. */
static void row_of(const struct page_account *account, struct template_value *values,
                   struct template_scope *row) {
    values[0] = (struct template_value){.name = "user_id", .text = account->user_id};
    values[1] = (struct template_value){.name = "name", .text = account->name};
    values[2] = (struct template_value){.name = "email", .text = account->email};
    *row = (struct template_scope){.values = values, .n = ACCOUNT_VALUES};
}

err page_choose_account(struct request *rq, struct response *rs, int status,
                        const struct page_choose_account *page) {
    struct template_scope *rows = arena_array(rq->arena, page->n, sizeof *rows);
    struct template_value *cells = arena_array(rq->arena, page->n * ACCOUNT_VALUES, sizeof *cells);
    REQUIRE(rows && cells, no_memory, "the list of accounts is too long");
    for (size_t i = 0; i < page->n; i++)
        row_of(&page->accounts[i], cells + i * ACCOUNT_VALUES, &rows[i]);

    const struct template_value values[] = {
        {.name = "accounts", .rows = rows, .row_count = page->n}};
    return page_render(rq, rs, status,
                       &(struct page){.template_name = "choose_account.html",
                                      .title = TEXT_choose_account_title,
                                      .lead = TEXT_to_continue,
                                      .frame = &page->frame,
                                      .values = values,
                                      .n = 1});
}
