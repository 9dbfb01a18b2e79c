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
    // Set, so that they stay: glibc raises them to 32 MB once such a block is freed, and then keeps those of a megabyte.
    mallopt(M_MMAP_THRESHOLD, 1 << 20);
    mallopt(M_TRIM_THRESHOLD, 1 << 20);
#endif
}
