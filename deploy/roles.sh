#!/bin/sh
# Run once by the database image: the owner of the schema, and the application's role that owns nothing.
set -eu
psql --set=ON_ERROR_STOP=1 --username "$POSTGRES_USER" \
  --set=owner_password="$PARVIS_OWNER_PASSWORD" --set=app_password="$PARVIS_APP_PASSWORD" <<'SQL'
CREATE ROLE parvis_owner LOGIN NOSUPERUSER PASSWORD :'owner_password';
CREATE ROLE parvis_app LOGIN NOSUPERUSER NOBYPASSRLS NOCREATEDB NOCREATEROLE PASSWORD :'app_password';
CREATE DATABASE parvis OWNER parvis_owner LOCALE_PROVIDER builtin BUILTIN_LOCALE 'C.UTF-8' TEMPLATE template0;
SQL
