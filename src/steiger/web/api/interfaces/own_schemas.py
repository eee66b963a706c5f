"""What representatives send and read about their own entries."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Literal

from django.utils.translation import gettext_noop as _
from ninja import Schema
from pydantic import ConfigDict, Field

from steiger.web.api.interfaces import schemas


class Strict(Schema):
    """What is sent: a name that is not known here is most likely a typing error."""

    model_config = ConfigDict(extra="forbid")


Short = Annotated[str, Field(max_length=120)]
Url = Annotated[str, Field(max_length=500)]


class PointInput(Strict):
    """A place on earth (WGS 84)."""

    latitude: float = Field(ge=-90, le=90, description=_("Degrees north."), examples=[51.2562])
    longitude: float = Field(ge=-180, le=180, description=_("Degrees east."), examples=[7.1508])


class NameInput(Strict):
    """A name."""

    kind: Literal["official", "short", "acronym", "former", "translation", "alias"] = Field(
        examples=["official"]
    )
    text: str = Field(min_length=1, max_length=255, examples=["Beispiel AG"])
    language: str = Field("", pattern=r"^([a-z]{2})?$", examples=["de"])


class DescriptionInput(Strict):
    """What the entry is, in one to three sentences; one text for each language."""

    language: Literal["de", "en"] = Field(examples=["de"])
    text: str = Field(
        min_length=1, max_length=1500, examples=["Baut Prüfstände, die Fehler hören."]
    )


class OfferInput(Strict):
    """What a firm gets, in German and English; a language may stay empty."""

    de: str = Field("", max_length=600, examples=["Prüft Bilder von Bauteilen."])
    en: str = Field("", max_length=600, examples=["Checks pictures of parts."])


class RoleInput(Strict):
    """What the entry does in one sub-category."""

    key: str = Field(
        max_length=64,
        description=_("Key of the sub-category, see “vocabularies/role”."),
        examples=["provider"],
    )
    offer: OfferInput = OfferInput(de="", en="")
    url: Url = ""
    values: dict[str, bool | int | float | str | list[str]] = Field(
        default_factory=dict,
        max_length=40,
        description=_("Values of the fields that the sub-category defines."),
        examples=[{}],
    )


class PlaceInput(Strict):
    """The seat or another site."""

    kind: Literal["seat", "site"] = Field("seat", examples=["seat"])
    street: Short = Field("", examples=["Beispielweg 1"])
    postcode: str = Field("", max_length=12, examples=["42103"])
    town: str = Field(min_length=1, max_length=120, examples=["Wuppertal"])
    municipality: str = Field(
        "",
        max_length=8,
        description=_("Official key; needed only where several towns share the name."),
        examples=["05124000"],
    )
    country: str = Field("DE", pattern=r"^[A-Z]{2}$", examples=["DE"])
    location: PointInput | None = Field(
        None, description=_("If it is left out, the centre of the town."), examples=[None]
    )


class LinkInput(Strict):
    """An address on the web; one for each kind."""

    kind: str = Field(
        max_length=32,
        description=_("A key of “vocabularies/link”."),
        examples=["offers"],
    )
    url: Url = Field(examples=["https://example.org/angebot"])


class IdentifierInput(Strict):
    """The entry's id in a register; one for each register."""

    scheme: str = Field(
        max_length=32, description=_("A key of “vocabularies/identifier”."), examples=["ror"]
    )
    value: str = Field(min_length=1, max_length=200, examples=["00613ak93"])


class FactInput(Strict):
    """The year of foundation, whether it is a small or medium-sized firm, size, initiative."""

    key: Literal["founded", "sme", "size", "initiative"] = Field(examples=["founded"])
    value: bool | int | str = Field(
        description=_("A year, “true”, or a key of the vocabulary “size” or “initiative”."),
        examples=[2004],
    )


class TermInput(Strict):
    """A topic or sector."""

    key: str = Field(max_length=64, examples=["machine-learning"])
    vocabulary: Literal["", "method", "technology", "sector"] = Field("", examples=["method"])


