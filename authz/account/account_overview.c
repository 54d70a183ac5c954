/* GET /account: what there is, at a glance. */
#include "authz/account/area.h"
#include "authz/endpoints/endpoints.h"

static err show(struct request *rq, struct area *area, struct response *rs) {
    return account_page(rq, rs, 200, ACCOUNT_SECTION_overview, &area->frame,
                        &(struct page){.template_name = "account_overview.html",
                                       .title = TEXT_overview_title,
                                       .lead = TEXT_overview_lead});
}

err account_overview(struct request *rq, struct response *rs) {
    return area_serve(rq, rs, AREA_SIGNED_IN, show);
}
