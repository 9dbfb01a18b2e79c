#ifndef CPLATFORM_H
#define CPLATFORM_H

/// Waits until all that was written to the file system of `descriptor` is on disk. 0, or -1 with errno.
int perigee_sync_file_system(int descriptor);

/// Has all threads share a heap from now on, where glibc would give each its own.
void perigee_use_one_heap(void);

#endif
