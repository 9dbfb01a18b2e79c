#ifndef CFILESYSTEM_H
#define CFILESYSTEM_H

/// Waits until all that was written to the file system of `descriptor` is on disk. 0, or -1 with errno.
int perigee_sync_file_system(int descriptor);

#endif
