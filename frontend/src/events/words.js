// What the page at the door says, in the language of the page.
const WORDS = {
  de: {
    came: "Willkommen",
    again: "Schon da",
    unknown: "Unbekannter Code",
    withdrawn: "Nicht mehr angemeldet",
    short: "Ein Code hat zehn Zeichen und eine Nummer, zum Beispiel ABCDE-FGHJK-1.",
    kept: "Notiert. Wird abgeglichen, sobald das Netz wieder da ist.",
    offline: (n) => `Kein Netz. ${n} ${n === 1 ? "Lesung wartet" : "Lesungen warten"} auf den Abgleich.`,
    waiting: (n) => `${n} ${n === 1 ? "Lesung wird" : "Lesungen werden"} abgeglichen.`,
    conflict: (n) => `Abgeglichen. ${n} ${n === 1 ? "Code war" : "Codes waren"} schon gelesen; jeder Gast zählt einmal.`,
    done: "Abgeglichen.",
    signIn: "Bitte neu anmelden. Die Lesungen bleiben auf diesem Gerät.",
  },
  en: {
    came: "Welcome",
    again: "Already here",
    unknown: "Unknown code",
    withdrawn: "No longer registered",
    short: "A code has ten signs and a number, for example ABCDE-FGHJK-1.",
    kept: "Noted. It is compared as soon as the network is back.",
    offline: (n) => `No network. ${n} ${n === 1 ? "reading waits" : "readings wait"} to be compared.`,
    waiting: (n) => `${n} ${n === 1 ? "reading is" : "readings are"} being compared.`,
    conflict: (n) => `Compared. ${n} ${n === 1 ? "code had" : "codes had"} been read before; each visitor counts once.`,
    done: "Compared.",
    signIn: "Please sign in again. The readings stay on this device.",
  },
};

export const words = WORDS[document.documentElement.lang.startsWith("en") ? "en" : "de"];
