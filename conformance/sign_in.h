/* `hitkey-conformance sign-in`: one complete sign-in as a person and a partner do it. */
#ifndef CONFORMANCE_SIGN_IN_H
#define CONFORMANCE_SIGN_IN_H

/* argv[0] is "sign-in". The program's exit status: 0, 1 (something was wrong), 2 (usage). */
int sign_in_main(int argc, char **argv);

#endif
