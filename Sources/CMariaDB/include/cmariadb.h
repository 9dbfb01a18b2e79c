// MariaDB's client library, which speaks to MySQL too, loaded when it is first needed (see cpostgres.h).
#ifndef CMARIADB_H
#define CMARIADB_H

#include <mariadb/mysql.h>
#include <mariadb/errmsg.h>
#include <mariadb/mysqld_error.h>

// Every function that is called, once.
#define CMARIADB_FUNCTIONS(X) \
    X(mysql_init) X(mysql_options) X(mysql_close) X(mysql_real_connect) X(mysql_error) X(mysql_errno) X(mysql_real_query) X(mysql_use_result) \
    X(mysql_free_result) X(mysql_fetch_row) X(mysql_fetch_lengths) X(mysql_num_fields) X(mysql_field_count) X(mysql_affected_rows) \
    X(mysql_insert_id) X(mysql_real_escape_string) X(mysql_get_ssl_cipher) X(mysql_set_local_infile_handler) X(mysql_get_server_info) X(mysql_warning_count)

typedef struct {
#define X(function) __typeof__(&function) function;
    CMARIADB_FUNCTIONS(X)
#undef X
} CMariaDB;

/// Loads libmariadb. Returns NULL, or what went wrong; `functions` is complete on NULL only.
const char *cmariadb_load(CMariaDB *functions);

#endif
