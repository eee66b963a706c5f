# ruff: noqa: E501 - a table of texts, one line each, is easier to read than broken lines
"""Invented publications: what they are about. Everything here says that it is an example."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Seed:
    """One invented publication.

    Attributes:
        age: days before the day of the demonstration at which it was published.
        english: also has an English file.
        versions: how many versions it has.
    """

    kind: str
    title_de: str
    title_en: str
    about_de: str
    about_en: str
    topics: tuple[str, ...]
    age: int
    community: str = ""
    english: bool = False
    versions: int = 1
    licence: str = "CC-BY-4.0"


SEEDS = (
    Seed(
        "guide",
        "KI im Handwerksbetrieb: die ersten zehn Schritte",
        "AI in a craft firm: the first ten steps",
        "Der Leitfaden führt einen kleinen Betrieb von der Frage bis zum ersten Versuch: eine Aufgabe auswählen, Daten ansehen, klein anfangen, den Nutzen messen.",
        "The guide leads a small firm from the question to the first trial: choose a task, look at the data, begin small, measure the benefit.",
        ("crafts", "machine_learning"),
        12,
        english=True,
        versions=3,
    ),
    Seed(
        "guide",
        "Angebote schneller schreiben mit Sprachmodellen",
        "Writing offers faster with language models",
        "Wie ein Betrieb Anfragen liest, Textbausteine nutzt und jedes Angebot vor dem Absenden prüft. Mit einer Liste der Angaben, die nie in ein fremdes System gehören.",
        "How a firm reads enquiries, uses blocks of text and checks every offer before it leaves. With a list of what never belongs in somebody else's system.",
        ("language_models", "crafts"),
        31,
        versions=2,
    ),
    Seed(
        "study",
        "Wo kleine Unternehmen bei KI stehen: eine Befragung",
        "Where small firms stand with AI: a survey",
        "Erfundene Antworten von 400 Betrieben: Was sie nutzen, was ihnen fehlt, wofür sie Hilfe suchen. Nach Größe und Branche getrennt.",
        "Invented answers of 400 firms: what they use, what they lack, what they seek help for. By size and sector.",
        ("society", "machine_learning"),
        45,
        english=True,
    ),
    Seed(
        "guide",
        "Verträge über KI-Dienste: worauf Betriebe achten",
        "Contracts about AI services: what firms watch",
        "Haftung, Daten, Kündigung, Nachweise: eine Prüfliste für das Gespräch mit Anbietern. Ersetzt keine Rechtsberatung.",
        "Liability, data, ending, evidence: a checklist for the talk with providers. Does not replace legal advice.",
        ("law", "trustworthy_ai"),
        20,
        community="recht",
        versions=2,
    ),
    Seed(
        "guide",
        "Die KI-Verordnung für Anwender kurz erklärt",
        "The AI Act for users, briefly",
        "Welche Pflichten haben Betriebe, die KI nur nutzen? Beispiele aus Büro, Werkstatt und Verkauf, mit den Fristen im Überblick.",
        "Which duties have firms that only use AI? Examples from office, workshop and shop, with the dates at a glance.",
        ("law", "trustworthy_ai"),
        74,
        community="recht",
        english=True,
    ),
    Seed(
        "recording",
        "Vortrag: Urheberrecht und erzeugte Bilder",
        "Talk: copyright and generated pictures",
        "Aufzeichnung eines erfundenen Abends der Gemeinschaft Recht: Wem gehören Bilder, die eine Maschine erzeugt, und was gehört in die Rechnung?",
        "Recording of an invented evening of the legal community: who owns pictures that a machine makes, and what belongs in the invoice?",
        ("law", "generative"),
        96,
        community="recht",
        licence="reserved",
    ),
    Seed(
        "guide",
        "Sprachassistenz in der Pflegedokumentation",
        "Voice assistance in nursing records",
        "Was Diktieren am Bett spart, welche Wörter erkannt werden müssen und wie ein Haus den Versuch aufbaut, ohne Daten aus der Hand zu geben.",
        "What dictating at the bedside saves, which words must be recognised, and how a hospital sets up the trial without giving data away.",
        ("health", "speech"),
        27,
        community="gesundheit",
        versions=2,
    ),
    Seed(
        "study",
        "Bildauswertung in der Praxis: Nutzen und Grenzen",
        "Image analysis in practice: benefit and limits",
        "Eine erfundene Auswertung von zwölf Projekten: Wo Programme zuverlässig sind, wo Menschen nachsehen müssen und was der Betrieb kostet.",
        "An invented review of twelve projects: where programmes are reliable, where people must look again, and what running them costs.",
        ("health", "computer_vision"),
        118,
        community="gesundheit",
        english=True,
    ),
    Seed(
        "recording",
        "Vortrag: Daten teilen, ohne sie herzugeben",
        "Talk: sharing data without giving it away",
        "Wie mehrere Häuser gemeinsam lernen, obwohl die Daten bleiben, wo sie sind. Mit Fragen aus dem Publikum.",
        "How several hospitals learn together although the data stays where it is. With questions from the audience.",
        ("federated_learning", "health"),
        160,
        community="gesundheit",
        licence="CC-BY-ND-4.0",
    ),
    Seed(
        "guide",
        "Modelle im Betrieb überwachen",
        "Watching models in operation",
        "Woran man merkt, dass ein Modell schlechter wird, welche Werte man aufschreibt und wer nachts gerufen wird.",
        "How to notice that a model gets worse, which values to write down, and who is called at night.",
        ("machine_learning", "production"),
        38,
        community="entwicklung",
        versions=2,
    ),
    Seed(
        "guide",
        "Eigene Daten durchsuchbar machen",
        "Making one's own data searchable",
        "Vom Ordner mit Handbüchern zur Antwort mit Fundstelle: Aufbau, Prüfung mit echten Fragen, häufige Fehler.",
        "From a folder of manuals to an answer with its source: structure, testing with real questions, common mistakes.",
        ("language_models", "knowledge"),
        66,
        community="entwicklung",
        english=True,
    ),
    Seed(
        "recording",
        "Werkstatt: ein Modell auf einem kleinen Rechner",
        "Workshop: a model on a small computer",
        "Schritt für Schritt vom trainierten Netz zum Gerät an der Maschine, mit Messungen von Strom und Zeit.",
        "Step by step from the trained network to the device at the machine, with measurements of power and time.",
        ("embedded_ai", "production"),
        140,
        community="entwicklung",
    ),
    Seed(
        "guide",
        "Bürgeranfragen vorsortieren",
        "Sorting enquiries of citizens",
        "Wie eine Stadt eingehende Schreiben den richtigen Stellen zuordnet, wo ein Mensch entscheidet und wie die Prüfung dokumentiert wird.",
        "How a town assigns letters to the right office, where a person decides, and how the check is documented.",
        ("administration", "language_processing"),
        24,
        community="verwaltung",
    ),
    Seed(
        "study",
        "Zwölf Städte, zwölf Versuche",
        "Twelve towns, twelve trials",
        "Ein erfundener Vergleich: Was Verwaltungen ausprobiert haben, was geblieben ist und warum der Rest beendet wurde.",
        "An invented comparison: what administrations have tried, what has stayed, and why the rest was ended.",
        ("administration", "society"),
        88,
        community="verwaltung",
        english=True,
    ),
    Seed(
        "guide",
        "Vergabe von KI-Leistungen",
        "Buying AI services in the public sector",
        "Leistungsbeschreibung, Nachweise, Probebetrieb: Bausteine für eine Ausschreibung, die auch kleine Anbieter beantworten können.",
        "Specification, evidence, trial: building blocks for a tender that small providers can answer, too.",
        ("administration", "law"),
        130,
        community="verwaltung",
        licence="DL-DE-BY-2.0",
    ),
    Seed(
        "study",
        "Vorausschauende Wartung im Mittelstand",
        "Predictive maintenance in medium-sized firms",
        "Acht erfundene Werke, drei Jahre: Welche Sensoren halfen, wie viele Ausfälle ausblieben, was die Umstellung gekostet hat.",
        "Eight invented plants, three years: which sensors helped, how many failures did not happen, what the change cost.",
        ("production", "anomaly_detection"),
        150,
        english=True,
    ),
    Seed(
        "guide",
        "Lagerbestand planen mit Zeitreihen",
        "Planning stock with time series",
        "Vom Kassenzettel zur Bestellmenge: einfache Verfahren, die man mit einer Tabelle prüft, bevor man etwas kauft.",
        "From the till receipt to the order: simple methods that one checks with a spreadsheet before buying anything.",
        ("retail", "time_series"),
        55,
    ),
    Seed(
        "guide",
        "Hochwasser im Betrieb: Vorsorge mit Vorhersagen",
        "Floods at a firm: being prepared with forecasts",
        "Welche Meldungen ein Betrieb abonniert, wer dann was trägt und wie man es einmal im Jahr übt.",
        "Which warnings a firm subscribes to, who then carries what, and how to practise it once a year.",
        ("water", "environment"),
        200,
        english=True,
    ),
    Seed(
        "recording",
        "Vortrag: Wie erklärt ein Modell seine Entscheidung?",
        "Talk: how does a model explain its decision?",
        "Verfahren an drei Beispielen, und die Frage, wem eine Erklärung nützt.",
        "Methods by three examples, and the question whom an explanation helps.",
        ("explainability", "trustworthy_ai"),
        210,
    ),
    Seed(
        "newsletter",
        "Rundbrief Herbst",
        "Newsletter autumn",
        "Termine, neue Leitfäden und drei erfundene Betriebe, die von ihrem Versuch erzählen.",
        "Dates, new guides, and three invented firms that tell of their trial.",
        ("society",),
        8,
    ),
    Seed(
        "newsletter",
        "Rundbrief Sommer",
        "Newsletter summer",
        "Die Sprechstunde zieht um, der Leitfaden für das Handwerk ist neu, und eine Werkstatt sucht Mitstreiter.",
        "The consultation moves, the guide for crafts is new, and a workshop seeks companions.",
        ("society",),
        100,
    ),
    Seed(
        "newsletter",
        "Rundbrief Frühjahr",
        "Newsletter spring",
        "Rückblick auf die Messe, Fragen aus der Sprechstunde, Hinweise auf Fristen.",
        "A look back at the fair, questions from the consultation, notes on dates.",
        ("society",),
        190,
    ),
    Seed(
        "newsletter",
        "Rundbrief Winter",
        "Newsletter winter",
        "Was im neuen Jahr kommt, was das alte gebracht hat, und ein Gespräch mit einer Beraterin.",
        "What the new year brings, what the old one brought, and a talk with an adviser.",
        ("society",),
        280,
    ),
    Seed(
        "study",
        "Energie sparen durch Regelung",
        "Saving energy by control",
        "Erfundene Messungen in sechs Hallen: Was lernende Regelung spart und wann eine Zeitschaltuhr genügt.",
        "Invented measurements in six halls: what learning control saves, and when a timer will do.",
        ("energy", "optimisation"),
        320,
        licence="CC-BY-SA-4.0",
    ),
)

SECTIONS_DE = (
    (
        "Worum es geht",
        "Dieser Text ist erfunden. Er zeigt, wie eine Veröffentlichung auf dieser Plattform aussieht, wenn sie zugänglich ist: mit Überschriften, Sprache, Titel und lesbarem Text.",
    ),
    (
        "Für wen",
        "Für Betriebe, die eine Aufgabe haben und noch kein Werkzeug. Vorkenntnisse sind nicht nötig. Wer schon weiter ist, findet die Prüfliste im dritten Abschnitt.",
    ),
    (
        "Vorgehen",
        "Beginnen Sie mit einer Aufgabe, die jede Woche vorkommt. Schreiben Sie auf, wie lange sie heute dauert. Probieren Sie ein Verfahren vier Wochen lang aus und messen Sie wieder.",
    ),
    (
        "Was oft schiefgeht",
        "Die Daten liegen an drei Orten, niemand ist zuständig, und der Nutzen wird nicht gemessen. Alle drei Fehler lassen sich vor dem Beginn vermeiden.",
    ),
)
POINTS_DE = (
    "Aufgabe in einem Satz beschrieben",
    "Daten gesichtet und Rechte geklärt",
    "Zuständige Person benannt",
    "Messwert vorher und nachher festgelegt",
)
SECTIONS_EN = (
    (
        "What it is about",
        "This text is invented. It shows what a publication on this platform looks like when it is accessible: with headings, language, title and readable text.",
    ),
    (
        "For whom",
        "For firms that have a task and no tool yet. No previous knowledge is needed. Whoever has come further finds the checklist in the third section.",
    ),
    (
        "How to go about it",
        "Begin with a task that comes up every week. Write down how long it takes today. Try a method for four weeks and measure again.",
    ),
    (
        "What often goes wrong",
        "The data lies in three places, nobody is responsible, and the benefit is not measured. All three mistakes can be avoided before the beginning.",
    ),
)
POINTS_EN = (
    "Task described in one sentence",
    "Data seen and rights settled",
    "Responsible person named",
    "Measure before and after agreed",
)
