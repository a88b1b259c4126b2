"""Why a backup cannot be taken, read or put back: one sentence each, that says what to do."""

from app.errors import Conflict, ParvisError


class BackupRefused(ParvisError):
    """Root of what goes wrong with backups; nothing was changed."""

    code = "backup-refused"
    status = 422
    title_fr = "Sauvegarde refusée"
    title_en = "Backup refused"


class NotABackup(BackupRefused):
    """The file is something else: an export of one administration, a dump, another program's file."""

    code = "backup-unknown"
    title_fr = "Ce fichier n'est pas une sauvegarde de Parvis"
    title_en = "This file is not a backup of Parvis"


class WrongBackupKey(BackupRefused):
    code = "backup-wrong-key"
    title_fr = "La clé n'ouvre pas cette sauvegarde"
    title_en = "The key does not open this backup"


class DamagedBackup(BackupRefused):
    """It was cut short or altered: authenticated encryption and digests say so before anything is put back."""

    code = "backup-damaged"
    title_fr = "Sauvegarde tronquée ou altérée"
    title_en = "Truncated or altered backup"


class NewerBackup(BackupRefused):
    code = "backup-newer"
    title_fr = "Sauvegarde d'une version plus récente"
    title_en = "Backup of a newer version"


class HouseNotEmpty(Conflict):
    """Putting back replaces nothing: it fills an empty house."""

    code = "house-not-empty"
    title_fr = "Cette installation n'est pas vide"
    title_en = "This installation is not empty"
