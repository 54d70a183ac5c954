#include "keys/master.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "keys/tests/keys_helper.h"

static char dir[64], path[96];

static int open_folder(void **state) {
    (void)state;
    unsetenv("HITKEY_MASTER_KEY");
    unsetenv("CREDENTIALS_DIRECTORY");
    helper_folder(dir);
    snprintf(path, sizeof path, "%s/master.key", dir);
    return 0;
}

static int remove_folder(void **state) {
    (void)state;
    unsetenv("HITKEY_MASTER_KEY");
    unsetenv("CREDENTIALS_DIRECTORY");
    helper_remove(dir);
    return 0;
}

static void write_file(const char *to, const char *text, mode_t mode) {
    unlink(to);
    int fd = open(to, O_WRONLY | O_CREAT | O_EXCL, 0600);
    assert_true(fd >= 0);
    assert_int_equal(write(fd, text, strlen(text)), strlen(text));
    assert_int_equal(fchmod(fd, mode), 0);
    close(fd);
}

#define HEX32 "000102030405060708090a0b0c0d0e0f"

static void a_file_that_others_can_use_is_refused(void **state) {
    (void)state;
    static const mode_t modes[] = {0640, 0604, 0660, 0601, 0610, 0602, 0644, 0777};
    struct master_key key;
    for (size_t i = 0; i < COUNT(modes); i++) {
        write_file(path, HEX32 HEX32 "\n", modes[i]);
        assert_err(master_key_load(dir, NULL, true, &key), config);
        assert_err(master_key_load(dir, path, false, &key), config);
    }
}

static void a_text_that_is_not_64_hex_digits_is_refused(void **state) {
    (void)state;
    static const char *const texts[] = {"",
                                        "\n",
                                        HEX32,
                                        HEX32 HEX32 "00",
                                        HEX32 HEX32 "0",
                                        HEX32 "g" HEX32,
                                        HEX32 " " HEX32,
                                        "0x" HEX32 HEX32,
                                        HEX32 HEX32 "\nmore",
                                        HEX32 "000102030405060708090a0b0c0d0e0x"};
    struct master_key key;
    for (size_t i = 0; i < COUNT(texts); i++) {
        write_file(path, texts[i], 0600);
        assert_err(master_key_load(dir, NULL, true, &key), config);
        setenv("HITKEY_MASTER_KEY", texts[i], 1);
        assert_err(master_key_load(dir, NULL, true, &key), config);
        unsetenv("HITKEY_MASTER_KEY");
    }
}

static void a_missing_file_is_made_only_when_asked(void **state) {
    (void)state;
    struct master_key key;
    char elsewhere[96];
    snprintf(elsewhere, sizeof elsewhere, "%s/elsewhere", dir);
    assert_err(master_key_load(dir, NULL, false, &key), config);
    assert_err(master_key_load(dir, elsewhere, true, &key), config);
    assert_int_not_equal(access(elsewhere, F_OK), 0);
    assert_int_not_equal(access(path, F_OK), 0);
}

static void a_made_key_is_private_and_stays(void **state) {
    (void)state;
    struct master_key made, read;
    struct stat status;
    mode_t mask = umask(0);
    assert_ok(master_key_load(dir, NULL, true, &made));
    umask(mask);
    assert_int_equal(stat(path, &status), 0);
    assert_int_equal(status.st_mode & 07777, 0600);
    assert_int_equal(status.st_size, 64);
    assert_int_equal(status.st_nlink, 1);
    assert_ok(master_key_load(dir, NULL, true, &read));
    assert_memory_equal(made.bytes, read.bytes, 32);
    static const uint8_t zeros[32];
    assert_memory_not_equal(made.bytes, zeros, 32);
}

static void the_environment_and_credentials_come_before_the_folder(void **state) {
    (void)state;
    struct master_key key;
    char credentials[80], file[96];
    snprintf(credentials, sizeof credentials, "%s/credentials", dir);
    assert_int_equal(mkdir(credentials, 0700), 0);
    snprintf(file, sizeof file, "%s/master.key", credentials);
    write_file(path, HEX32 HEX32, 0600);
    write_file(file, "ff" HEX32 "0102030405060708090a0b0c0d0e0f\n", 0400);
    assert_ok(master_key_load(dir, NULL, false, &key));
    assert_int_equal(key.bytes[0], 0);
    setenv("CREDENTIALS_DIRECTORY", credentials, 1);
    assert_ok(master_key_load(dir, NULL, false, &key));
    assert_int_equal(key.bytes[0], 0xff);
    setenv("HITKEY_MASTER_KEY", "EE" HEX32 "0102030405060708090a0b0c0d0e0f", 1);
    assert_ok(master_key_load(dir, NULL, false, &key));
    assert_int_equal(key.bytes[0], 0xee);
    assert_ok(master_key_load(dir, path, false, &key));
    assert_int_equal(key.bytes[0], 0);
}

static void each_purpose_has_its_own_key(void **state) {
    (void)state;
    struct master_key master = {{7}};
    uint8_t a[32], b[32], again[32];
    master_key_derive(&master, S("seal interaction"), a);
    master_key_derive(&master, S("pairwise salt"), b);
    master_key_derive(&master, S("seal interaction"), again);
    assert_memory_not_equal(a, b, 32);
    assert_memory_not_equal(a, master.bytes, 32);
    assert_memory_equal(a, again, 32);
}

#define FOLDER_TEST(f) cmocka_unit_test_setup_teardown(f, open_folder, remove_folder)

int main(void) {
    const struct CMUnitTest tests[] = {
        FOLDER_TEST(a_file_that_others_can_use_is_refused),
        FOLDER_TEST(a_text_that_is_not_64_hex_digits_is_refused),
        FOLDER_TEST(a_missing_file_is_made_only_when_asked),
        FOLDER_TEST(a_made_key_is_private_and_stays),
        FOLDER_TEST(the_environment_and_credentials_come_before_the_folder),
        FOLDER_TEST(each_purpose_has_its_own_key),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
