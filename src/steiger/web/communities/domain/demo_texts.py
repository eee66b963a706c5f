# ruff: noqa: E501 - a table of texts, one line each, is easier to read than broken lines
"""Invented communities: what is said and written in them. Everybody is called Beispiel.

How often they meet says no more than the invented events keep: four times a year, on no fixed day.
"""

from __future__ import annotations

from dataclasses import dataclass

FIRST_NAMES = (
    *("Alex", "Bela", "Charlie", "Dana", "Elif", "Finn", "Gerda", "Hanno", "Inga", "Jona", "Kim"),
    *("Lena", "Mika", "Nuri", "Olga", "Pia", "Quirin", "Robin", "Sam", "Toni", "Ute", "Vito"),
    *("Wanda", "Xaver", "Yael", "Zoe"),
)


@dataclass(frozen=True, slots=True)
class Seed:
    """One invented community.

    Attributes:
        questions: (title, answers) each.
        notes: (kind, title, topics, roles) each.
    """

    slug: str
    name_de: str
    name_en: str
    what_de: str
    what_en: str
    whom_de: str
    whom_en: str
    rhythm_de: str
    rhythm_en: str
    topics: tuple[str, ...]
    members: int
    questions: tuple[tuple[str, tuple[str, ...]], ...]
    notes: tuple[tuple[str, str, tuple[str, ...], tuple[str, ...]], ...]


