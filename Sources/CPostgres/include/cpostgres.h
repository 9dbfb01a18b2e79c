// PostgreSQL's own client library, loaded when it is first needed: a user of SQLite neither installs it nor pays for its start.
#ifndef CPOSTGRES_H
#define CPOSTGRES_H

#include <postgresql/libpq-fe.h>

// Every function that is called, once.
#define CPOSTGRES_FUNCTIONS(X) \
    X(PQconnectStartParams) X(PQconnectPoll) X(PQsocket) X(PQsetErrorVerbosity) X(PQconnectionNeedsPassword) X(PQfname) X(PQftype) X(PQfinish) X(PQstatus) X(PQerrorMessage) X(PQexec) X(PQexecParams) X(PQsendQueryParams) \
    X(PQsetSingleRowMode) X(PQgetResult) X(PQclear) X(PQresultStatus) X(PQresultErrorField) X(PQresultErrorMessage) \
    X(PQcmdTuples) X(PQntuples) X(PQnfields) X(PQgetvalue) X(PQgetisnull) X(PQgetlength) X(PQputCopyData) X(PQputCopyEnd) \
    X(PQconninfoParse) X(PQconninfoFree) X(PQfreemem) X(PQsetNoticeProcessor)

typedef struct {
#define X(function) __typeof__(&function) function;
    CPOSTGRES_FUNCTIONS(X)
#undef X
} CPostgres;

/// Loads libpq. Returns NULL, or what went wrong; `functions` is complete on NULL only.
const char *cpostgres_load(CPostgres *functions);

#endif
