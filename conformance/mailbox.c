#include "conformance/mailbox.h"

#include <ctype.h>
#include <dirent.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>

#include "conformance/engine/memory.h"

enum { TRIES = 400, PAUSE_MS = 25, MAX_MAIL = 1 << 20, DIGITS = 6 };

static char *read_file(const char *path) {
    FILE *file = fopen(path, "rb");
    if (!file)
        return NULL;
    char *text = memory_new(MAX_MAIL + 1, 1);
    text[fread(text, 1, MAX_MAIL, file)] = '\0';
    fclose(file);
    return text;
}

/* The first run of exactly six digits behind the mail's head. */
static char *code_in(const char *mail) {
    const char *p = strstr(mail, "\r\n\r\n");
    for (p = p ? p : mail; *p; p++) {
        size_t run = strspn(p, "0123456789");
        if (run == DIGITS && p[-1] != '=' && !isalnum((unsigned char)p[-1]) &&
            !isalnum((unsigned char)p[DIGITS]))
            return memory_copy(p, DIGITS);
        p += run ? run - 1 : 0;
    }
    return NULL;
}

static char *code_of_file(const char *folder, const char *name, const char *address,
                          struct timespec *newest) {
    char *path = memory_format("%s/%s", folder, name), *to = memory_format("To: %s", address);
    struct stat status;
    char *code = NULL;
    char *mail = stat(path, &status) == 0 ? read_file(path) : NULL;
    bool newer =
        mail &&
        (status.st_mtim.tv_sec > newest->tv_sec ||
         (status.st_mtim.tv_sec == newest->tv_sec && status.st_mtim.tv_nsec >= newest->tv_nsec));
    if (newer && strstr(mail, to) && (code = code_in(mail)))
        *newest = status.st_mtim;
    free(mail);
    free(to);
    free(path);
    return code;
}

static char *look(const char *folder, const char *address, long since) {
    struct timespec newest = {.tv_sec = since};
    char *found = NULL;
    DIR *dir = opendir(folder);
    const struct dirent *entry;
    while (dir && (entry = readdir(dir))) {
        const char *ending = strrchr(entry->d_name, '.');
        char *code = ending && strcmp(ending, ".eml") == 0
                         ? code_of_file(folder, entry->d_name, address, &newest)
                         : NULL;
        if (!code)
            continue;
        free(found);
        found = code;
    }
    if (dir)
        closedir(dir);
    return found;
}

char *mailbox_code(const char *folder, const char *address, long since) {
    for (int i = 0; i < TRIES; i++) {
        char *code = look(folder, address, since);
        if (code)
            return code;
        nanosleep(&(struct timespec){.tv_nsec = PAUSE_MS * 1000000L}, NULL);
    }
    return NULL;
}
