// What the network says, in the language of the page.
import { language, number } from "../map/words.js";

const WORDS = {
  de: {
    stage: "Netz der Einträge",
    move: "Netz bewegen",
    hint: "Pfeiltasten verschieben das Netz, Plus und Minus zoomen, 0 zeigt alles. Enter springt zu den Einträgen, dann führen die Pfeiltasten von Eintrag zu Eintrag; Enter wählt, Escape führt zurück. Alle Beziehungen stehen auch in der Liste.",
    find: "Im Netz finden",
    findHint: "Name",
    show: "Im Netz zeigen",
    close: "Auswahl aufheben",
    chosen: "Gewählter Eintrag",
    ties: (name, n) => `${name}: ${n === 1 ? "1 Beziehung" : `${number(n, "de")} Beziehungen`}`,
    unknown: (text) => `„${text}“ steht nicht in diesem Netz.`,
    none: "Zu dieser Auswahl ist keine Beziehung bekannt.",
    outside: "passt nicht auf die Filter",
    noCategory: "ohne Bereich",
    moving: "Die Zeichnung wird gerade neu angeordnet; neue Einträge stehen vorläufig bei ihren Nachbarn.",
    failed: "Das Netz kann gerade nicht laden. Die Liste enthält alle Beziehungen.",
    plain: "Ihr Browser zeigt das bewegliche Netz nicht. Die Liste enthält alle Beziehungen.",
    cardFailed: "Die Beziehungen können gerade nicht laden.",
    picture: "Zeichnung der Beziehungen; die Liste daneben nennt jede von ihnen",
  },
  en: {
    stage: "Network of the entries",
    move: "Move the network",
    hint: "Arrow keys move the network, plus and minus zoom, 0 shows everything. Enter jumps to the entries, then the arrow keys lead from entry to entry; Enter chooses, Escape leads back. All relations are also in the list.",
    find: "Find in the network",
    findHint: "Name",
    show: "Show in the network",
    close: "Clear the choice",
    chosen: "Chosen entry",
    ties: (name, n) => `${name}: ${n === 1 ? "1 relation" : `${number(n, "en")} relations`}`,
    unknown: (text) => `“${text}” is not in this network.`,
    none: "No relation is known for this selection.",
    outside: "does not pass the filters",
    noCategory: "no category",
    moving: "The drawing is being arranged anew; new entries stand beside their neighbours for now.",
    failed: "The network cannot load right now. The list holds all relations.",
    plain: "Your browser does not show the moving network. The list holds all relations.",
    cardFailed: "The relations cannot load right now.",
    picture: "Drawing of the relations; the list beside it names each of them",
  },
};

export const words = WORDS[language];
