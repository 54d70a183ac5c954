/* Scope-bound ownership of foreign handles: AUTO(json_ref) doc = NULL; calls json_ref_drop(&doc)
 * when the scope ends. */
#ifndef COMMON_BASE_SCOPE_H
#define COMMON_BASE_SCOPE_H

#define AUTO(type) __attribute__((cleanup(type##_drop))) type

#endif
