/* Two people and what they do in the developer area. */
#ifndef AUTHZ_TESTS_DEVELOPER_HELPER_H
#define AUTHZ_TESTS_DEVELOPER_HELPER_H

#include "authz/tests/home_helper.h"

/* ann@ and bob@example.com, signed in, while the world of developer_open() is there. */
extern struct browser *ann, *bob;

int developer_open(void **state);
int developer_close(void **state);

/* The three in one, for a while. */
const char *join(const char *a, const char *b, const char *c);
const char *app_page(const char *id, const char *rest);
const char *project_page(const char *slug, const char *rest);
/* POST to the API as ann; a member of the 201. */
void made(const char *path, const char *json, const char *member, char out[256]);
/* A client id and a slug of ann's; each holds until the next. */
const char *app(void);
const char *project(void);
void expect(struct browser *b, int status, const char *shown);
/* Posts a form of the page `path`; the browser is on the page that follows. */
void send_form(struct browser *b, const char *path, const char *fields);

#endif
