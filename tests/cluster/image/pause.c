// SPDX-License-Identifier: Apache-2.0
/* The sandbox container of every pod: waits until it is told to stop. */
#include <signal.h>
#include <unistd.h>
static void stop(int s) { (void)s; _exit(0); }
int main(void) { signal(SIGTERM, stop); signal(SIGINT, stop); for (;;) pause(); }
