// What Swift's Glibc module leaves out: syncfs(2), an extension, and <malloc.h>.
#define _GNU_SOURCE
#include "cplatform.h"
#include <unistd.h>
#ifdef __GLIBC__
#include <malloc.h>
#endif

int perigee_sync_file_system(int descriptor) {
#ifdef __linux__
    return syncfs(descriptor);
#else
    (void)descriptor;
    sync();
    return 0;
#endif
}

void perigee_use_one_heap(void) {
#ifdef __GLIBC__
    mallopt(M_ARENA_MAX, 1);
#endif
}
