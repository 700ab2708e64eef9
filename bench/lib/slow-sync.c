/* Adds a delay to every sync of a process, as a disk of this kind would: loaded before the C library. */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <time.h>

static void delay(void) {
  struct timespec wait = {0, SLOW_SYNC_US * 1000};
  nanosleep(&wait, 0);
}

#define SLOW(name)                                          \
  int name(int fd) {                                        \
    static int (*next)(int);                                \
    if (!next) next = (int (*)(int))dlsym(RTLD_NEXT, #name); \
    delay();                                                \
    return next(fd);                                        \
  }

SLOW(fsync)
SLOW(fdatasync)
SLOW(syncfs)
