#include "authz/developer/member_marks.h"

#include "common/base/json_read.h"

err member_marks_role(json_t *object) {
    static const struct {
        str role;
        const char *mark;
    } marks[] = {{S_INIT("owner"), "is_owner"},
                 {S_INIT("admin"), "is_admin"},
                 {S_INIT("member"), "is_member"}};
    str role = json_read_str(object, "role");
    for (size_t i = 0; i < sizeof marks / sizeof marks[0]; i++)
        TRY(developer_set(object, marks[i].mark, json_boolean(str_eq(role, marks[i].role))));
    return OK;
}

err member_marks_add(const struct area *area, const json_t *doc, json_t *member) {
    bool owns = json_read_true(doc, "owns"), manages = json_read_true(doc, "manages");
    bool self = str_eq(json_read_str(member, "user_id"), area->account->user_id);
    TRY(member_marks_role(member));
    bool owner = json_read_true(member, "is_owner"), plain = json_read_true(member, "is_member");
    TRY(developer_set(member, "self", json_boolean(self)));
    TRY(developer_set(member, "may_edit", json_boolean(owns || (manages && (self || plain)))));
    TRY(developer_set(member, "may_role", json_boolean(owns && !self && !owner)));
    return developer_set(member, "may_remove",
                         json_boolean(!owner && !self && (owns || (manages && plain))));
}
