"""What the columns of a list mean, in the reader's language."""

from __future__ import annotations

from django.utils.translation import gettext as _


def column_meanings() -> list[tuple[str, str]]:
    """(column, meaning) in their order."""
    several = _("several, separated by |")
    return [
        ("id", _("Address of the entry, stable")),
        ("kind", _("organisation or initiative")),
        ("name", _("Name that heads the entry")),
        ("name_en", _("English name; %(several)s") % {"several": several}),
        ("short_name", _("Short names and acronyms; %(several)s") % {"several": several}),
        ("former_names", _("Former names; %(several)s") % {"several": several}),
        ("other_names", _("Further names; %(several)s") % {"several": several}),
        ("street", _("Street and number of the seat")),
        ("postcode", _("Postcode of the seat")),
        ("city", _("Town of the seat")),
        ("municipality", _("Official key of the municipality (AGS)")),
        ("region", _("State, if the seat lies in the region of this map")),
        ("country", _("Country, two letters (ISO 3166-1)")),
        ("lat", _("Latitude in degrees (WGS84)")),
        ("lng", _("Longitude in degrees (WGS84)")),
        ("website", _("Website")),
        ("wikipedia", _("Article in Wikipedia")),
        (
            "identifiers",
            _("Ids in registers as register:number; %(several)s") % {"several": several},
        ),
        ("founded", _("Year of foundation")),
        ("size", _("Key of the size class")),
        ("initiative", _("Key of the kind of initiative")),
        ("roles", _("Keys of the sub-categories; %(several)s") % {"several": several}),
        ("offers_de", _("Offer in each sub-category in German, in the same order")),
        ("offers_en", _("Offer in each sub-category in English, in the same order")),
        ("topics", _("Keys of the topics; %(several)s") % {"several": several}),
        ("sectors", _("Keys of the sectors; %(several)s") % {"several": several}),
        ("description_de", _("Description in German")),
        ("description_en", _("Description in English")),
        ("example", _("“yes” for entries that are invented for demonstration")),
        ("district", _("Name of the district")),
        ("categories", _("Categories in words; %(several)s") % {"several": several}),
        ("role_names", _("Sub-categories in words; %(several)s") % {"several": several}),
        ("topic_names", _("Topics in words; %(several)s") % {"several": several}),
        ("sector_names", _("Sectors in words; %(several)s") % {"several": several}),
        ("precision", _("address, or town where the point is the centre of the town")),
        ("verified_on", _("Day on which the entry was last confirmed")),
        ("changed_on", _("Day of the latest change of the entry")),
        ("sources", _("Sources of the values; %(several)s") % {"several": several}),
        ("licences", _("Licences of these sources; %(several)s") % {"several": several}),
        ("stated_on", _("Day of the latest statement of a source")),
    ]
