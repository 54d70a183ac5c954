/* Projects and people in them, for tests:
 *
 *     struct person ada = person("ada@example.com");
 *     char *slug = project_of(&ada, "Engine", false);
 */
#ifndef CORE_TESTS_PROJECT_HELPER_H
#define CORE_TESTS_PROJECT_HELPER_H

#include "core_helper.h"

struct person {
    char *token, *id;
    char email[64];
};

/* Registers; give it to person_free. */
struct person person(const char *email);
void person_free(struct person *person);
/* Its slug; the caller frees it. */
char *project_of(const struct person *owner, const char *name, bool is_public);
/* "/projects/<slug><rest>", rest formatted; in one of a few static buffers. */
const char *at(const char *slug, const char *rest, ...) __attribute__((format(printf, 2, 3)));
/* What authz learns of somebody in a project. */
struct answer standing_of(const char *slug, const struct person *person);
/* Asserts it: "owner", or "none". */
void assert_role(const char *slug, const struct person *person, const char *role);
/* A text member of an answer that is not freed, NULL if there is none. */
const char *text_of(const struct answer *answer, const char *name);
/* A 422 for this field, and no other status. */
void expect_field(const char *field, const char *rule, struct answer answer);

#endif
