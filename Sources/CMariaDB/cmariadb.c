#include "cmariadb.h"

#include <dlfcn.h>
#include <stddef.h>

const char *cmariadb_load(CMariaDB *functions) {
    static const char *const names[] = {"libmariadb.so.3", "libmariadb.3.dylib"};
    void *library = NULL;
    for (size_t i = 0; i < sizeof names / sizeof *names && !library; i++) library = dlopen(names[i], RTLD_NOW | RTLD_LOCAL);
    if (!library) return "libmariadb is not installed (Debian: apt-get install libmariadb3)";
#define X(function) \
    if (!(functions->function = (__typeof__(functions->function))dlsym(library, #function))) return "libmariadb is too old: it has no " #function;
    CMARIADB_FUNCTIONS(X)
#undef X
    return NULL;
}