class ActorChange(Strict):
    """Each list that is sent takes the place of yours; lists that are left out stay."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={
            "examples": [
                {
                    "descriptions": [
                        {"language": "de", "text": "Baut Prüfstände, die Fehler hören."},
                        {"language": "en", "text": "Builds test stands that hear faults."},
                    ]
                }
            ]
        },
    )

    names: list[NameInput] = Field([], max_length=40)
    keep_former_names: bool = Field(
        True,
        description=_(
            "If the name changes, the old one stays as a former name and is still found, and so do "
            "former names that “names” leaves out. “false” if they were wrong: then “names” counts "
            "as it is sent."
        ),
    )
    descriptions: list[DescriptionInput] = Field([], max_length=2)
    role_values: list[RoleInput] = Field(
        [], max_length=20, description=_("Sub-categories with offer and fields.")
    )
    places: list[PlaceInput] = Field([], max_length=40)
    links: list[LinkInput] = Field([], max_length=20)
    identifiers: list[IdentifierInput] = Field([], max_length=20)
    facts: list[FactInput] = Field([], max_length=4)
    terms: list[TermInput] = Field([], max_length=60, description=_("Topics and sectors."))
    words: str = Field("", max_length=2000, description=_("For the editors, if something waits."))


class OwnValues(Schema):
    """What the entry itself states; values of registers and editors stand beside it."""

    names: list[schemas.NamePart]
    descriptions: list[schemas.DescriptionPart]
    role_values: list[schemas.RolePart] = Field(
        description=_("Sub-categories with offer and fields.")
    )
    places: list[schemas.PlacePart]
    links: list[schemas.LinkPart]
    identifiers: list[schemas.IdentifierPart]
    facts: list[schemas.FactPart]
    terms: list[schemas.TermPart] = Field(description=_("Topics and sectors."))


class SubmissionState(Schema):
    """Something that you sent, and how far it is."""

    id: str = Field(examples=["6f0c5a2e-6f3e-4c36-9d1c-0a4f8c0e7a11"])
    kind: Literal["new", "edit", "claim", "import"] = Field(examples=["edit"])
    state: Literal[
        "unconfirmed", "waiting", "second", "asked", "accepted", "rejected", "taken_back"
    ] = Field(
        description=_(
            "waiting: nobody has decided; second: a second editor has to agree; asked: the editors "
            "ask you something, answer on “page”; taken_back: by you, or a later change took its "
            "place."
        ),
        examples=["waiting"],
    )
    version: int = Field(description=_("Grows with every step."), examples=[0])
    actor: str = Field(description=_("Id of the entry."), examples=["beispiel-ag"])
    slots: list[str] = Field(
        description=_("Which statements differ."), examples=[["name official de"]]
    )
    reason: str = Field(description=_("Key of the reason of the decision."), examples=[""])
    reason_text: schemas.Both | None = Field(
        None, description=_("The reason in words."), examples=[None]
    )
    words: str = Field(description=_("What the editors wrote to you."), examples=[""])
    created_at: datetime
    decided_at: datetime | None = Field(None, examples=[None])
    page: str = Field(
        description=_("Page for people; keep it to yourself, it needs no signing in."),
        examples=["https://example.org/eintraege/stand/…/"],
    )
    url: str = Field(examples=["https://example.org/api/v1/me/submissions/6f0c5a2e-…"])


class MyActor(schemas.Actor):
    """An entry that the person represents."""

    responsible: bool = Field(
        description=_("Whether you answer for it among its representatives."), examples=[True]
    )


class MyEntry(MyActor):
    """An entry that you represent, what it states itself, and what of that waits."""

    own: OwnValues = Field(
        description=_("What the entry itself states, as it will be once what waits is accepted.")
    )
    waiting: SubmissionState | None = Field(
        None, description=_("Your change on which the editors have not decided yet.")
    )


class MyActors(Schema):
    """Entries that the person represents."""

    items: list[MyActor]
