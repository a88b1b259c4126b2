"""What is refused about imports, named after the fact."""

from app.errors import Conflict


class ImportBuiltUpon(Conflict):
    """Somebody worked on what an import brought: it is no longer its alone to take back."""

    code = "import-built-upon"
    title_fr = "Reprise sur laquelle on a travaillé"
    title_en = "An import that was built upon"


class ImportElsewhere(Conflict):
    """Another process goes on with this import, or somebody stopped it."""

    code = "import-elsewhere"
    title_fr = "Reprise menée ailleurs"
    title_en = "Import carried on elsewhere"


class ImportNotThere(Conflict):
    """An import does not stand where such a decision may be taken."""

    code = "import-not-there"
    title_fr = "Étape impossible pour cette reprise"
    title_en = "Not a step this import may take"
