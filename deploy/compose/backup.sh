#!/bin/sh
# Copies the database with pg_dump, keeps the newest copies, waits, and does so again.
#   backup.sh          for ever
#   backup.sh once     one copy
#   backup.sh check    whether the newest copy is younger than two intervals
# PGHOST, PGUSER and PGDATABASE say which database; the password is in the file $PASSWORD_FILE.
set -eu
umask 077

directory=${BACKUP_DIRECTORY:-/backups}
every=${BACKUP_EVERY_SECONDS:-86400}
keep=${BACKUP_KEEP:-14}

copy() {
    if [ -n "${PASSWORD_FILE:-}" ]; then
        PGPASSWORD=$(cat "$PASSWORD_FILE")
        export PGPASSWORD
    fi
    name=$directory/syncd-$(date -u +%Y%m%dT%H%M%SZ).dump
    # Half a copy never has the name of a whole one.
    pg_dump --format=custom --file="$name.part"
    pg_restore --list "$name.part" >/dev/null
    mv "$name.part" "$name"
    echo "copied to $name"
    rotate
}

# The names sort by time; what is older than the newest $keep goes.
rotate() {
    rm -f "$directory"/syncd-*.dump.part
    set -- "$directory"/syncd-*.dump
    while [ $# -gt "$keep" ]; do
        rm -f "$1"
        shift
    done
}

case ${1:-} in
once)
    copy
    ;;
check)
    minutes=$((every * 2 / 60))
    [ -n "$(find "$directory" -name 'syncd-*.dump' -mmin "-$minutes" | head -n 1)" ]
    ;;
*)
    # A signal ends the wait at once.
    trap 'exit 0' TERM INT
    while true; do
        copy || echo "the copy failed; tried again in $every s" >&2
        sleep "$every" &
        wait $!
    done
    ;;
esac
