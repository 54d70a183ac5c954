/* The handlers of the developer area (authz/routes.def): GET shows, POST does what a button says.
 * CALLER_ANYONE for GET, CALLER_BROWSER and BODY_FORM for POST; DIALECT_PAGE, RUN_WORKER. */
#ifndef AUTHZ_DEVELOPER_PAGES_H
#define AUTHZ_DEVELOPER_PAGES_H

#include "common/http/http.h"

handler_fn developer_apps;       /* /developer: a person's own apps */
handler_fn developer_app;        /* /developer/apps/:client_id: one app, also one of a project */
handler_fn developer_app_secret; /* …/secret */
handler_fn developer_app_delete; /* …/delete */

handler_fn developer_projects;       /* /developer/projects */
handler_fn developer_members;        /* /developer/projects/:slug: members and invites */
handler_fn developer_member;         /* …/members/:id */
handler_fn developer_permissions;    /* …/permissions */
handler_fn developer_project_apps;   /* …/apps */
handler_fn developer_project;        /* …/settings */
handler_fn developer_project_give;   /* …/give */
handler_fn developer_project_delete; /* …/delete */

#endif