COMMUNITIES = (
    Seed(
        slug="recht",
        name_de="Recht",
        name_en="Legal",
        what_de="Wir klären gemeinsam, was beim Einsatz von KI erlaubt ist und wie man es nachweist.",
        what_en="Together we find out what is allowed when using AI, and how to prove it.",
        whom_de="Für Menschen aus Betrieben, Kanzleien und Kammern, die Verträge und Pflichten vor sich haben.",
        whom_en="For people from firms, law offices and chambers who face contracts and duties.",
        rhythm_de="Vier Treffen im Jahr, der Tag wechselt",
        rhythm_en="Four meetings a year, on changing days",
        topics=("law", "trustworthy_ai"),
        members=48,
        questions=(
            (
                "Muss ich Kunden sagen, dass eine Maschine den Entwurf geschrieben hat?",
                (
                    "Bei uns steht es im Angebot in einem Satz. Das hat noch niemanden gestört.",
                    "Prüfen Sie zuerst, ob ein Mensch den Text verantwortet und freigibt.",
                ),
            ),
            (
                "Wie dokumentiert ihr die Schulung der Beschäftigten?",
                (
                    "Eine Liste mit Datum, Inhalt und Unterschrift genügt uns bisher.",
                    "Wir haben ein Blatt je Werkzeug: wofür, wofür nicht, wer fragt wen.",
                ),
            ),
            (
                "Welche Angaben verlangt ihr von einem Anbieter, bevor ihr unterschreibt?",
                ("Wo die Daten liegen, wer Zugriff hat, wie man kündigt.",),
            ),
            ("Wer haftet, wenn die Auskunft am Telefon falsch war?", ()),
        ),
        notes=(
            (
                "seeks",
                "Beratung zu einem Vertrag über ein Sprachmodell",
                ("law", "language_models"),
                ("consulting",),
            ),
            ("offers", "Muster für eine Betriebsvereinbarung zum Gegenlesen", ("law",), ()),
            (
                "seeks",
                "Prüfstelle für ein erklärbares Verfahren",
                ("trustworthy_ai",),
                ("testing",),
            ),
        ),
    ),
    Seed(
        slug="gesundheit",
        name_de="Gesundheit",
        name_en="Health",
        what_de="Wir erproben KI in Pflege, Praxis und Klinik, und erzählen, was davon geblieben ist.",
        what_en="We try AI in nursing, practices and hospitals, and tell what has stayed.",
        whom_de="Für Pflegende, Ärztinnen und Ärzte, Technik und Verwaltung in Häusern jeder Größe.",
        whom_en="For nurses, doctors, technicians and administrators in houses of every size.",
        rhythm_de="Vier Treffen im Jahr, die Uhrzeit wechselt",
        rhythm_en="Four meetings a year, at changing hours",
        topics=("health", "life_sciences"),
        members=57,
        questions=(
            (
                "Welche Wörter versteht eure Spracherkennung nicht?",
                (
                    "Namen von Arzneimitteln. Eine eigene Wortliste hat geholfen.",
                    "Dialekt am Bett. Wir sprechen die Übergabe jetzt im Nebenraum.",
                ),
            ),
            (
                "Wie habt ihr den Betriebsrat beteiligt?",
                ("Von der ersten Woche an, mit einem Platz im Versuch.",),
            ),
            (
                "Lohnt sich Terminplanung mit Vorhersage für kleine Praxen?",
                ("Ab drei Behandelnden ja, darunter reicht ein Blick in den Kalender.",),
            ),
        ),
        notes=(
            (
                "seeks",
                "Zwei Häuser für einen gemeinsamen Versuch ohne Datentausch",
                ("federated_learning", "health"),
                (),
            ),
            (
                "offers",
                "Erfahrung mit Sprache in der Pflegedokumentation",
                ("speech", "health"),
                (),
            ),
            (
                "seeks",
                "Forschungspartner für Bildauswertung",
                ("computer_vision", "health"),
                ("research_institution",),
            ),
        ),
    ),
    Seed(
        slug="entwicklung",
        name_de="Entwicklung",
        name_en="Developers",
        what_de="Wir bauen Software mit und für KI und zeigen einander, was läuft und was nicht.",
        what_en="We build software with and for AI and show each other what runs and what does not.",
        whom_de="Für Menschen, die programmieren: im Betrieb, an der Hochschule oder allein.",
        whom_en="For people who program: in a firm, at a university or alone.",
        rhythm_de="Vier Treffen im Jahr, danach Gespräche",
        rhythm_en="Four meetings a year, with talks afterwards",
        topics=("machine_learning", "language_models"),
        members=74,
        questions=(
            (
                "Womit messt ihr, ob eine Antwort aus den Unterlagen stimmt?",
                (
                    "Mit hundert echten Fragen, die ein Mensch einmal beantwortet hat.",
                    "Und mit der Gegenprobe: Fragen, auf die es keine Antwort gibt.",
                ),
            ),
            (
                "Wie klein darf ein Modell sein, damit es auf der Maschine läuft?",
                ("Unseres hat zwei Megabyte und zählt Teile. Das reicht.",),
            ),
            (
                "Wie haltet ihr Versionen von Daten und Modellen zusammen?",
                ("Prüfsumme der Daten in den Namen des Modells, mehr braucht es am Anfang nicht.",),
            ),
            (
                "Hat jemand ein Verfahren zum Erkennen von Ausreißern im Einsatz?",
                ("Ja, mit gleitendem Median. Das Netz war nicht besser.",),
            ),
        ),
        notes=(
            (
                "offers",
                "Code für die Prüfung von Antworten, frei nutzbar",
                ("language_models",),
                (),
            ),
            (
                "seeks",
                "Rechenzeit für ein größeres Training",
                ("hpc", "deep_learning"),
                ("infrastructure",),
            ),
            (
                "seeks",
                "Betrieb mit echter Anlage für Ausreißer-Erkennung",
                ("anomaly_detection", "production"),
                ("user",),
            ),
        ),
    ),
    Seed(
        slug="verwaltung",
        name_de="Öffentliche Verwaltung",
        name_en="Public administration",
        what_de="Wir bringen KI in Amtsstuben: klein anfangen, prüfen, voneinander abschreiben.",
        what_en="We bring AI into public offices: begin small, check, copy from each other.",
        whom_de="Für Beschäftigte in Städten, Kreisen, Land und ihren Betrieben.",
        whom_en="For people who work in towns, districts, the state and their enterprises.",
        rhythm_de="Vier Treffen im Jahr, an wechselnden Orten",
        rhythm_en="Four meetings a year, in changing places",
        topics=("administration", "society"),
        members=36,
        questions=(
            (
                "Wer hat schon einen Bescheid mit Textvorschlägen?",
                ("Wir, aber nur für die Begründung. Unterschrieben wird weiter von Hand.",),
            ),
            (
                "Wie habt ihr die Vergabe für einen Versuch gestaltet?",
                (
                    "Als Probebetrieb mit festem Ende und klarer Messgröße.",
                    "Der Leitfaden hier unter Materialien hat uns geholfen.",
                ),
            ),
            (
                "Welche Anfragen lassen sich gut vorsortieren?",
                ("Alles mit Aktenzeichen. Beschwerden nicht.",),
            ),
        ),
        notes=(
            (
                "seeks",
                "Beratung zum Vorsortieren von Anfragen",
                ("administration", "language_processing"),
                ("consulting",),
            ),
            ("offers", "Leistungsbeschreibung zum Abschreiben", ("administration",), ()),
        ),
    ),
)
