// What the page says, in the reader's language: English stands in the code, the others in files of their own beside it.

const CHOSEN = "kith.try.language";

// A language is called by its own name, whoever reads.
export const LANGUAGES = { en: "English", "zh-hant": "繁體中文", "zh-hans": "简体中文" };
export const TAGS = { en: "en", "zh-hant": "zh-Hant", "zh-hans": "zh-Hans" };

export const language = remembered() ?? ofTheBrowser();
export const locale = { en: "en-GB", "zh-hant": "zh-TW", "zh-hans": "zh-CN" }[language];

const words = language === "en" ? {} : await fetch(`/words/${language}.json`).then((answer) => answer.json());

function remembered() {
  try {
    const chosen = localStorage.getItem(CHOSEN);
    return chosen in LANGUAGES ? chosen : null;
  } catch {
    return null;
  }
}

function ofTheBrowser() {
  for (const wanted of navigator.languages ?? [navigator.language]) {
    const tag = wanted.toLowerCase();
    if (tag.startsWith("en")) return "en";
    if (/^(zh|yue|cmn)/.test(tag)) return /hant|tw|hk|mo|yue/.test(tag) && !tag.includes("hans") ? "zh-hant" : "zh-hans";
  }
  return "en";
}

export function choose(code) {
  try {
    localStorage.setItem(CHOSEN, code);
  } catch {
    // It is then forgotten with the page.
  }
  location.reload();
}

// The sentence in the reader's language, with its {places} filled.
export function say(sentence, places = {}) {
  return filled(words[sentence] ?? sentence, places);
}

// As `say`, in the form that fits a number, which fills {number}.
export function many(one, several, number, places = {}) {
  return filled(words[several] ?? (number === 1 ? one : several), { ...places, number: number.toLocaleString(locale) });
}

function filled(sentence, places) {
  return sentence.replace(/\{(\w+)\}/g, (place, name) => (name in places ? places[name] : place));
}

// What whoever set the stage has to say: one text, or one for each language.
export const told = (text) => (text === null || typeof text !== "object" ? (text ?? "") : (text[language] ?? text.en ?? ""));
