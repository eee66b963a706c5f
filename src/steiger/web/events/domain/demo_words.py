"""Words of invented events. Every title and host says that it is an example."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Example:
    """One invented event: kind, community, topic, titles, one sentence, usual size."""

    kind: str
    community: str
    topic: str
    title_de: str
    title_en: str
    summary_de: str
    summary_en: str
    size: int


COMMUNITIES = ("recht", "gesundheit", "entwicklung", "verwaltung")
#: Streets, houses and hosts that do not exist.
HOUSES = ("Beispielhaus am Markt", "Zentrum Beispiel", "Saal Beispiel", "Werkhalle Beispiel")
HOSTS = (
    "Beispiel-Netzwerk KI im Handwerk",
    "Beispiel-Kammer",
    "Beispiel-Zentrum für künstliche Intelligenz",
    "Beispiel-Hochschule, Transferstelle",
)

EXAMPLES = (
    Example(
        "talk", "", "language_models",
        "Beispiel: Sprachmodelle im Büro", "Example: Language models in the office",
        "Was sie können, was nicht, und was mit Ihren Daten geschieht.",
        "What they can do, what they cannot, and what happens to your data.", 60,
    ),
    Example(
        "workshop", "", "crafts",
        "Beispiel: Angebote schreiben mit KI", "Example: Writing quotes with AI",
        "Bringen Sie drei eigene Angebote mit. Am Ende haben Sie eine Vorlage.",
        "Bring three quotes of your own. At the end you have a template.", 18,
    ),
    Example(
        "tour", "", "production",
        "Beispiel: Rundgang durch eine lernende Fertigung", "Example: Tour of a learning factory",
        "Sie sehen Sichtprüfung mit Kamera an einer laufenden Linie.",
        "You see visual inspection by camera on a running line.", 24,
    ),
    Example(
        "meeting", "recht", "law",
        "Beispiel: KI-Verordnung, was jetzt gilt", "Example: The AI Act, what applies now",
        "Fragen aus der Runde, Antworten mit Fundstelle.",
        "Questions from the round, answers with references.", 55,
    ),
    Example(
        "meeting", "gesundheit", "health",
        "Beispiel: KI in der Arztpraxis", "Example: AI in the doctor’s practice",
        "Eine Praxis zeigt ihre Terminplanung.",
        "A practice shows how it plans appointments.", 50,
    ),
    Example(
        "meeting", "entwicklung", "machine_learning",
        "Beispiel: Modelle im Betrieb", "Example: Models in operation",
        "Drei kurze Berichte, danach Gespräche.", "Three short reports, then talks.", 70,
    ),
    Example(
        "meeting", "verwaltung", "administration",
        "Beispiel: KI im Rathaus", "Example: AI in the town hall",
        "Zwei Städte zeigen, was sie erprobt haben.",
        "Two towns show what they have tried.", 45,
    ),
    Example(
        "workshop", "", "data_spaces",
        "Beispiel: Welche Daten haben wir?", "Example: Which data do we have?",
        "In drei Stunden zu einer Liste, mit der man anfangen kann.",
        "In three hours to a list with which one can begin.", 20,
    ),
    Example(
        "talk", "", "trustworthy_ai",
        "Beispiel: KI prüfen lassen", "Example: Having AI examined",
        "Was eine Prüfung fragt und was sie kostet.",
        "What an examination asks and what it costs.", 65,
    ),
    Example(
        "conference", "", "machine_learning",
        "Beispiel: Tag der KI im Mittelstand", "Example: Day of AI for smaller firms",
        "Vorträge, Stände, Sprechstunden: ein ganzer Tag.",
        "Talks, stands, consultations: a whole day.", 180,
    ),
    Example(
        "talk", "", "retail",
        "Beispiel: Absatz vorhersagen im Laden", "Example: Forecasting sales in a shop",
        "Wie viele Brötchen am Samstag? Ein Beispiel mit Zahlen.",
        "How many rolls on Saturday? An example with figures.", 40,
    ),
    Example(
        "workshop", "", "computer_vision",
        "Beispiel: Fehler finden mit der Kamera", "Example: Finding faults by camera",
        "Sie bauen eine kleine Sichtprüfung selbst auf.",
        "You build a small visual inspection yourself.", 16,
    ),
)  # fmt: skip
