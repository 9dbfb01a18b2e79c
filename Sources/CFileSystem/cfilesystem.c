// syncfs(2) is an extension that Swift's Glibc module leaves out.
#define _GNU_SOURCE
#include "cfilesystem.h"
#include <unistd.h>

int perigee_sync_file_system(int descriptor) {
#ifdef __linux__
    return syncfs(descriptor);
#else
    (void)descriptor;
    sync();
    return 0;
#endif
}
