"""Invented advisers, firms and wishes. Everybody is called “Beispiel”; no firm is meant."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class AdviserWords:
    """An invented adviser. `days` are days of the week, 0 is Monday."""

    name: str
    email: str
    about_de: str
    about_en: str
    topics: tuple[str, ...]
    languages: tuple[str, ...]
    formats: tuple[str, ...]
    days: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Wish:
    """An invented wish, with the notes of the talk about it."""

    words: str
    topics: tuple[str, ...]
    sector: str
    situation: str
    data: str
    idea: str
    risk: str
    next_steps: str


def _adviser(
    first: str,
    about_de: str,
    about_en: str,
    *,
    topics: str,
    languages: str,
    formats: str,
    days: str,
) -> AdviserWords:
    return AdviserWords(
        name=f"{first} Beispiel",
        email=f"{first.lower()}@beispiel.example.org",
        about_de=about_de,
        about_en=about_en,
        topics=tuple(topics.split()),
        languages=tuple(languages.split()),
        formats=tuple(formats.split()),
        days=tuple(int(day) for day in days),
    )


ADVISERS = (
    _adviser(
        "Vera",
        "Hilft Bäckereien, Küchen und Läden, Mengen zu planen.",
        "Helps bakeries, kitchens and shops to plan quantities.",
        topics="time_series retail agriculture",
        languages="de en",
        formats="video phone site",
        days="0123",
    ),
    _adviser(
        "Murat",
        "Liest mit Betrieben Kassen- und Lagerdaten.",
        "Reads till and stock data with firms.",
        topics="time_series retail logistics agriculture",
        languages="de tr",
        formats="video phone site",
        days="1234",
    ),
    _adviser(
        "Hanna",
        "Bildprüfung in der Fertigung, vom Handy bis zur Linie.",
        "Visual inspection in production, from phone to line.",
        topics="computer_vision production anomaly_detection",
        languages="de en",
        formats="video site",
        days="012",
    ),
    _adviser(
        "Jonas",
        "Büro, Angebote, Postfach: was Sprachmodelle abnehmen.",
        "Office, quotes, mailbox: what language models take off you.",
        topics="language_models customer_service language_processing",
        languages="de en",
        formats="video phone",
        days="01234",
    ),
    _adviser(
        "Olena",
        "Texte, Übersetzungen, Wissen im Betrieb.",
        "Texts, translations, knowledge within the firm.",
        topics="language_models language_processing customer_service education",
        languages="de uk ru en",
        formats="video phone site",
        days="0124",
    ),
    _adviser(
        "Peter",
        "Handwerk und Bau: Aufmaß, Planung, Baustelle.",
        "Crafts and construction: measuring, planning, site.",
        topics="crafts optimisation computer_vision",
        languages="de",
        formats="phone site video",
        days="024",
    ),
    _adviser(
        "Sara",
        "Recht, Datenschutz und die KI-Verordnung in einfachen Worten.",
        "Law, data protection and the AI Act in plain words.",
        topics="law trustworthy_ai security",
        languages="de en fr",
        formats="video phone",
        days="13",
    ),
    _adviser(
        "Karim",
        "Gesundheit und Pflege: Dokumentation, Dienstplan, Technik.",
        "Health and care: documentation, rota, equipment.",
        topics="health optimisation speech energy",
        languages="de ar en",
        formats="video phone site",
        days="0134",
    ),
)

#: Key of a sector → what invented firms of it are called.
FIRMS: Mapping[str, tuple[str, ...]] = {
    "c": ("Bäckerei", "Metallbau", "Druckerei", "Maschinenbau", "Möbelwerk", "Brauerei"),
    "f": ("Dachdeckerei", "Elektro", "Tiefbau", "Malerbetrieb"),
    "g": ("Buchhandlung", "Baustoffhandel", "Modehaus", "Autohaus"),
    "h": ("Spedition", "Kurierdienst", "Lagerhaus"),
    "i": ("Gasthof", "Hotel", "Großküche"),
    "j": ("Systemhaus", "Verlag"),
    "m": ("Steuerkanzlei", "Ingenieurbüro", "Anwaltskanzlei"),
    "q": ("Pflegedienst", "Praxis", "Seniorenheim"),
}

_STEP = "Daten einer Woche zusammenstellen; in vier Wochen ansehen, was sie hergeben."
WISHES = (
    Wish(
        "Abends bleibt zu viel Brot übrig. Wir möchten wissen, wie viel wir backen sollen.",
        ("time_series", "agriculture", "retail"),
        "c",
        "Bestellt wird nach Gefühl, freitags bleibt ein Fünftel liegen.",
        "Kassendaten seit drei Jahren, je Filiale und Stunde.",
        "Vorschlag je Filiale und Tag, den die Meisterin ändern kann.",
        "Leere Regale vor Feiertagen.",
        _STEP,
    ),
    Wish(
        "Unsere Sichtprüfung an der Presse ist anstrengend, Kratzer rutschen durch.",
        ("computer_vision", "production"),
        "c",
        "Zwei Personen prüfen im Wechsel, Fehler fallen erst beim Kunden auf.",
        "Keine Bilder, Ausschuss wird gezählt.",
        "Kamera über dem Band, Zweifelsfälle gehen an Menschen.",
        "Wechselndes Licht in der Halle.",
        "Zwei Wochen fotografieren, gute und schlechte Teile getrennt ablegen.",
    ),
    Wish(
        "Angebote schreiben kostet mich jeden Abend zwei Stunden.",
        ("crafts", "customer_service"),
        "f",
        "Angebote entstehen aus alten Dateien, jedes Mal neu.",
        "Rund 400 Angebote als Textdateien.",
        "Entwurf aus Stichworten und Preisliste, der Chef prüft.",
        "Falsche Preise; Kundennamen in fremden Diensten.",
        "Preisliste aufräumen, drei Muster festlegen.",
    ),
    Wish(
        "Wir bekommen hundert Mails am Tag mit immer denselben Anfragen.",
        ("customer_service", "language_models"),
        "g",
        "Eine Kraft beantwortet Mails den ganzen Vormittag.",
        "Postfach der letzten zwei Jahre.",
        "Antworten vorschlagen, Menschen senden sie ab.",
        "Zusagen, die niemand halten kann.",
        "Zwanzig häufigste Fragen sammeln.",
    ),
    Wish(
        "Dürfen wir Kundendaten in ein Sprachmodell geben? Was sagt die DSGVO?",
        ("law", "language_models"),
        "m",
        "Einzelne nutzen freie Dienste ohne Absprache.",
        "Mandantenakten, sehr vertraulich.",
        "Regeln für den Betrieb und ein Dienst mit Vertrag.",
        "Verschwiegenheitspflicht.",
        "Merkblatt im Haus, Vertrag prüfen lassen.",
    ),
    Wish(
        "Der Dienstplan im Pflegedienst frisst einen Tag in der Woche.",
        ("health", "optimisation"),
        "q",
        "Plan am Papier, Tausch am Telefon.",
        "Touren und Zeiten stehen in der Abrechnung.",
        "Vorschlag mit Wünschen und Wegen, Leitung entscheidet.",
        "Gerechtigkeit im Team.",
        "Regeln aufschreiben, eine Woche nachrechnen.",
    ),
    Wish(
        "Wie planen wir Touren so, dass die Wagen nicht halb leer fahren?",
        ("logistics", "optimisation"),
        "h",
        "Disposition nach Erfahrung.",
        "Lieferscheine und Fahrtenbuch.",
        "Tourenvorschlag am Vorabend.",
        "Zeitfenster der Kunden.",
        _STEP,
    ),
    Wish(
        "Wir wissen nie, wie viel Gäste kommen, und werfen Essen weg.",
        ("time_series", "agriculture"),
        "i",
        "Einkauf nach Wochentag.",
        "Reservierungen und Kasse.",
        "Vorhersage der Gästezahl mit Wetter.",
        "Feste und Ferien.",
        _STEP,
    ),
    Wish(
        "Berichte und Protokolle fassen wir von Hand zusammen. Geht das schneller?",
        ("language_processing", "language_models"),
        "j",
        "Vier Stunden in der Woche je Projekt.",
        "Protokolle als Text.",
        "Zusammenfassung mit Verweis auf die Stelle.",
        "Erfundene Inhalte.",
        "Drei Protokolle gemeinsam ausprobieren.",
    ),
    Wish(
        "Wir wollen anfangen und unsere Leute schulen, wissen aber nicht womit.",
        ("education",),
        "m",
        "Neugier ist da, Überblick fehlt.",
        "Keine besonderen.",
        "Ein halber Tag für alle, danach eine Aufgabe aus dem Alltag.",
        "Zu viel auf einmal.",
        "Termin für den halben Tag, Aufgabe auswählen.",
    ),
)
