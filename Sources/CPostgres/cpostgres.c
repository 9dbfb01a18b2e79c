#include "cpostgres.h"

#include <dlfcn.h>
#include <stddef.h>

const char *cpostgres_load(CPostgres *functions) {
    static const char *const names[] = {"libpq.so.5", "libpq.5.dylib"};
    void *library = NULL;
    for (size_t i = 0; i < sizeof names / sizeof *names && !library; i++) library = dlopen(names[i], RTLD_NOW | RTLD_LOCAL);
    if (!library) return "libpq is not installed (Debian: apt-get install libpq5)";
#define X(function) \
    if (!(functions->function = (__typeof__(functions->function))dlsym(library, #function))) return "libpq is too old: it has no " #function;
    CPOSTGRES_FUNCTIONS(X)
#undef X
    return NULL;
}
