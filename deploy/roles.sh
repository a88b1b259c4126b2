#!/bin/sh
# Run once by the database image: the owner of the schema, the application's role that owns nothing, and the role of
# backups, which reads every row and writes none.
set -eu
psql --set=ON_ERROR_STOP=1 --username "$POSTGRES_USER" \
  --set=owner_password="$PARVIS_OWNER_PASSWORD" --set=app_password="$PARVIS_APP_PASSWORD" \
  --set=backup_password="$PARVIS_BACKUP_PASSWORD" <<'SQL'
CREATE ROLE parvis_owner LOGIN NOSUPERUSER PASSWORD :'owner_password';
CREATE ROLE parvis_app LOGIN NOSUPERUSER NOBYPASSRLS NOCREATEDB NOCREATEROLE PASSWORD :'app_password';
ALTER ROLE parvis_app SET idle_in_transaction_session_timeout = '2min';
CREATE ROLE parvis_backup LOGIN NOSUPERUSER BYPASSRLS PASSWORD :'backup_password';
GRANT pg_read_all_data TO parvis_backup;
CREATE DATABASE parvis OWNER parvis_owner LOCALE_PROVIDER builtin BUILTIN_LOCALE 'C.UTF-8' TEMPLATE template0;
SQL
