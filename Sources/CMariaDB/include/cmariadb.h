// MariaDB's client library, which speaks to MySQL too, loaded when it is first needed (see cpostgres.h).
#ifndef CMARIADB_H
#define CMARIADB_H

#include <mariadb/mysql.h>
#include <mariadb/errmsg.h>
#include <mariadb/mysqld_error.h>

// Every function that is called, once.
#define CMARIADB_FUNCTIONS(X) \
    X(mysql_init) X(mysql_options) X(mysql_close) X(mysql_real_connect) X(mysql_error) X(mysql_errno) X(mysql_real_query) X(mysql_store_result) \
    X(mysql_fetch_row) X(mysql_free_result) X(mysql_num_fields) X(mysql_fetch_fields) X(mysql_field_count) X(mysql_affected_rows) X(mysql_insert_id) \
    X(mysql_get_ssl_cipher) X(mysql_set_local_infile_handler) X(mysql_warning_count) X(mysql_stmt_init) X(mysql_stmt_prepare) X(mysql_stmt_bind_param) \
    X(mysql_stmt_bind_result) X(mysql_stmt_execute) X(mysql_stmt_fetch) X(mysql_stmt_fetch_column) X(mysql_stmt_result_metadata) \
    X(mysql_stmt_affected_rows) X(mysql_stmt_insert_id) X(mysql_stmt_free_result) X(mysql_stmt_close) X(mysql_stmt_errno) X(mysql_stmt_error)

typedef struct {
#define X(function) __typeof__(&function) function;
    CMARIADB_FUNCTIONS(X)
#undef X
} CMariaDB;

/// Loads libmariadb. Returns NULL, or what went wrong; `functions` is complete on NULL only.
const char *cmariadb_load(CMariaDB *functions);

#endif
