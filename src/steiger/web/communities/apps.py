"""The room of communities."""

from django.apps import AppConfig


class CommunitiesConfig(AppConfig):
    """See README.md in this folder."""

    name = "steiger.web.communities"
    label = "communities"

    def ready(self) -> None:
        """Know the names of this room's tasks, and tell log and search what it has.

        The room of cases learns what is kept here about a firm, and how it is forgotten.
        """
        from steiger.web.accounts.domain import persons
        from steiger.web.cases.domain.rooms import register
        from steiger.web.communities import tasks  # noqa: F401
        from steiger.web.communities.domain.firm_data import DATA, erase_person
        from steiger.web.communities.domain.queries import community_names
        from steiger.web.communities.interfaces import case_words, finding, log_words  # noqa: F401
        from steiger.web.directory.domain import community_names as names

        register(DATA)
        names.register(community_names)
        persons.register("communities", erase_person)
